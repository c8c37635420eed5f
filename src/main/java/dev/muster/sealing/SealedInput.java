package dev.muster.sealing;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;

/// Reads a sealed file. [TransferKey#open] creates it. Not thread-safe.
///
/// Each chunk is authenticated before any of its bytes is returned, but only the end of the stream proves that the
/// file is complete. All reads throw a [TamperedException] if the file is damaged, incomplete or altered.
public final class SealedInput extends InputStream {
    private final InputStream from;
    private final FileChunks chunks;
    private byte[] sealed;
    private byte[] after = new byte[FileChunks.PLAIN_BYTES + FileChunks.TAG_BYTES];
    private int sealedLength;
    private byte[] plain = {};
    private int at;
    private boolean ended;

    private SealedInput(InputStream from, byte[] head, byte[] key) throws IOException {
        this.from = from;
        chunks = new FileChunks(head, key);
        sealed = new byte[FileChunks.PLAIN_BYTES + FileChunks.TAG_BYTES];
        sealedLength = from.readNBytes(sealed, 0, sealed.length);
    }

    static SealedInput open(InputStream from, TransferKey key) throws IOException {
        byte[] head = from.readNBytes(FileChunks.HEAD_BYTES);
        int titled = FileChunks.TITLE.length;
        if (head.length < FileChunks.HEAD_BYTES || !Arrays.equals(head, 0, titled, FileChunks.TITLE, 0, titled)) {
            throw new TamperedException("the file is not a tenant's file, or its beginning is damaged");
        }
        byte[] id = Arrays.copyOfRange(head, titled, titled + TransferKey.ID_BYTES);
        if (!key.hasId(id)) {
            throw new KeyUnavailableException("the file was sealed with transfer key "
                    + HexFormat.of().formatHex(id) + ", and this is transfer key " + key.id());
        }
        byte[] salt = Arrays.copyOfRange(head, titled + TransferKey.ID_BYTES, head.length);
        return new SealedInput(from, head, key.fileKey(salt));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
        while (at == plain.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int part = Math.min(count, plain.length - at);
        System.arraycopy(plain, at, to, offset, part);
        at += part;
        return part;
    }

    /// Opens the next chunk. It is the last one if nothing follows it.
    private void next() throws IOException {
        if (sealedLength < FileChunks.TAG_BYTES) {
            throw FileChunks.damaged();
        }
        int afterLength = sealedLength < sealed.length ? 0 : from.readNBytes(after, 0, after.length);
        ended = afterLength == 0;
        plain = chunks.open(sealed, sealedLength, ended);
        at = 0;
        byte[] free = sealed;
        sealed = after;
        after = free;
        sealedLength = afterLength;
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
