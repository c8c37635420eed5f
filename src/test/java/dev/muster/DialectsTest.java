package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer sees on a server with all dialects: the response at `/`, and the errors for the root key.
final class DialectsTest {
    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                100,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        server.makeTenant("acme");
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private HttpResponse<String> get(String target, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aBrowserIsLedFromTheRootToTheConsole() throws Exception {
        HttpResponse<String> browser = get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(browser.statusCode()).isEqualTo(303);
        assertThat(browser.headers().firstValue("Location")).hasValue("/console");
        assertThat(browser.headers().firstValue("Vary")).hasValue("Accept");
        for (HttpResponse<String> other : List.of(get("/"), get("/", "Accept", "*/*"))) {
            assertThat(other.statusCode()).isEqualTo(404);
            assertThat(other.body()).contains("\"There is nothing at this path.\"");
        }
    }

    @Test
    void theRootKeyIsToldThatItBelongsToNoRealm() throws Exception {
        String root = "Bearer " + TestServer.ROOT_KEY;
        assertThat(get("/v1/users", "Authorization", root).body())
                .contains("\"This needs a realm: the root key belongs to none.\"");
        assertThat(get("/partner/v1/get-user?userId=0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11", "Authorization", root)
                        .body())
                .contains("\"The credential lacks a realm: the root key belongs to none.\"");
        assertThat(get("/v1/me", "Authorization", root).statusCode()).isEqualTo(200);
    }
}
