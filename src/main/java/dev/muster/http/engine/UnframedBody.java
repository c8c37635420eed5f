package dev.muster.http.engine;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.DateTime;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.RoutingResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A body of unknown length for an HTTP/1.0 client. Helidon would send it in chunks, which HTTP/1.0 does not support.
/// If the body fits into the buffer, it is sent with its length; otherwise the end of the connection marks its end.
final class UnframedBody extends BufferedOutputStream {
    private static final int BUFFER_BYTES = 32 << 10;

    private final RoutingResponse response;
    private final HeadFirstStream wire;

    /// @param response the response with status and headers; nothing may have been sent yet
    UnframedBody(RoutingResponse response, DataWriter writer) {
        this(response, new HeadFirstStream(response, writer));
    }

    private UnframedBody(RoutingResponse response, HeadFirstStream wire) {
        super(wire, BUFFER_BYTES);
        this.response = response;
        this.wire = wire;
    }

    /// Does nothing, because a compressor closes incomplete bodies too. See [#end].
    @Override
    public void close() {}

    /// Completes the body. The caller then closes the connection.
    void end() throws IOException {
        if (wire.underWay) {
            flush();
        } else {
            response.send(Arrays.copyOf(buf, count));
        }
    }

    /// The number of bytes written so far.
    long length() {
        return wire.sent + count;
    }

    /// Clears the headers for another reply.
    ///
    /// @return false if something has been sent already
    boolean reset() {
        if (!wire.underWay) {
            response.headers().clear();
        }
        return !wire.underWay;
    }

    /// Sends the head before the first bytes.
    private static final class HeadFirstStream extends OutputStream {
        private final RoutingResponse response;
        private final DataWriter writer;
        private boolean underWay;
        private long sent;

        HeadFirstStream(RoutingResponse response, DataWriter writer) {
            this.response = response;
            this.writer = writer;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (!underWay) {
                underWay = true;
                writer.writeNow(head());
            }
            writer.writeNow(BufferData.create(bytes, offset, length));
            sent += length;
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
}
