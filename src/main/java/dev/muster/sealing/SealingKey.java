package dev.muster.sealing;

import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// A key for sealing, which [RealmKey] or [MasterKeys] derives and a [Sealer] uses. Immutable. It cannot be converted
/// to bytes or text.
///
/// It consists of 64 bytes from HKDF-Expand: the first 32 are the AES-256 key, and the last 32 are used to compute
/// nonces (see [Sealer]).
public final class SealingKey {
    private final SecretKey cipherKey;
    private final byte[] nonceKey;

    SealingKey(Hmac pseudoRandomKey, byte[] info) {
        byte[] both = pseudoRandomKey.expand(info, 64);
        this.cipherKey = new SecretKeySpec(both, 0, 32, "AES");
        this.nonceKey = Arrays.copyOfRange(both, 32, 64);
    }

    SecretKey cipherKey() {
        return cipherKey;
    }

    byte[] nonceKey() {
        return nonceKey;
    }

    @Override
    public String toString() {
        return "SealingKey";
    }
}
