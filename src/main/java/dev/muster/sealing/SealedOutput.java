package dev.muster.sealing;

import java.io.IOException;
import java.io.OutputStream;

/// Seals a file while it is written. [TransferKey#seal] creates it, and `FileChunks` describes the format. Not
/// thread-safe.
///
/// [#finish] must be called after the last byte. A file that was not finished is refused by [SealedInput].
public final class SealedOutput extends OutputStream {
    private final OutputStream to;
    private final FileChunks chunks;
    private final byte[] plain = new byte[FileChunks.PLAIN_BYTES];
    private int length;

    SealedOutput(OutputStream to, byte[] id, byte[] salt, byte[] key) throws IOException {
        this.to = to;
        byte[] head = FileChunks.head(id, salt);
        chunks = new FileChunks(head, key);
        to.write(head);
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int done = 0;
        while (done < count) {
            if (length == plain.length) {
                chunk(false);
            }
            int part = Math.min(count - done, plain.length - length);
            System.arraycopy(bytes, from + done, plain, length, part);
            length += part;
            done += part;
        }
    }

    private void chunk(boolean last) throws IOException {
        to.write(chunks.seal(plain, length, last));
        length = 0;
    }

    /// Writes the last chunk and flushes. Nothing may be written afterwards.
    public void finish() throws IOException {
        chunk(true);
        to.flush();
    }

    /// Closes the stream below. Does not finish the file.
    @Override
    public void close() throws IOException {
        to.close();
    }
}
