package dev.muster.security.format;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The claims of a verified token. Access and refresh tokens are two types, so that they cannot be mixed up: a
/// refresh token opens nothing but the refresh call.
///
/// A token proves that it was issued, not that its holder is still valid: the state and generation of the key or
/// operator are checked as well.
public sealed interface Token {
    /// Opens everything its holder may do, for one hour.
    record Access(Claims claims) implements Token {}

    /// Is exchanged for new tokens, for one day.
    ///
    /// @param number counts the refresh tokens of its family, from 1; each is used once
    record Refresh(Claims claims, long number) implements Token {}

    Claims claims();

    /// The claims of both.
    ///
    /// @param realm that signed it
    /// @param id unique
    /// @param issuedAt in whole seconds
    /// @param expiresAt the first instant at which it is invalid; never after the end of its family
    record Claims(long realm, Family family, UUID id, Instant issuedAt, Instant expiresAt) {}

    /// All tokens of one sign-in or exchange. It ends at `endsAt`, or earlier when one of its refresh tokens is
    /// used twice.
    ///
    /// @param holder whether `subject` is a key or an operator
    /// @param subject the id of the key or operator
    /// @param key the API key that an operator signed in with, whose rights limit theirs; null for none
    /// @param generation of the credential when the family began; a later generation (after a new password, or
    ///     signing out everywhere) makes its tokens invalid
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

        /// The holder of that word; null for anything else.
        static @Nullable Holder of(@Nullable Object word) {
            for (Holder holder : values()) {
                if (holder.word.equals(word)) {
                    return holder;
                }
            }
            return null;
        }

        /// As the claim `kind` spells it.
        String word() {
            return word;
        }
    }
}
