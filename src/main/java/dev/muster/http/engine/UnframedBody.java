package dev.muster.http.engine;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.DateTime;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A body of unknown length for a client that speaks HTTP/1.0. One that fits into the buffer is sent with its
/// length. A longer one goes out behind a head that says nothing of it, and ends with the connection; Helidon
/// itself would send it in chunks.
final class UnframedBody extends OutputStream {
    private static final int BUFFER_BYTES = 32 << 10;

    private final RoutingResponse response;
    private final DataWriter writer;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;
    private long count;
    private boolean underWay;

    /// @param response with status and headers, of which nothing has been sent
    UnframedBody(RoutingResponse response, DataWriter writer) {
        this.response = response;
        this.writer = writer;
    }

    @Override
    public void write(int b) {
        if (used == buffer.length) {
            flush();
        }
        buffer[used++] = (byte) b;
        count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; ) {
            if (used == buffer.length) {
                flush();
            }
            int some = Math.min(length - done, buffer.length - used);
            System.arraycopy(bytes, offset + done, buffer, used, some);
            used += some;
            done += some;
        }
        count += length;
    }

    /// Sends what is there, after which the reply cannot become another one.
    @Override
    public void flush() {
        if (!underWay) {
            underWay = true;
            writer.writeNow(head());
        }
        if (used > 0) {
            writer.writeNow(BufferData.create(buffer, 0, used));
            used = 0;
        }
    }

    /// The body is whole. Whoever calls closes the connection then.
    void end() throws IOException {
        if (underWay) {
            flush();
        } else {
            response.send(java.util.Arrays.copyOf(buffer, used));
        }
    }

    /// Whether something has been sent.
    boolean isUnderWay() {
        return underWay;
    }

    /// Bytes written so far.
    long count() {
        return count;
    }

    private BufferData head() {
        BufferData head = BufferData.growing(512);
        head.write(("HTTP/1.1 " + response.status().code() + " "
                        + response.status().reasonPhrase() + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        if (!response.headers().contains(HeaderNames.DATE)) {
            response.header(HeaderNames.DATE, DateTime.rfc1123String());
        }
        for (Header header : response.headers()) {
            header.writeHttp1Header(head);
        }
        head.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        return head;
    }
}
