package dev.muster.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// A receiver of webhooks that does as little as possible, so that the sender is what is measured. It reads each
/// request, counts it and answers 204, but neither parses nor verifies the body.
final class Hook implements AutoCloseable {
    private static final byte[] ANSWER = "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String LENGTH = "content-length:";
    private static final int BUFFER = 1 << 14;

    private final ServerSocket socket;
    private final AtomicLong requests = new AtomicLong();

    /// Listens on a free port of 127.0.0.1.
    Hook() {
        try {
            socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("hook").start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }

    /// The number of requests so far.
    long requests() {
        return requests.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connection.setTcpNoDelay(true);
                Thread.ofPlatform().daemon().name("hook connection").start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            byte[] read = new byte[BUFFER];
            int length = 0;
            while (true) {
                int more = in.read(read, length, BUFFER - length);
                if (more < 0) {
                    return;
                }
                length += more;
                int end = endOfFirst(read, length);
                if (end > 0) {
                    requests.incrementAndGet();
                    out.write(ANSWER);
                    System.arraycopy(read, end, read, 0, length - end);
                    length -= end;
                }
            }
        } catch (IOException e) {
            // The sender closed the connection.
            return;
        }
    }

    /// Returns the offset at which the first request ends, or -1 if the request has not arrived completely.
    private static int endOfFirst(byte[] read, int length) {
        for (int i = 3; i < length; i++) {
            if (read[i] == '\n' && read[i - 1] == '\r' && read[i - 2] == '\n') {
                int end = i + 1 + bodyLength(new String(read, 0, i, StandardCharsets.ISO_8859_1));
                return end <= length ? end : -1;
            }
        }
        return -1;
    }

    private static int bodyLength(String head) {
        int from = head.toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
        return Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
