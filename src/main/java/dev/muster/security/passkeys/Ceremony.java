package dev.muster.security.passkeys;

import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.exception.Base64UrlException;
import dev.muster.security.SealedCookies;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A ceremony in progress, as stored in the browser's cookie.
///
/// @param challenge the challenge that the device must sign, in Base64url
/// @param operator the operator whose passkey is required; null if any operator's is accepted
/// @param generation the operator's generation at the start
/// @param text the page to go to after a sign-in, or the name of a new passkey
record Ceremony(
        Purpose purpose, String challenge, @Nullable UUID operator, long generation, String text, Instant endsAt) {
    /// The purpose of a ceremony.
    enum Purpose {
        /// Signing in with only a passkey.
        SIGN_IN,
        /// Signing in after the password was given.
        SECOND_STEP,
        /// Step-up authentication.
        CONFIRM,
        /// Adding a passkey.
        ADD;

        String wireName() {
            return "passkey-" + name();
        }
    }

    Map<String, Object> values() {
        return Map.of(
                "challenge",
                challenge,
                "operator",
                operator == null ? "" : operator.toString(),
                "generation",
                Long.toString(generation),
                "text",
                text,
                "ends",
                Long.toString(endsAt.toEpochMilli()));
    }

    static Ceremony of(Purpose purpose, SealedCookies.Content opened) {
        String operator = opened.text("operator");
        return new Ceremony(
                purpose,
                opened.text("challenge"),
                operator.isEmpty() ? null : UUID.fromString(operator),
                Long.parseLong(opened.text("generation")),
                opened.text("text"),
                Instant.ofEpochMilli(Long.parseLong(opened.text("ends"))));
    }

    /// The decoded challenge.
    ByteArray challengeBytes() throws CeremonyRefused {
        try {
            return ByteArray.fromBase64Url(challenge);
        } catch (Base64UrlException e) {
            throw new CeremonyRefused(CeremonyRefused.Reason.OVER, e);
        }
    }

    /// Omits the challenge, which is a secret.
    @Override
    public String toString() {
        return "Ceremony[" + purpose + ", " + operator + "]";
    }
}
