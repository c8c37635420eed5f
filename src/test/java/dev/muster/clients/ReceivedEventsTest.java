package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.api.rest.RestApi;
import dev.muster.testing.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs the receivers of docs/receiving-webhooks.md with the events of a real server.
@Timeout(300)
final class ReceivedEventsTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = FreePort.find();
    private TestServer server;
    private String key;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.delivering(
                Files.createDirectories(folder.resolve("server")),
                InstantSource.system(),
                1_000,
                (core, authenticator, keyGenerator) -> List.of(RestApi.of(core, authenticator, keyGenerator, null)));
        key = server.makeTenant("acme").testKey().apiKey();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private JsonNode call(String method, String path, Object body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
                .build();
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isBetween(200, 299);
        return MAPPER.readTree(response.body());
    }

    private JsonNode webhook(String path) throws Exception {
        return call(
                "POST", "/v1/webhooks", Map.of("url", "http://127.0.0.1:" + port + path, "types", List.of("user.*")));
    }

    /// Returns the standings that the receiver has printed. The receivers of docs/receiving-webhooks.md print the
    /// standings that they receive.
    private static List<String> standings(ReceiverProcess receiver) {
        return receiver.lines().stream()
                .filter(line -> line.startsWith("user "))
                .toList();
    }

    /// Changes arrive even while the secret is being changed, and after the receiver was down.
    @ParameterizedTest
    @EnumSource
    void eachChangeOfStandingArrives(ReceiversTest.Kind kind) throws Exception {
        JsonNode webhook = webhook("/");
        String path = "/v1/webhooks/" + webhook.path("webhookId").asString();
        String user = call("POST", "/v1/users", Map.of("externalId", "ann"))
                .path("id")
                .asString();
        String hold = "/v1/users/" + user + "/holds/suspended";
        String denied = "user " + user + ": deny, suspended";
        String allowed = "user " + user + ": allow, active";
        String second;
        try (ReceiverProcess receiver =
                kind.start(folder, port, webhook.path("secret").asString())) {
            endPause(path);
            call("PUT", hold, Map.of("reason", "chargeback"));
            receiver.await(() -> standings(receiver).equals(List.of(allowed, denied)));
            second = call("POST", path + "/rotate-secret", Map.of())
                    .path("secret")
                    .asString();
            call("POST", hold + "/release", Map.of());
            receiver.await(() -> standings(receiver).equals(List.of(allowed, denied, allowed)));
            // The receiver prints an event before it records that it has handled it. If it were killed in between, it
            // would print the event again.
            receiver.await(() -> ReceiverProcess.names(receiver.inbox()).isEmpty());
        }
        call("PUT", hold, Map.of("reason", "chargeback"));
        call("POST", hold + "/release", Map.of());
        try (ReceiverProcess receiver = kind.start(folder, port, second)) {
            endPause(path);
            receiver.await(() -> standings(receiver).equals(List.of(denied, allowed)));
        }
    }

    /// The event about the removal of the user no longer contains a standing.
    @ParameterizedTest
    @EnumSource
    void theLastStandingOfAnErasedUserArrives(ReceiversTest.Kind kind) throws Exception {
        JsonNode webhook = webhook("/");
        String user = call("POST", "/v1/users", Map.of("externalId", "ann"))
                .path("id")
                .asString();
        call("DELETE", "/v1/users/" + user, Map.of());
        call("POST", "/v1/users/" + user + "/erase", Map.of());
        try (ReceiverProcess receiver =
                kind.start(folder, port, webhook.path("secret").asString())) {
            endPause("/v1/webhooks/" + webhook.path("webhookId").asString());
            receiver.await(() -> !standings(receiver).isEmpty());
            assertThat(standings(receiver).getLast()).isEqualTo("user " + user + ": deny, removed");
        }
    }

    /// Ends the webhook's wait after failures, so that deliveries continue immediately.
    private void endPause(String webhook) throws Exception {
        call("POST", webhook + "/pause", Map.of());
        call("POST", webhook + "/resume", Map.of());
    }

    @Test
    void debiansWebhookTakesThem() throws Exception {
        JsonNode webhook = webhook("/hooks/muster");
        String user = call("POST", "/v1/users", Map.of("externalId", "ann"))
                .path("id")
                .asString();
        String path = "/v1/webhooks/" + webhook.path("webhookId").asString();
        try (ReceiverProcess receiver =
                ReceiverProcess.webhook(folder, port, webhook.path("secret").asString())) {
            call("POST", path + "/rotate-secret", Map.of());
            call("PUT", "/v1/users/" + user + "/holds/suspended", Map.of("reason", "chargeback"));
            Path events = receiver.inbox().resolve("events.txt");
            String last = "user.standing.changed " + user + " deny\n";
            receiver.await(
                    () -> Files.exists(events) && Files.readString(events).endsWith(last));
            // The rotation ends a lease, so an event may be received twice.
            assertThat(Files.readAllLines(events).stream().distinct())
                    .containsExactly(
                            "user.registered " + user + " allow", "user.hold.placed " + user + " deny", last.strip());
        }
    }
}
