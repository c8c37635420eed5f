package dev.muster.security;

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
/// The text says where to look the key up. Only its SHA-256 is stored, and that is what proves it. The checksum
/// keeps mistyped and made-up keys from the database, and lets scanners for leaked secrets be sure of what they
/// found.
public final class ApiKeyText {
    private static final String TEST = "mst_test_";
    private static final String LIVE = "mst_live_";
    private static final int REALM_AT = TEST.length();
    private static final int TAIL = 1 + Base62.ID_DIGITS + 1 + Base62.SECRET_DIGITS + Base62.CHECKSUM_DIGITS;
    private static final int SHORTEST = REALM_AT + 1 + TAIL;
    private static final int LONGEST = REALM_AT + 19 + TAIL;

    private static final int HASH_BYTES = 32;

    private final byte[] text;
    private final boolean production;
    private final long realm;
    private final UUID keyId;

    private ApiKeyText(byte[] text, boolean production, long realm, UUID keyId) {
        this.text = text;
        this.production = production;
        this.realm = realm;
        this.keyId = keyId;
    }

    /// Makes the text of a new key.
    ///
    /// @param realm 0 or more
    /// @param secret 32 bytes of a source fit for secrets
    public static ApiKeyText make(boolean production, long realm, UUID keyId, byte[] secret) {
        if (realm < 0) {
            throw new IllegalArgumentException("a realm is not negative: " + realm);
        }
        String start = (production ? LIVE : TEST) + realm + "_" + Base62.id(keyId) + "_" + Base62.secret(secret);
        byte[] unchecked = start.getBytes(StandardCharsets.ISO_8859_1);
        byte[] text = (start + Base62.checksum(unchecked, unchecked.length)).getBytes(StandardCharsets.ISO_8859_1);
        return new ApiKeyText(text, production, realm, keyId);
    }

    /// Reads a text that somebody presents. It is in the right form or it is nothing; what it names may still
    /// not exist.
    public static Optional<ApiKeyText> parse(String presented) {
        boolean production = presented.startsWith(LIVE);
        if (presented.length() < SHORTEST
                || presented.length() > LONGEST
                || !(production || presented.startsWith(TEST))) {
            return Optional.empty();
        }
        // A character that is not Latin-1 becomes a question mark, which no part of a key may hold.
        byte[] text = presented.getBytes(StandardCharsets.ISO_8859_1);
        int realmEnd = text.length - TAIL;
        int secretAt = text.length - Base62.CHECKSUM_DIGITS - Base62.SECRET_DIGITS;
        if (text[realmEnd] != '_'
                || text[secretAt - 1] != '_'
                || !Base62.areDigits(text, secretAt, text.length)
                || !Base62.endsInChecksum(text)) {
            return Optional.empty();
        }
        long realm = realm(text, realmEnd);
        UUID keyId = Base62.id(text, realmEnd + 1);
        return realm < 0 || keyId == null
                ? Optional.empty()
                : Optional.of(new ApiKeyText(text, production, realm, keyId));
    }

    /// Whether it is for the environment `production`, else for `test`.
    public boolean production() {
        return production;
    }

    public long realm() {
        return realm;
    }

    public UUID keyId() {
        return keyId;
    }

    /// The text itself, to be shown once to whom it was made for.
    public String text() {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// What is stored: the SHA-256 of the text, 32 bytes. The secret is random, so nothing slower is called
    /// for.
    public byte[] hash() {
        return Digest.sha256(text).bytes();
    }

    /// Whether this is the key whose hash was stored, in constant time, and with the same work for a key that
    /// is not known.
    ///
    /// @param storedHash null when there is no such key; the answer is then no
    public boolean matches(byte @Nullable [] storedHash) {
        byte[] known = storedHash == null ? new byte[HASH_BYTES] : storedHash;
        return ConstantTime.equal(hash(), known) && storedHash != null;
    }

    /// Without the secret.
    @Override
    public String toString() {
        return (production ? LIVE : TEST) + realm + "_" + Base62.id(keyId) + "_…";
    }

    private static long realm(byte[] text, int end) {
        if (text[REALM_AT] == '0' && end > REALM_AT + 1) {
            return -1;
        }
        long realm = 0;
        for (int i = REALM_AT; i < end; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            // 19 digits overflow at most once, into the negative, which is no realm either.
            realm = realm * 10 + digit;
        }
        return realm;
    }
}
