package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In every dialect, a request without a credential is refused but does not count as a failure. If it did, such
/// requests could block valid keys used from the same address.
class NoCredentialTest {
    private static final int ATTEMPTS = 3;
    private static final String SIGNED = "{\"smile_client_id\":\"acme\",\"partner_id\":\"acme\","
            + "\"timestamp\":\"2026-11-21T17:01:02.123Z\",\"user_id\":\"ann\",\"job_id\":\"1\",\"environment\":\"test\","
            + "\"email\":\"ann@example.com\",\"active\":true,"
            + "\"partner_params\":{\"user_id\":\"ann\",\"job_id\":\"1\",\"job_type\":4}%s}";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;
    private TestServer.Tenancy acme;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                ATTEMPTS,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        acme = server.makeTenant("acme");
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private int send(String method, String target, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private void refusedTwice(int status, String method, String target, String body, String... headers)
            throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            assertThat(send(method, target, body, headers))
                    .as("%s %s %s", method, target, List.of(headers))
                    .isEqualTo(status);
        }
    }

    @Test
    void noCredentialIsNoFailure() throws Exception {
        String key = acme.testKey().apiKey();
        refusedTwice(401, "GET", "/v1/users", "");
        refusedTwice(401, "GET", "/v1/users", "", "Authorization", "Bearer ");
        refusedTwice(401, "GET", "/v1/users", "", "Authorization", "Basic YTpi");
        refusedTwice(401, "GET", "/partner/v1/all-users", "");
        refusedTwice(401, "GET", "/user?email_id=1", "");
        refusedTwice(401, "GET", "/user?email_id=1", "", "X-API-Key", "");
        refusedTwice(401, "POST", "/api/v1/user/login/", "{\"username\":\"ada\",\"password\":\"wrong\"}");
        refusedTwice(401, "POST", "/api/v1/block/user/", "{\"unique_id\":\"ann\"}", "apikey", "");
        refusedTwice(401, "POST", "/api/v1/block/user/", "{\"unique_id\":\"ann\"}", "apikey", key);
        for (String signature : List.of("", ",\"signature\":\"\"")) {
            refusedTwice(400, "POST", "/smileid/v1/upload", SIGNED.formatted(signature));
            refusedTwice(400, "POST", "/smileid/v1/job_status", SIGNED.formatted(signature));
            refusedTwice(400, "POST", "/api/v2/partner/enrollee", SIGNED.formatted(signature));
            refusedTwice(400, "POST", "/v2/block-user", SIGNED.formatted(signature));
            refusedTwice(
                    400,
                    "POST",
                    "/v2/block-user",
                    SIGNED.formatted(signature),
                    "smileid-partner-id",
                    "acme",
                    "smileid-request-signature",
                    "");
        }
        assertThat(send("GET", "/v1/users", "", "Authorization", "Bearer " + key))
                .isEqualTo(200);
    }

    @Test
    void wrongOnesAre() throws Exception {
        String key = acme.testKey().apiKey();
        for (int i = 0; i < ATTEMPTS; i++) {
            assertThat(send("POST", "/api/v1/block/user/", "{\"unique_id\":\"ann\"}", "apikey", "wrong"))
                    .isEqualTo(401);
        }
        assertThat(send("GET", "/v1/users", "", "Authorization", "Bearer " + key))
                .isEqualTo(429);
    }
}
