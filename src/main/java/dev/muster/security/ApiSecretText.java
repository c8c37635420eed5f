package dev.muster.security;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The text of an API key's secret, for token exchange and for signing requests: `mss_<secret><checksum>`,
/// where the secret is 32 random bytes in Base62 (43 digits) and the checksum the CRC-32 of everything before
/// it in Base62 (6).
///
/// It is stored sealed, not hashed, because a signature can only be checked by who has the secret.
public final class ApiSecretText {
    private static final String START = "mss_";
    private static final int LENGTH = START.length() + Base62.SECRET_DIGITS + Base62.CHECKSUM_DIGITS;

    private final String text;

    private ApiSecretText(String text) {
        this.text = text;
    }

    /// Makes the text of a new secret.
    ///
    /// @param secret 32 bytes of a source fit for secrets
    public static ApiSecretText make(byte[] secret) {
        String start = START + Base62.secret(secret);
        byte[] unchecked = start.getBytes(StandardCharsets.ISO_8859_1);
        return new ApiSecretText(start + Base62.checksum(unchecked, unchecked.length));
    }

    /// Reads a text that somebody presents, or that was stored. It is in the right form or it is nothing.
    public static Optional<ApiSecretText> parse(String presented) {
        if (presented.length() != LENGTH || !presented.startsWith(START)) {
            return Optional.empty();
        }
        byte[] text = presented.getBytes(StandardCharsets.ISO_8859_1);
        return Base62.areDigits(text, START.length(), LENGTH) && Base62.endsInChecksum(text)
                ? Optional.of(new ApiSecretText(presented))
                : Optional.empty();
    }

    /// The text itself: to be shown once, to be sealed, to check a signature with.
    public String text() {
        return text;
    }

    /// Whether two texts are the same, in constant time.
    public boolean matches(ApiSecretText other) {
        return ConstantTime.equal(text, other.text);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return START + "…";
    }
}
