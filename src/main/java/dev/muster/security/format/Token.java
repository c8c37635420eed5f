package dev.muster.security.format;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The claims of a verified token. Access and refresh tokens are separate types, so that they cannot be mixed up: a
/// refresh token is accepted only by the refresh call.
///
/// A token proves that it was issued, not that its holder is still valid: calling code must also check the state and
/// generation of the key or operator.
public sealed interface Token {
    /// A token that grants its holder's permissions for one hour.
    record Access(Claims claims) implements Token {}

    /// A token that can be exchanged for new tokens for one day.
    ///
    /// @param number the sequence number in its family, starting at 1
    record Refresh(Claims claims, long number) implements Token {}

    Claims claims();

    /// The claims of both types.
    ///
    /// @param realm the realm that signed the token
    /// @param id the unique id of the token
    /// @param issuedAt when the token was issued, in whole seconds
    /// @param expiresAt the first instant at which the token is no longer valid; never after the end of its family
    record Claims(long realm, Family family, UUID id, Instant issuedAt, Instant expiresAt) {}

    /// All tokens of one sign-in or exchange. A family ends at `endsAt`, or earlier if one of a key's refresh
    /// tokens is used twice.
    ///
    /// @param holder whether `subject` is a key or an operator
    /// @param subject the id of the key or operator
    /// @param key the API key that an operator signed in with, whose permissions limit theirs; null if there
    ///     was none
    /// @param generation the credential's generation when the family began; a new password and signing out
    ///     everywhere increment it, which invalidates the tokens
    /// @param endsAt when the family ends, in whole seconds
    record Family(
            UUID id, Holder holder, UUID subject, @Nullable UUID key, long generation, Instant endsAt) {
        /// When the key was exchanged or the operator signed in. Refreshing a token does not prove the
        /// holder's identity again.
        public Instant begunAt() {
            return endsAt.minus(holder.lasts());
        }
    }

    /// The kind of holder of a token.
    enum Holder {
        API_KEY("apiKey", TokenKey.FAMILY_OF_KEY),
        OPERATOR("operator", TokenKey.FAMILY_OF_OPERATOR);

        private final String word;
        private final Duration lifetime;

        Holder(String word, Duration lifetime) {
            this.word = word;
            this.lifetime = lifetime;
        }

        /// How long the tokens of one sign-in or exchange can be refreshed.
        Duration lasts() {
            return lifetime;
        }

        /// Parses the claim `kind`; null for anything else.
        static @Nullable Holder of(@Nullable Object word) {
            for (Holder holder : values()) {
                if (holder.word.equals(word)) {
                    return holder;
                }
            }
            return null;
        }

        /// The value of the claim `kind`.
        String wireName() {
            return word;
        }
    }
}
