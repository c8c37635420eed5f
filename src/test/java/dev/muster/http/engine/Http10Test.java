package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/1.0 requests, which nginx and HAProxy's health checks send by default, are answered like any other, but without
/// chunks, and the connection is then closed.
class Http10Test {

    private static Probe probe;

    @BeforeAll
    static void start() {
        probe = new Probe();
    }

    @AfterAll
    static void stop() {
        probe.close();
    }

    /// Sends the pieces and returns everything received until the connection ends.
    private static String all(String... pieces) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), probe.port)) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.UTF_8));
                Thread.sleep(pieces.length > 1 ? 1 : 0);
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String head(String reply) {
        return reply.substring(0, reply.indexOf("\r\n\r\n"));
    }

    private static String body(String reply) {
        return reply.substring(reply.indexOf("\r\n\r\n") + 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Host: localhost\r\n", "Connection: keep-alive\r\n", "Connection: close\r\nHost: a:80\r\n"})
    void isAnsweredAndEndsTheConnection(String headers) throws Exception {
        String reply = all("GET /v1/users/a HTTP/1.0\r\n" + headers + "\r\n");
        assertThat(reply).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(head(reply)).contains("\r\nConnection: close", "\r\nContent-Length: 1", "\r\nX-Request-Id: ");
        assertThat(body(reply)).isEqualTo("a");
    }

    @Test
    void comesInAnyPieces() throws Exception {
        String request = "POST /v1/echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc";
        assertThat(body(all(request.split("(?<=.)", -1)))).isEqualTo("abc");
        assertThat(body(all(request.substring(0, 20), request.substring(20)))).isEqualTo("abc");
    }

    /// HTTP/1.0 is recognised by the request line alone, even if a header mentions another version.
    @Test
    void isKnownByItsFirstLineAlone() {
        try (Wire wire = new Wire(probe.port)) {
            for (int i = 0; i < 2; i++) {
                assertThat(wire.send(Wire.head("GET", "/v1/header", "X-Probe: GET / HTTP/1.0"))
                                .answer()
                                .body())
                        .isEqualTo("GET / HTTP/1.0");
            }
            wire.send("GET /v1/users/b HTTP/1.0\r\n\r\n");
            assertThat(wire.answer().body()).isEqualTo("b");
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void bytesAfterTheRequestAreIgnored() throws Exception {
        String reply = all("GET /v1/users/a HTTP/1.0\r\n\r\n" + Wire.head("GET", "/v1/users/second"));
        assertThat(reply).endsWith("\r\n\r\na").doesNotContain("second");
    }

    @Test
    void refusalsEndItToo() throws Exception {
        String reply = all("GET /v1/nothing HTTP/1.0\r\n\r\n");
        assertThat(reply).startsWith("HTTP/1.1 404 ");
        assertThat(head(reply)).contains("\r\nConnection: close");
        assertThat(body(reply)).contains("NoSuchPath");
        assertThat(all("HEAD /v1/users/a HTTP/1.0\r\n\r\n"))
                .endsWith("\r\n\r\n")
                .contains("Content-Length: 1");
    }

    @Test
    void aLongStreamHasNoChunksAndEndsWithTheConnection() throws Exception {
        String reply = all("GET /v1/stream HTTP/1.0\r\n\r\n");
        assertThat(head(reply))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nConnection: close", "\r\nDate: ", "\r\nContent-Type: application/x-ndjson")
                .doesNotContain("Transfer-Encoding", "Content-Length");
        assertThat(body(reply))
                .startsWith("{\"line\":0}\n")
                .endsWith("{\"line\":199999}\n")
                .hasLineCount(200_000);
    }

    @Test
    void aStreamThatFailsAtItsBeginningIsRefused() throws Exception {
        String reply = all("GET /v1/stillborn-stream HTTP/1.0\r\n\r\n");
        assertThat(reply).startsWith("HTTP/1.1 500 ");
        assertThat(head(reply)).contains("\r\nConnection: close").doesNotContain("ndjson");
        assertThat(body(reply)).contains("Internal");
    }

    /// If a stream breaks off, the connection is reset. With neither a length nor chunks, only TCP can tell the
    /// client that the body is incomplete.
    @Test
    void aStreamThatBreaksOffResetsTheConnection() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), probe.port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET /v1/broken-stream HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            assertThat(endsWithAReset(socket.getInputStream())).isTrue();
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), probe.port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET /v1/stream HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            assertThat(endsWithAReset(socket.getInputStream()))
                    .as("a whole one")
                    .isFalse();
        }
    }

    private static boolean endsWithAReset(InputStream in) throws IOException {
        try {
            in.transferTo(new ByteArrayOutputStream());
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
