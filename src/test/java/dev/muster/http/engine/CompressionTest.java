package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The server compresses the responses of handlers that opt in, for clients that accept gzip.
class CompressionTest {

    private static Probe probe;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        probe = new Probe();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        probe.close();
    }

    private static HttpResponse<byte[]> get(String path, String accept) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + probe.port + path));
        if (accept != null) {
            request.header("Accept-Encoding", accept);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return String.join("|", response.headers().allValues(name));
    }

    private static String unpacked(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aLongListIsCompressed() throws Exception {
        HttpResponse<byte[]> plain = get("/v1/list", null);
        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(header(plain, "Vary")).isEqualTo("Accept-Encoding");
        HttpResponse<byte[]> packed = get("/v1/list", "gzip, deflate, br");
        assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(packed, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(header(packed, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(header(packed, "Content-Length")).isEqualTo("" + packed.body().length);
        assertThat(packed.body()).hasSizeLessThan(plain.body().length / 10);
        assertThat(unpacked(packed.body())).isEqualTo(new String(plain.body(), StandardCharsets.UTF_8));
    }

    @Test
    void aStreamIsCompressedToo() throws Exception {
        HttpResponse<byte[]> packed = get("/v1/streamed-list", "gzip");
        assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(unpacked(packed.body())).hasLineCount(100_000).endsWith("line\n");
        assertThat(get("/v1/streamed-list", null).body()).hasSize(500_000);
    }

    /// Only the responses of handlers that opt in are compressed. Handlers whose responses may contain secrets do
    /// not opt in.
    @Test
    void nothingElseIs() throws Exception {
        for (String path : new String[] {"/v1/short-list", "/v1/long", "/v1/stream"}) {
            assertThat(header(get(path, "gzip"), "Content-Encoding")).as(path).isEmpty();
        }
        assertThat(header(get("/v1/short-list", "gzip"), "Vary")).isEqualTo("Accept-Encoding");
        assertThat(header(get("/v1/long", "gzip"), "Vary")).isEmpty();
    }

    /// A compressed response has a different strong entity tag, because its bytes differ.
    @Test
    void aTagIsOfTheBytes() throws Exception {
        assertThat(header(get("/v1/tagged", null), "ETag")).isEqualTo("\"7\"");
        HttpResponse<byte[]> packed = get("/v1/tagged", "gzip");
        assertThat(header(packed, "ETag")).isEqualTo("\"7-gzip\"");
        assertThat(unpacked(packed.body())).hasLineCount(1_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "gzip; true",
                "GZIP; true",
                "x-gzip; true",
                "deflate, gzip ;true",
                "*; true",
                "identity; false",
                "''; false",
                "br; false",
            })
    void acceptEncoding(String accepted, boolean taken) {
        assertThat(Compression.takesGzip(accepted)).isEqualTo(taken);
    }

    @Test
    void weights() {
        assertThat(Compression.takesGzip(null)).isFalse();
        assertThat(Compression.takesGzip("gzip;q=0")).isFalse();
        assertThat(Compression.takesGzip("gzip; q=0.000, *")).isFalse();
        assertThat(Compression.takesGzip("gzip;q=0.001")).isTrue();
        assertThat(Compression.takesGzip("*;q=0")).isFalse();
    }
}
