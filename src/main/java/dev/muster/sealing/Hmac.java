package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.security.MessageDigest;

/// HMAC-SHA256 (RFC 2104) under one key, and the two halves of HKDF (RFC 5869) based on it.
///
/// The key is absorbed once, into two digests, which are then only cloned. Instances are therefore immutable and
/// thread-safe. A short message takes two thirds of the time that `javax.crypto.Mac` takes, and a twentieth of the time
/// that `javax.crypto.KDF` takes. This matters because a key is derived for every user that a request touches.
public final class Hmac {
    /// The length of a result in bytes.
    public static final int BYTES = 32;

    private static final int BLOCK_BYTES = 64;

    private final MessageDigest inner;
    private final MessageDigest outer;

    /// @param key a key of any length; keys longer than 64 bytes are hashed first, as specified by RFC 2104
    public Hmac(byte[] key) {
        byte[] block = new byte[BLOCK_BYTES];
        byte[] fitting = key.length > BLOCK_BYTES ? Digest.sha256(key).bytes() : key;
        System.arraycopy(fitting, 0, block, 0, fitting.length);
        this.inner = absorbed(block, 0x36);
        this.outer = absorbed(block, 0x5c);
    }

    /// Performs HKDF-Extract. Returns the pseudo-random key, on which [#expand] can be called.
    static Hmac extract(byte[] salt, byte[] inputKey) {
        return new Hmac(new Hmac(salt).of(inputKey));
    }

    /// Returns the HMAC of the concatenated parts, which has 32 bytes.
    public byte[] of(byte[]... parts) {
        MessageDigest digest = copy(inner);
        for (byte[] part : parts) {
            digest.update(part);
        }
        byte[] inside = digest.digest();
        MessageDigest result = copy(outer);
        result.update(inside);
        return result.digest();
    }

    /// Performs HKDF-Expand, with this key as the pseudo-random key.
    ///
    /// @param length the number of bytes to return, at most 255 times 32
    byte[] expand(byte[] info, int length) {
        if (length < 0 || length > 255 * BYTES) {
            throw new IllegalArgumentException("HKDF gives at most 8160 bytes, asked for " + length);
        }
        byte[] result = new byte[length];
        byte[] previous = {};
        for (int done = 0, counter = 1; done < length; done += BYTES, counter++) {
            previous = of(previous, info, new byte[] {(byte) counter});
            System.arraycopy(previous, 0, result, done, Math.min(BYTES, length - done));
        }
        return result;
    }

    private static MessageDigest absorbed(byte[] block, int pad) {
        byte[] padded = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            padded[i] = (byte) (block[i] ^ pad);
        }
        MessageDigest digest = Digest.startSha256();
        digest.update(padded);
        return digest;
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }
}
