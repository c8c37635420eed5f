package dev.muster.security.format;

import dev.muster.model.value.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The text of an API key, which its holder sends as a bearer credential:
///
/// `mst_<test|live>_<realm>_<key id>_<secret><checksum>`
///
/// | part | form |
/// |---|---|
/// | `test`, `live` | the environment: `test` or `production` |
/// | realm | decimal, 0 to 2^63 - 1, without leading zeros |
/// | key id | 16 bytes in Base62, 22 digits |
/// | secret | 32 random bytes in Base62, 43 digits |
/// | checksum | CRC-32 of everything before it in Base62, 6 digits |
///
/// The text contains the realm and the key id, so that the key can be looked up. Only its SHA-256 is stored. The
/// checksum rejects mistyped and made-up keys without a look-up, and lets secret scanners verify what they find.
public final class ApiKeyText {
    private static final String TEST = "mst_test_";
    private static final String LIVE = "mst_live_";
    private static final int REALM_AT = TEST.length();
    private static final int MAX_REALM_LENGTH = 19;
    private static final int TAIL = 1 + Base62.ID_DIGITS + 1 + Base62.SECRET_DIGITS + Base62.CHECKSUM_DIGITS;
    private static final int MIN_LENGTH = REALM_AT + 1 + TAIL;
    private static final int MAX_LENGTH = REALM_AT + MAX_REALM_LENGTH + TAIL;

    private static final Digest NO_HASH = new Digest(new byte[32]);

    private final byte[] text;
    private final long realm;
    private final UUID keyId;

    private ApiKeyText(byte[] text, long realm, UUID keyId) {
        this.text = text;
        this.realm = realm;
        this.keyId = keyId;
    }

    /// Creates the text of a new key.
    ///
    /// @param realm 0 or more
    /// @param secret 32 bytes from a cryptographically secure source
    public static ApiKeyText make(boolean production, long realm, UUID keyId, byte[] secret) {
        if (realm < 0) {
            throw new IllegalArgumentException("a realm must not be negative: " + realm);
        }
        String start = prefix(production, realm, keyId) + Base62.secret(secret);
        return new ApiKeyText(Base62.withChecksum(start).getBytes(StandardCharsets.ISO_8859_1), realm, keyId);
    }

    /// The part of a key's text before its secret.
    ///
    /// @param realm 0 or more
    public static String prefix(boolean production, long realm, UUID keyId) {
        return (production ? LIVE : TEST) + realm + "_" + Base62.id(keyId) + "_";
    }

    /// Parses a presented text.
    ///
    /// @return the parsed text, whose realm and key need not exist; empty if the text is malformed
    public static Optional<ApiKeyText> parse(String presented) {
        if (presented.length() < MIN_LENGTH
                || presented.length() > MAX_LENGTH
                || !(presented.startsWith(LIVE) || presented.startsWith(TEST))) {
            return Optional.empty();
        }
        // Characters outside Latin-1 become question marks, which are invalid in every part of a key.
        byte[] text = presented.getBytes(StandardCharsets.ISO_8859_1);
        int realmEnd = text.length - TAIL;
        int secretAt = text.length - Base62.CHECKSUM_DIGITS - Base62.SECRET_DIGITS;
        if (text[realmEnd] != '_' || text[secretAt - 1] != '_' || !Base62.endsInChecksum(text, secretAt)) {
            return Optional.empty();
        }
        long realm = realm(presented, REALM_AT, realmEnd);
        UUID keyId = Base62.id(text, realmEnd + 1);
        return realm < 0 || keyId == null ? Optional.empty() : Optional.of(new ApiKeyText(text, realm, keyId));
    }

    public long realm() {
        return realm;
    }

    public UUID keyId() {
        return keyId;
    }

    /// The key as text, which its holder sees only once.
    public String text() {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// The SHA-256 of the text, for storage. The secret is random, so a slow hash is not needed.
    public Digest hash() {
        return Digest.sha256(text);
    }

    /// Whether this key has the stored hash. The check takes constant time, even for an unknown key.
    ///
    /// @param storedHash the stored hash; null if there is no such key, in which case the result is false
    public boolean matches(@Nullable Digest storedHash) {
        return hash().equals(storedHash == null ? NO_HASH : storedHash) && storedHash != null;
    }

    /// Parses the number of a realm, which is decimal, without sign or leading zeros.
    ///
    /// @return the number, or -1 if the text is malformed
    static long realm(String text, int from, int to) {
        if (from == to || to - from > MAX_REALM_LENGTH || (text.charAt(from) == '0' && to - from > 1)) {
            return -1;
        }
        long realm = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            realm = realm * 10 + digit;
        }
        // 19 digits overflow at most once, to a negative number.
        return Math.max(realm, -1);
    }
}
