package dev.muster.api.smileid;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Hands on all that is read through it, counts it, and remembers its end.
final class CountingStream extends InputStream {
    /// How much of the end is remembered.
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
    public int read(byte[] into, int offset, int most) throws IOException {
        int got = in.read(into, offset, most);
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

    /// Reads to the end.
    void drain() throws IOException {
        byte[] buffer = new byte[8 << 10];
        while (read(buffer, 0, buffer.length) >= 0) {
            // It is handed on and remembered.
        }
    }

    /// How many bytes were read so far.
    long count() {
        return count;
    }

    /// So many bytes from a place on; null when they are no longer remembered, or were not read yet.
    byte @Nullable [] bytes(long from, int length) {
        if (from + length > count || count - from > TAIL) {
            return null;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = ring[(int) ((from + i) % TAIL)];
        }
        return bytes;
    }

    /// The last of what was read: all of it, when it is shorter than [#TAIL].
    byte[] tail() {
        int length = (int) Math.min(count, TAIL);
        byte[] tail = new byte[length];
        int from = (int) ((count - length) % TAIL);
        int first = Math.min(length, TAIL - from);
        System.arraycopy(ring, from, tail, 0, first);
        System.arraycopy(ring, 0, tail, first, length - first);
        return tail;
    }
}
