package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tests pings and repeated deliveries over HTTP, with a real receiver.
final class DeliveryRoutesTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();

    /// A receiver that accepts events and refuses pings.
    private final Receiver receiver =
            new Receiver(request -> request.header("webhook-id").startsWith("ping_")
                    ? new Answer.Response(403, List.of(), "who are you?")
                    : Answer.status(204));

    private TestServer server;
    private String key;
    private String webhook;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = TestServer.delivering(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        key = server.makeTenant("acme").testKey().apiKey();
        webhook = "/v1/webhooks/"
                + post(201, "/v1/webhooks", "{\"url\":\"" + receiver.url() + "\",\"types\":[\"*\"],\"from\":1}")
                        .path("webhookId")
                        .asString();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        receiver.close();
    }

    private JsonNode post(int status, String path, String body) throws Exception {
        return ask(
                status,
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.address().resolve(path)).header("Authorization", "Bearer " + key);
    }

    private JsonNode ask(int status, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return MAPPER.readTree(answer.body());
    }

    @Test
    void aPingShowsTheReply() throws Exception {
        JsonNode refused = post(200, webhook + "/ping", "{}");
        assertThat(refused.path("state").asString()).isEqualTo("failed");
        assertThat(refused.path("status").asInt()).isEqualTo(403);
        assertThat(refused.path("reply").asString()).isEqualTo("who are you?");
        receiver.down();
        JsonNode unanswered = post(200, webhook + "/ping", "{}");
        assertThat(unanswered.path("reply").isNull()).as("%s", unanswered).isTrue();
        assertThat(unanswered.path("error").asString()).isNotEmpty();
    }

    @Test
    void whatIsSentAgainSaysTheStateOfTheWebhook() throws Exception {
        String event = delivered();
        String redeliver = webhook + "/deliveries/" + event + "/redeliver";
        assertThat(post(202, redeliver, "{}").path("webhookState").asString()).isEqualTo("active");
        post(200, webhook + "/pause", "{}");
        assertThat(post(202, redeliver, "{}").path("webhookState").asString()).isEqualTo("paused");
        assertThat(post(202, webhook + "/replay", "{\"from\":1,\"to\":1}")
                        .path("webhookState")
                        .asString())
                .isEqualTo("paused");
    }

    /// Waits until a delivery has been recorded, and returns the id of its event.
    private String delivered() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode attempts = ask(200, request(webhook + "/deliveries").GET()).path("items");
            boolean isSaved = ask(200, request(webhook).GET()).path("cursor").asLong() > 0;
            if (!attempts.isEmpty() && isSaved) {
                return attempts.get(0).path("eventId").asString();
            }
            Thread.sleep(20);
        }
        throw new AssertionError("nothing was delivered");
    }
}
