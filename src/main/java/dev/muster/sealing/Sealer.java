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

/// Seals and opens values with AES-256-GCM.
///
/// A sealed value is the format byte `01`, the nonce (12 bytes), the ciphertext (as long as the plain text) and
/// the tag (16 bytes): 29 bytes more than the plain text. Associated data are the format byte and the [SealingContext].
///
/// The nonce is not the drawn randomness itself but the first 12 bytes of `SHA-256(nonce key || drawn 12 bytes
/// || length of place, 4 bytes || place || plain text)`. A lane may run a request again with the same
/// randomness after a failed transaction, and the second run may well have other content (a later instant,
/// another before-value). Were the nonce the drawn bytes alone, two different texts would then stand under one
/// nonce, one of them in the write-ahead log of the failed transaction, and GCM would betray both. This way the
/// same content gives the same bytes again, and other content gets another nonce. The nonce key is as secret as
/// the cipher key and goes with it, so a nonce tells nothing about the content.
///
/// An instance holds a cipher and is for one thread at a time: each lane has its own. Making one costs a
/// microsecond or two, so a reader may also make its own for one request.
public final class Sealer {
    /// What sealing adds to the length of a value, in bytes.
    public static final int OVERHEAD_BYTES = 29;

    private static final byte FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TEXT_AT = 1 + NONCE_BYTES;

    private final MessageDigest digest = Digest.startSha256();
    private Cipher cipher = newCipher();

    /// Seals a value for its place.
    ///
    /// @param random gives 12 bytes; a source fit for secrets, or a request's [ReplayableRandom]
    /// @param plain at most a few megabytes, may be empty
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

    /// Opens what [#seal] made for the same place under the same key.
    ///
    /// @return the plain text
    /// @throws TamperedException when it is anything else
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
            // The JDK refuses the nonce and key it saw last. Here that means the very same content sealed again, by a
            // request that is run again, and the same bytes are what is wanted.
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
