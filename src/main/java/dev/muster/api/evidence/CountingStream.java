package dev.muster.api.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// A stream that copies everything that is read to another stream, counts the bytes, and keeps the last ones.
final class CountingStream extends InputStream {
    /// The number of bytes that are kept.
    static final int TAIL = 128 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final byte[] ring = new byte[TAIL];
    private long count;

    CountingStream(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int max) throws IOException {
        int got = in.read(into, offset, max);
        if (got > 0) {
            out.write(into, offset, got);
            remember(into, offset, got);
        }
        return got;
    }

    private void remember(byte[] bytes, int offset, int length) {
        for (int i = Math.max(0, length - TAIL); i < length; ) {
            int at = (int) ((count + i) % TAIL);
            int fits = Math.min(length - i, TAIL - at);
            System.arraycopy(bytes, offset + i, ring, at, fits);
            i += fits;
        }
        count += length;
    }

    /// The number of bytes read so far.
    long count() {
        return count;
    }

    /// Returns `length` bytes from an offset; null if they are no longer kept or have not been read yet.
    byte @Nullable [] bytes(long from, int length) {
        return from + length > count || count - from > TAIL ? null : remembered(from, length);
    }

    private byte[] remembered(long from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = ring[(int) ((from + i) % TAIL)];
        }
        return bytes;
    }

    /// The last [#TAIL] bytes that were read, or all bytes if there were fewer.
    byte[] tail() {
        int length = (int) Math.min(count, TAIL);
        return remembered(count - length, length);
    }
}
