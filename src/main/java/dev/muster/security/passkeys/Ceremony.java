package dev.muster.security.passkeys;

import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.exception.Base64UrlException;
import dev.muster.security.SealedCookies;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A ceremony that has begun, as kept in the browser's cookie.
///
/// @param challenge what the device must sign, in Base64url
/// @param operator whose passkey it must be; null for anybody's
/// @param generation the operator's when it began
/// @param text the page to go to after a sign-in, or the name of a new passkey
record Ceremony(
        Purpose purpose, String challenge, @Nullable UUID operator, long generation, String text, Instant endsAt) {
    /// What a passkey is asked for.
    enum Purpose {
        /// Signing in with nothing else.
        SIGN_IN,
        /// Signing in after the password was given.
        SECOND_STEP,
        /// Proving again who one is.
        CONFIRM,
        /// Adding a passkey.
        ADD;

        String word() {
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

    static Ceremony of(Purpose purpose, SealedCookies.Opened opened) {
        String operator = opened.text("operator");
        return new Ceremony(
                purpose,
                opened.text("challenge"),
                operator.isEmpty() ? null : UUID.fromString(operator),
                Long.parseLong(opened.text("generation")),
                opened.text("text"),
                Instant.ofEpochMilli(Long.parseLong(opened.text("ends"))));
    }

    /// The challenge, decoded.
    ByteArray challengeBytes() throws CeremonyRefused {
        try {
            return ByteArray.fromBase64Url(challenge);
        } catch (Base64UrlException e) {
            throw new CeremonyRefused(CeremonyRefused.Reason.OVER, e);
        }
    }

    /// Without the challenge.
    @Override
    public String toString() {
        return "Ceremony[" + purpose + ", " + operator + "]";
    }
}
