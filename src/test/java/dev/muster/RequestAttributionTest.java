package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Quotas;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In every dialect, each response to a request with a key reports the key's remaining quota, and a request that
/// exceeds the quota gets a 429.
final class RequestAttributionTest {
    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;
    private TestServer.Tenancy tenancy;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                100,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String target, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target))
                .method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> reply, String name) {
        return reply.headers().firstValue(name).orElse("");
    }

    private HttpResponse<String> get(String target, String credential) throws Exception {
        return send("GET", target, "", "Authorization", "Bearer " + credential);
    }

    @Test
    void everyDialectTellsWhatTheKeyHasLeft() throws Exception {
        String key = tenancy.testKey().apiKey();
        List<HttpResponse<String>> replies = List.of(
                get("/v1/users", key),
                // The next three requests are refused, by the dialect or by the engine.
                get("/v1/users/external:nobody", key),
                send("POST", "/v1/users", "{", "Authorization", "Bearer " + key, "Content-Type", "application/json"),
                send("POST", "/v1/users", "x".repeat(1 << 21), "Authorization", "Bearer " + key),
                get("/partner/v1/all-users", key),
                send("GET", "/modifysmartcard?email=nobody@example.com", "", "X-API-Key", key),
                send("POST", "/api/v1/user/login/", "{}", "apikey", key, "Content-Type", "application/json"));
        for (HttpResponse<String> reply : replies) {
            assertThat(header(reply, "RateLimit-Policy")).as("%s", reply).isEqualTo("\"key\";q=100000;w=1");
            assertThat(header(reply, "RateLimit")).as("%s", reply).matches("\"key\";r=[0-9]+;t=1");
        }
    }

    @Test
    void withoutAValidKeyThereIsNoRateLimit() throws Exception {
        for (HttpResponse<?> reply : List.of(
                get("/v1/users", "mst_test_nobody"),
                get("/v1/tenants", TestServer.ROOT_KEY),
                get("/health/live", ""))) {
            assertThat(header(reply, "RateLimit-Policy")).isEmpty();
        }
    }

    @Test
    void oneRequestTooManyIsRefusedUntilThereIsOneLeft() throws Exception {
        server.execute(tenancy.test(), Actor.ROOT, null, new Command.SetQuotas(new Quotas(10, 10, 10, 10, 10, 1)));
        String key = tenancy.testKey().apiKey();
        // At most two seconds' worth of requests are accepted before one is refused.
        HttpResponse<String> reply = get("/v1/users", key);
        for (int i = 0; i < 1_000 && reply.statusCode() == 200; i++) {
            reply = get("/v1/users", key);
        }
        assertThat(reply.statusCode()).isEqualTo(429);
        assertThat(reply.body()).contains("\"too_many_requests\"").contains("1 requests a second");
        assertThat(header(reply, "Retry-After")).isEqualTo("1");
        assertThat(header(reply, "RateLimit-Policy")).isEqualTo("\"key\";q=1;w=1");
        assertThat(header(reply, "RateLimit")).isEqualTo("\"key\";r=0;t=1");
        // The key of the other realm is not affected.
        assertThat(get("/v1/users", tenancy.productionKey().apiKey()).statusCode())
                .isEqualTo(200);
    }
}
