package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The hash chain of a realm's journal: `hash = SHA-256(previous hash || the entry's bytes)`.
///
/// Not thread-safe.
public final class JournalHash {
    /// The length of a hash in bytes.
    public static final int BYTES = 32;

    private final MessageDigest digest = Digest.startSha256();

    /// Returns the hash that a realm's first entry follows: `SHA-256("muster" || realm as 8 bytes, big endian)`.
    public byte[] origin(long realm) {
        digest.update("muster".getBytes(StandardCharsets.US_ASCII));
        return digest.digest(ByteBuffer.allocate(8).putLong(realm).array());
    }

    /// Returns the hash of an entry, which is the new head of the chain and has 32 bytes.
    ///
    /// @param previous the 32-byte hash of the previous entry, or [#origin]
    /// @param entry the entry's stored bytes, without its hash
    public byte[] next(byte[] previous, byte[] entry) {
        if (previous.length != BYTES) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + previous.length);
        }
        digest.update(previous);
        return digest.digest(entry);
    }
}
