package dev.muster.security;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a verified token says. The two kinds are two types, so that what wants an access token cannot be given
/// the other: a refresh token opens nothing but the refresh call.
///
/// A token proves that it was issued, not that its holder is still welcome: the state of the key or operator,
/// and its generation, are checked like any credential's.
public sealed interface Token {
    /// What opens everything its holder may do, for one hour.
    record Access(Claims claims) implements Token {}

    /// What gets new tokens, for one day.
    ///
    /// @param number counts the refresh tokens of its family, from 1; each is used once
    record Refresh(Claims claims, long number) implements Token {}

    Claims claims();

    /// What both say.
    ///
    /// @param realm the realm that signed it
    /// @param id unlike any other token's
    /// @param issuedAt in whole seconds
    /// @param expiresAt the first instant at which it is worth nothing; never after the end of its family
    record Claims(long realm, Family family, UUID id, Instant issuedAt, Instant expiresAt) {}

    /// All tokens that come of one sign-in or exchange. It is over at `endsAt`, and before that when one of its
    /// refresh tokens is used twice.
    ///
    /// @param holder whether `subject` is a key or an operator
    /// @param subject the id of the key or operator
    /// @param key the API key that an operator signed in with, whose rights bound theirs; null for none
    /// @param generation the credential's generation when the family began; a credential of a later generation
    ///     (a new password, signed out everywhere) has outlived it
    /// @param endsAt in whole seconds
    record Family(
            UUID id, Holder holder, UUID subject, @Nullable UUID key, long generation, Instant endsAt) {}

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
