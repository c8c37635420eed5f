package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Malformed bodies and requests always get a response with a status below 500, in the format of the API if the path is
/// known. They leave nothing on the connection that could be read as another request.
class BadHttpTest {

    private static final String GET = "GET /v1/users/a HTTP/1.1\r\nHost: a\r\n";
    private static final String POST = "POST /v1/length HTTP/1.1\r\nHost: a\r\n";

    private static Probe probe;

    @BeforeAll
    static void start() {
        probe = new Probe();
    }

    @AfterAll
    static void stop() {
        probe.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET /v1/users/a\r\n\r\n",
                "GET /v1/users/a HTTP/2.0\r\nHost: a\r\n\r\n",
                "GET /v1/users/a HTTP/1.0\nHost: a\n\n",
                "GET /v1/users/a HTTP/1.0 \r\nHost: a\r\n\r\n",
                "GET /v1/users/a http/1.0\r\nHost: a\r\n\r\n",
                "GET /v1/users/a HTTP/0.9\r\nHost: a\r\n\r\n",
                "GET /v1/users/a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /v1/users/a HTTP/1.0\r\nHost: a b\r\n\r\n",
                "GET /v1/users/a HTTP/1.0\r\nHost:\r\n\r\n",
                "POST /v1/length HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                "POST /v1/length HTTP/1.0\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a:99999\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a:\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: [::1]x\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\nHost: a\n\n",
                "GET /v1/users/a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET users HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a:b\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
                "GET /v1/users/a HTTP/1.1\r\n Host: a\r\n\r\n",
                GET + ": x\r\n\r\n",
                GET + ":\r\n\r\n",
                GET + " : x\r\n\r\n",
                GET + "\t: x\r\n\r\n",
                GET + "Name : x\r\n\r\n",
                GET + "Name\t: x\r\n\r\n",
                GET + " Name: folded\r\n\r\n",
                GET + "Name: x\r\n\tfolded\r\n\r\n",
                GET + "Name: x\r\n folded: y\r\n\r\n",
                GET + "N\u0000me: x\r\n\r\n",
                GET + "N\u0001me: x\r\n\r\n",
                GET + "N\u007fme: x\r\n\r\n",
                GET + "N\u00e4me: x\r\n\r\n",
                GET + "(Name): x\r\n\r\n",
                GET + "Name=: x\r\n\r\n",
                GET + "Name: x\u0000y\r\n\r\n",
                GET + "Name: x\u0001y\r\n\r\n",
                GET + "Name: x\u000by\r\n\r\n",
                GET + "Name: x\u007fy\r\n\r\n",
                GET + "Name: x\ry\r\n\r\n",
                GET + "Name: x\ny\r\n\r\n",
                GET + "Name: \u0000\r\n\r\n",
                GET + "Connection: x\u0000y\r\n\r\n",
                POST + "Content-Length: \r\n\r\n",
                POST + "Content-Length: +1\r\n\r\na",
                POST + "Content-Length: 0x1\r\n\r\na",
                POST + "Content-Length: 1, 1\r\n\r\na",
                POST + "Content-Length: 1 1\r\n\r\na",
                POST + "Content-Length: 1\u000b\r\n\r\na",
                POST + "Content-Length : 1\r\n\r\na",
                POST + "Content-Length: \u0661\r\n\r\na",
                POST + "Transfer-Encoding: identity\r\n\r\n",
                POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked;x\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
                POST + "Content-Length: x\r\n\r\n",
                POST + "Content-Length: -1\r\n\r\n",
                POST + "Content-Length: 99999999999999999999\r\n\r\n",
                POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                POST + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: gzip\r\n\r\n",
                POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3 ext\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3;ext\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3;ext\rabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3;e\u0000t\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\r0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n100000003\r\nabc\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: x\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer : x\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n: x\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: x\r\n folded\r\n\r\n",
            })
    void isRefusedAndEndsTheConnection(String raw) {
        try (Wire wire = new Wire(probe.port)) {
            Wire.Answer answer =
                    wire.send(raw + Wire.head("GET", "/v1/users/smuggled")).answer();
            assertThat(answer.status()).isBetween(400, 499);
            assertThat(answer.header("X-Request-Id")).isNotEmpty();
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.body()).doesNotContain("Exception").doesNotContain("smuggled");
            wire.noMore();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void isWordedByTheFaceOfItsPath() {
        assertThat(Wire.once(probe.port, "GET /v1/users/a HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n")
                        .body())
                .contains("\"Malformed\"");
        assertThat(Wire.once(probe.port, POST + "Transfer-Encoding: gzip, chunked\r\n\r\n")
                        .body())
                .contains("\"UnsupportedCoding\"");
        assertThat(Wire.once(probe.port, "GET /elsewhere HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n")
                        .body())
                .isEqualTo("The request line or a header is malformed.\n");
        assertThat(Wire.once(probe.port, "nonsense\r\n\r\n").body())
                .isEqualTo("The request line or a header is malformed.\n");
    }

    /// The refusal is in the format of the API. The server knows where the body ends, so the connection stays open.
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "br", "identity, gzip", "identity\r\nContent-Encoding: deflate", "x y", ""})
    void aCodingOfTheContentIsRefusedByName(String coding) {
        String head = POST + "Content-Encoding: " + coding + "\r\n";
        for (String body : new String[] {"Content-Length: 1\r\n\r\na", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
            Wire.Answer answer = Wire.once(probe.port, head + body);
            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.body()).contains("\"UnsupportedCoding\"", "Content-Encoding");
        }
        try (Wire wire = new Wire(probe.port)) {
            assertThat(wire.send(head + "Content-Length: 1\r\n\r\na").answer().status())
                    .isEqualTo(415);
            assertThat(wire.send(Wire.head("GET", "/v1/users/b")).answer().body())
                    .isEqualTo("b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "Identity", " identity , identity"})
    void noCodingAtAllMayBeSaid(String coding) {
        String head = POST + "Content-Encoding: " + coding + "\r\n";
        assertThat(Wire.once(probe.port, head + "Content-Length: 3\r\n\r\nabc").body())
                .isEqualTo("3");
        assertThat(Wire.once(probe.port, head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
                        .body())
                .isEqualTo("2");
        assertThat(Wire.get(probe.port, "/v1/users/a", "Content-Encoding: gzip").body())
                .isEqualTo("a");
    }

    @Test
    void longHeadsHaveStatusesOfTheirOwn() {
        Wire.Answer long1 = Wire.get(probe.port, "/v1/users/a", "X-Long: " + "x".repeat(20_000));
        assertThat(long1.status()).isEqualTo(431);
        assertThat(long1.body()).contains("\"HeadersTooLarge\"");
        Wire.Answer many = Wire.get(probe.port, "/v1/users/a", "X-Many: x\r\n".repeat(2_000) + "X-Last: x");
        assertThat(many.status()).isEqualTo(431);
        assertThat(Wire.get(probe.port, "/v1/users/" + "x".repeat(17_000)).status())
                .isEqualTo(414);
        assertThat(Wire.get(probe.port, "/v1/users/" + "x".repeat(15_000)).status())
                .isEqualTo(200);
        assertThat(Wire.get(probe.port, "/v1/users/a", "X-Long: " + "x".repeat(15_000))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void bodiesUpToTheLimitAreTaken() {
        assertThat(Wire.post(probe.port, "/v1/small", "x".repeat(1_000)).body()).isEqualTo("1000");
        assertThat(Wire.post(probe.port, "/v1/length", "x".repeat(1 << 20)).body())
                .isEqualTo("1048576");
        assertThat(Wire.post(probe.port, "/v1/streamed", "x".repeat(5 << 20)).body())
                .isEqualTo("5242880");
        assertThat(Wire.once(probe.port, Wire.head("POST", "/v1/length")).body())
                .isEqualTo("0");
        String chunks = "400\r\n" + "x".repeat(1_024) + "\r\n";
        assertThat(Wire.once(
                                probe.port,
                                Wire.head("POST", "/v1/length", "Transfer-Encoding: chunked")
                                        + chunks.repeat(1_024)
                                        + "0\r\n\r\n")
                        .body())
                .isEqualTo("1048576");
    }

    /// However the body is split into packets, the bytes after it are read as the next request.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n\r\n",
                "000\r\n\r\n",
                "5\r\nabcde\r\n0\r\n\r\n",
                "0005\r\nabcde\r\n0\r\n\r\n",
                "1\r\na\r\n2\r\n\r\n\r\na\r\n0123456789\r\n0\r\n\r\n",
                "F\r\n0\r\n\r\nGET / HTTP\r\n0\r\n\r\n",
                "3;ext\r\nabc\r\n0;last\r\n\r\n",
                "3 ; a = b;c=\"quoted; \\\"text\\\"\"\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\nTrailer: x\r\nContent-Length: 7\r\nEmpty:\r\n\r\n",
            })
    void chunksThatAreFineAreTaken(String chunks) throws InterruptedException {
        String data = data(chunks);
        for (String target : new String[] {"/v1/echo", "/v1/streamed"}) {
            String request = Wire.head("POST", target, "Transfer-Encoding: chunked") + chunks;
            String expected = target.equals("/v1/echo") ? data : "" + data.length();
            try (Wire wire = new Wire(probe.port)) {
                wire.send(request + request + Wire.head("GET", "/v1/users/next"));
                assertThat(wire.answer().body()).isEqualTo(expected);
                assertThat(wire.answer().body()).isEqualTo(expected);
                assertThat(wire.answer().body()).isEqualTo("next");
                for (int piece : new int[] {1, 7}) {
                    for (int i = 0; i < request.length(); i += piece) {
                        wire.send(request.substring(i, Math.min(i + piece, request.length())));
                        Thread.sleep(1);
                    }
                    assertThat(wire.answer().body()).isEqualTo(expected);
                }
                assertThat(wire.send(Wire.head("GET", "/v1/users/again"))
                                .answer()
                                .body())
                        .isEqualTo("again");
            }
        }
    }

    private static String data(String chunks) {
        StringBuilder data = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(
                    chunks.substring(at, lineEnd).split(";", 2)[0].strip(), 16);
            if (length == 0) {
                return data.toString();
            }
            data.append(chunks, lineEnd + 2, lineEnd + 2 + length);
            at = lineEnd + 2 + length + 2;
        }
    }

    @Test
    void bodiesBeyondTheLimitAreRefusedWhetherTheySaySoOrNot() {
        for (String target : new String[] {"/v1/small", "/v1/length", "/v1/streamed"}) {
            int limit = target.equals("/v1/small") ? 1_000 : target.equals("/v1/length") ? 1 << 20 : 10 << 20;
            Wire.Answer declared = Wire.post(probe.port, target, "x".repeat(limit + 1));
            assertThat(declared.status()).isEqualTo(413);
            assertThat(declared.body()).contains("\"BodyTooLarge\"").contains("" + limit);
            String chunk = Integer.toHexString(limit + 1) + "\r\n" + "x".repeat(limit + 1) + "\r\n0\r\n\r\n";
            Wire.Answer chunked =
                    Wire.once(probe.port, Wire.head("POST", target, "Transfer-Encoding: chunked") + chunk);
            assertThat(chunked.status()).isEqualTo(413);
        }
    }

    @Test
    void anEndlessChunkSizeIsCutOff() {
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("POST", "/v1/small", "Transfer-Encoding: chunked"));
            byte[] zeros = "0".repeat(8_192).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < 32; i++) {
                wire.send(zeros);
            }
            assertThat(wire.answer().status()).isEqualTo(413);
            wire.noMore();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    /// The client sends its whole body before it reads anything, and the response exceeds the socket buffers.
    /// Neither side may block the other.
    @ParameterizedTest
    @CsvSource({"/v1/long, 8388608", "/v1/stream, 3088890"})
    void aBodyThatMeansNothingDoesNotHoldALongReplyUp(String target, int length) {
        int sent = 12 << 20;
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("GET", target, "Content-Length: " + sent)).send(new byte[sent]);
            assertThat(wire.answer().body().length()).isEqualTo(length);
            wire.send(Wire.head("GET", target, "Transfer-Encoding: chunked") + "c00000\r\n")
                    .send(new byte[sent])
                    .send("\r\n0\r\n\r\n");
            assertThat(wire.answer().body().length()).isEqualTo(length);
            // The server skips an unread body only up to a limit.
            wire.send(Wire.head("GET", target, "Content-Length: " + (17 << 20)));
            assertThat(wire.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void anUnreadBodyIsNeverTakenForARequest() {
        try (Wire wire = new Wire(probe.port)) {
            String smuggled = Wire.head("GET", "/v1/users/smuggled");
            // This body has arrived, so it is discarded and the connection stays open.
            wire.send(Wire.head("POST", "/v1/unread", "Content-Length: " + smuggled.length()) + smuggled);
            assertThat(wire.answer().body()).isEqualTo("unread");
            // This body was only announced, so the connection is closed after the response.
            wire.send(Wire.head("POST", "/v1/unread", "Content-Length: 100000"));
            assertThat(wire.answer().header("Connection")).isEqualTo("close");
            wire.send(smuggled);
            wire.noMore();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void continueIsSaidOnlyToABodyThatIsWanted() {
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("POST", "/v1/length", "Expect: 100-continue", "Content-Length: 3"));
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.send("abc").answer().body()).isEqualTo("3");
        }
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("POST", "/v1/small", "Expect: 100-continue", "Content-Length: 3000"));
            assertThat(wire.answer().status()).isEqualTo(413);
        }
    }

    /// However a request is mutated, the response is never a 500.
    @Test
    void mutationsNeverMakeA500() {
        Random random = new Random(20261121);
        String[] seeds = {
            Wire.head("GET", "/v1/users/a%20b/holds/blocked?x=1&y=%C3%A4", "X-Request-Id: abc", "Accept: */*"),
            Wire.head("POST", "/v1/length", "Content-Length: 5") + "12345",
            Wire.head("POST", "/v1/length", "Transfer-Encoding: chunked") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            Wire.head("POST", "/v1/streamed", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
        };
        int answered = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = Wire.utf8(seeds[i % seeds.length]);
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (Wire wire = new Wire(probe.port)) {
                wire.send(bytes);
                wire.noMore();
                Wire.Answer answer = wire.answer();
                answered++;
                assertThat(answer.status())
                        .as(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .isLessThan(500);
            } catch (UncheckedIOException e) {
                // An incomplete request gets no response.
            }
        }
        assertThat(answered).isGreaterThan(1_000);
    }
}
