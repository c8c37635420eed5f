package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The randomness of one request, expanded from a seed drawn when the request is submitted. If its lane runs
/// the request again, after [#restart], it gets the same ids, seeds, secrets and nonces as the first time.
///
/// The stream is `SHA-256(seed || 0) || SHA-256(seed || 1) || …`, with a counter of 8 bytes, big endian. The
/// seed is 32 bytes from a cryptographically secure source and is not stored.
///
/// Not thread-safe. The thread that submits a request hands it over to the lane.
public final class ReplayableRandom implements RandomGenerator {
    /// The length of a seed in bytes.
    public static final int SEED_BYTES = 32;

    private final byte[] input;
    private final MessageDigest digest = Digest.startSha256();
    private byte[] block = {};
    private int used;
    private long counter;

    /// Creates the stream of a 32-byte seed.
    public ReplayableRandom(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
        }
        this.input = Arrays.copyOf(seed, SEED_BYTES + Long.BYTES);
    }

    /// Creates a stream with a new seed.
    ///
    /// @param source a cryptographically secure source, such as a `SecureRandom`, from which 32 bytes are drawn in
    ///     one call
    public static ReplayableRandom draw(RandomGenerator source) {
        byte[] seed = new byte[SEED_BYTES];
        source.nextBytes(seed);
        return new ReplayableRandom(seed);
    }

    /// Restarts the stream from its beginning.
    public void restart() {
        counter = 0;
        used = 0;
        block = new byte[0];
    }

    /// Returns the next bytes of the stream.
    public byte[] next(int length) {
        byte[] bytes = new byte[length];
        nextBytes(bytes);
        return bytes;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            if (used == block.length) {
                ByteBuffer.wrap(input).putLong(SEED_BYTES, counter++);
                block = digest.digest(input);
                used = 0;
            }
            int taken = Math.min(bytes.length - done, block.length - used);
            System.arraycopy(block, used, bytes, done, taken);
            used += taken;
            done += taken;
        }
    }

    @Override
    public long nextLong() {
        return ByteBuffer.wrap(next(Long.BYTES)).getLong();
    }

    /// Creates a UUID of version 7 (RFC 9562, section 5.7): 48 bits of time, followed by 74 of the next 80 bits of
    /// the stream. Ids created in the same millisecond are in no particular order.
    ///
    /// @param epochMillis the time, from 0 to 2^48 - 1
    public UUID uuidV7(long epochMillis) {
        if (epochMillis < 0 || epochMillis >>> 48 != 0) {
            throw new IllegalArgumentException("not a time of version 7: " + epochMillis + " ms");
        }
        ByteBuffer random = ByteBuffer.wrap(next(10));
        long high = (epochMillis << 16) | 0x7000 | (random.getShort() & 0x0fff);
        long low = 0x8000_0000_0000_0000L | (random.getLong() & 0x3fff_ffff_ffff_ffffL);
        return new UUID(high, low);
    }
}
