package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// Seals and unseals values with AES-256-GCM.
///
/// A sealed value consists of the format byte `01`, the nonce (12 bytes), the ciphertext (as long as the plain text)
/// and the tag (16 bytes), so it is 29 bytes longer than the plain text. The associated data consist of the format byte
/// and the [SealingContext].
///
/// The nonce is not the drawn randomness itself, but the first 12 bytes of
/// `SHA-256(nonce key || drawn 12 bytes || length of context, 4 bytes || context || plain text)`. After a failed
/// transaction, a lane may run a request again with the same randomness but different content, such as a later instant.
/// If the nonce were the drawn bytes alone, two different values would be sealed with the same nonce, one of them in
/// the write-ahead log of the failed transaction, and an attacker could recover both. With this construction, the same
/// content produces the same bytes again, and different content gets a different nonce. The nonce key is as secret as
/// the cipher key and is derived together with it, so a nonce reveals nothing about the content.
///
/// Not thread-safe, so each lane has its own instance. Creating one takes only a microsecond or two, so a reader may
/// create one per request.
public final class Sealer {
    /// The number of bytes that sealing adds to a value.
    public static final int OVERHEAD_BYTES = 29;

    private static final byte FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TEXT_AT = 1 + NONCE_BYTES;

    private final MessageDigest digest = Digest.startSha256();
    private Cipher cipher = newCipher();

    /// Seals a value for its context.
    ///
    /// @param random a cryptographically secure source or a request's [ReplayableRandom], from which 12 bytes are
    ///     drawn
    /// @param plain the value to seal, which may be empty and has at most a few megabytes
    public byte[] seal(SealingKey key, SealingContext place, RandomGenerator random, byte[] plain) {
        byte[] bound = place.bytes();
        byte[] sealed = new byte[plain.length + OVERHEAD_BYTES];
        sealed[0] = FORMAT;
        System.arraycopy(nonce(key, bound, random, plain), 0, sealed, 1, NONCE_BYTES);
        try {
            startSealing(key, new GCMParameterSpec(TAG_BYTES * 8, sealed, 1, NONCE_BYTES));
            cipher.updateAAD(sealed, 0, 1);
            cipher.updateAAD(bound);
            cipher.doFinal(plain, 0, plain.length, sealed, TEXT_AT);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not seal", e);
        }
    }

    /// Unseals a value sealed by [#seal] for the same context with the same key.
    ///
    /// @return the plain text
    /// @throws TamperedException if the value was not sealed for this context with this key
    public byte[] open(SealingKey key, SealingContext place, byte[] sealed) {
        if (sealed.length < OVERHEAD_BYTES || sealed[0] != FORMAT) {
            throw tampered(place);
        }
        try {
            cipher.init(
                    Cipher.DECRYPT_MODE, key.cipherKey(), new GCMParameterSpec(TAG_BYTES * 8, sealed, 1, NONCE_BYTES));
            cipher.updateAAD(sealed, 0, 1);
            cipher.updateAAD(place.bytes());
            return cipher.doFinal(sealed, TEXT_AT, sealed.length - TEXT_AT);
        } catch (AEADBadTagException e) {
            throw tampered(place);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not open", e);
        }
    }

    private void startSealing(SealingKey key, GCMParameterSpec nonce) throws GeneralSecurityException {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key.cipherKey(), nonce);
        } catch (InvalidAlgorithmParameterException e) {
            // The JDK refuses to use the same nonce and key twice in a row. Here this means that a repeated request
            // seals the same content, which must produce the same bytes.
            cipher = newCipher();
            cipher.init(Cipher.ENCRYPT_MODE, key.cipherKey(), nonce);
        }
    }

    private byte[] nonce(SealingKey key, byte[] bound, RandomGenerator random, byte[] plain) {
        byte[] drawn = new byte[NONCE_BYTES];
        random.nextBytes(drawn);
        digest.update(key.nonceKey());
        digest.update(drawn);
        digest.update(ByteBuffer.allocate(4).putInt(bound.length).array());
        digest.update(bound);
        digest.update(plain);
        return digest.digest();
    }

    private static TamperedException tampered(SealingContext place) {
        return new TamperedException("a sealed value does not open at its place: " + place);
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks AES-GCM", e);
        }
    }
}
