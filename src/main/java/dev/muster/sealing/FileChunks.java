package dev.muster.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The format of a sealed file: a head, and then chunks of 64 KiB, each sealed with AES-256-GCM, which adds a tag of
/// 16 bytes. Only the last chunk may be shorter.
///
/// The head consists of `muster-tenant-1` and a line feed, the id of the [TransferKey] (8 bytes), and a random salt
/// (32 bytes). The file's key is derived from the transfer key and the salt, so it seals nothing else. The nonce of
/// a chunk is its number, counted from 0 (11 bytes), and 1 for the last chunk or 0 for any other (1 byte). The head
/// is the associated data of every chunk. Chunks therefore cannot be changed, reordered, removed, or moved to
/// another file, and the file cannot be truncated, not even after a chunk.
final class FileChunks {
    static final byte[] TITLE = "muster-tenant-1\n".getBytes(StandardCharsets.US_ASCII);
    static final int HEAD_BYTES = TITLE.length + TransferKey.ID_BYTES + TransferKey.SALT_BYTES;
    static final int PLAIN_BYTES = 1 << 16;
    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;

    private final byte[] head;
    private final SecretKeySpec key;
    private final Cipher cipher;
    private long next;

    FileChunks(byte[] head, byte[] key) {
        this.head = head.clone();
        this.key = new SecretKeySpec(key, "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks AES-GCM", e);
        }
    }

    static byte[] head(byte[] id, byte[] salt) {
        return ByteBuffer.allocate(HEAD_BYTES).put(TITLE).put(id).put(salt).array();
    }

    byte[] seal(byte[] plain, int length, boolean last) {
        try {
            return run(Cipher.ENCRYPT_MODE, plain, length, last);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not seal", e);
        }
    }

    /// @throws TamperedException if the next chunk of this file was not sealed as this one
    byte[] open(byte[] sealed, int length, boolean last) {
        try {
            return run(Cipher.DECRYPT_MODE, sealed, length, last);
        } catch (AEADBadTagException e) {
            throw damaged();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not open", e);
        }
    }

    static TamperedException damaged() {
        return new TamperedException("the file is damaged, incomplete or altered");
    }

    private byte[] run(int mode, byte[] bytes, int length, boolean last) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .putLong(NONCE_BYTES - 1 - Long.BYTES, next++)
                .put(NONCE_BYTES - 1, (byte) (last ? 1 : 0))
                .array();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(head);
        return cipher.doFinal(bytes, 0, length);
    }
}
