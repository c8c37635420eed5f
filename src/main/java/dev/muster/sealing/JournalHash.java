package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The chain of a realm's journal: `hash = SHA-256(previous hash || the entry's bytes)`.
///
/// An instance holds a digest and is for one thread at a time.
public final class JournalHash {
    /// Bytes in a hash.
    public static final int BYTES = 32;

    private final MessageDigest digest = Digest.startSha256();

    /// What stands before a realm's first entry: `SHA-256("muster" || realm as 8 bytes, big endian)`.
    public byte[] origin(long realm) {
        digest.update("muster".getBytes(StandardCharsets.US_ASCII));
        return digest.digest(ByteBuffer.allocate(8).putLong(realm).array());
    }

    /// The hash of an entry, which is the head of a chain that ends with it: 32 bytes.
    ///
    /// @param previous the 32 bytes of the entry before, or [#origin]
    /// @param entry the entry's bytes as they are kept, without its hash
    public byte[] next(byte[] previous, byte[] entry) {
        if (previous.length != BYTES) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + previous.length);
        }
        digest.update(previous);
        return digest.digest(entry);
    }
}
