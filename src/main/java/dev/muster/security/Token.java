package dev.muster.security;

import java.time.Instant;
import java.util.UUID;

/// What a verified token says. The two kinds are two types, so that what wants an access token cannot be given
/// the other: a refresh token opens nothing but the refresh call.
///
/// A token proves that it was issued, not that its holder is still welcome: the state of the key or operator,
/// and its generation, are checked like any credential's.
public sealed interface Token {
    /// What opens everything its holder may do, for one hour.
    record Access(Claims claims) implements Token {}

    /// What gets new tokens, for one day.
    record Refresh(Claims claims) implements Token {}

    Claims claims();

    /// What both say.
    ///
    /// @param realm the realm that signed it
    /// @param holder whether `subject` is a key or an operator
    /// @param subject the id of the key or operator
    /// @param generation the credential's generation when it was issued; a credential of a later generation
    ///     (revoked, a new password, signed out everywhere) has outlived it
    /// @param id unlike any other token's
    /// @param issuedAt in whole seconds
    /// @param expiresAt the first instant at which it is worth nothing
    record Claims(
            long realm, Holder holder, UUID subject, long generation, UUID id, Instant issuedAt, Instant expiresAt) {}

    /// Who holds a token.
    enum Holder {
        API_KEY("apiKey"),
        OPERATOR("operator");

        private final String word;

        Holder(String word) {
            this.word = word;
        }

        /// As the claim `kind` spells it.
        String word() {
            return word;
        }
    }
}
