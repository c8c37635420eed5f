package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.shell.Screen;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests the requests that the commands about webhook deliveries send, and how these commands print the responses.
final class DeliveryCommandsTest {
    private Replay server;
    private final Cli cli = new Cli();

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        cli.environment.put("MUSTER_URL", server.url());
        cli.environment.put("MUSTER_KEY", "mst_test_1_k_x");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void asked(String line, String body) {
        assertThat(server.last())
                .extracting(Replay.RecordedRequest::line, Replay.RecordedRequest::body)
                .containsExactly(line, body);
    }

    @Test
    void aPingShowsWhatCameOfIt() {
        server.then(200, """
                {"eventId":"ping_1_a","state":"delivered","at":"2026-01-02T03:04:05.678Z","status":200,"millis":37,\
                "error":null,"reply":""}""");
        cli.run("webhook", "ping", "w1").printed("""
                PING    ping_1_a
                state   delivered
                status  200
                millis  37
                at      2026-01-02 03:04:05 UTC
                """);
        asked("POST /v1/webhooks/w1/ping", "{}");
    }

    /// The exit code is also 1 with JSON output, so that a script notices the failure.
    @Test
    void aPingThatIsNotAcceptedEndsWithOneAndShowsTheReply() {
        String failed = """
                {"eventId":"ping_1_a","state":"failed","at":"2026-01-02T03:04:05.678Z","status":403,"millis":37,\
                "error":null,"reply":"who are\\nyou? %s"}""".formatted("x".repeat(900));
        server.then(200, failed).then(200, failed);
        Cli.Ran ran = cli.run("webhook", "ping", "w1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("state   failed", "status  403", "reply   who are you? xxx")
                .contains("x…\n");
        assertThat(ran.out().lines()).allMatch(line -> line.length() < 220);
        assertThat(ran.err()).isEqualTo("The endpoint did not accept the ping.\n");
        Cli.Ran json = cli.run("webhook", "ping", "w1", "--json");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.out()).isEqualTo(failed + "\n");
    }

    @Test
    void aPingWithoutAnAnswerSaysWhy() {
        server.then(200, """
                {"eventId":"ping_1_a","state":"failed","at":"2026-01-02T03:04:05.678Z","status":null,"millis":37,\
                "error":"the host refused the connection","reply":null}""");
        Cli.Ran ran = cli.run("webhook", "ping", "w1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("error   the host refused the connection")
                .doesNotContain("status", "reply");
    }

    @Test
    void whatIsSentAgainWaitsUntilTheWebhookIsResumed() {
        server.then(202, "{\"eventId\":\"evt_1_2\",\"webhookState\":\"paused\"}")
                .then(202, "{\"from\":3,\"to\":12,\"webhookState\":\"disabled\"}");
        cli.run("webhook", "redeliver", "w1", "evt_1_2")
                .printed("Event evt_1_2 will be sent again once the webhook is resumed; it is paused now.\n");
        cli.run("webhook", "replay", "w1", "--from", "3", "--to", "12")
                .printed("Entries 3 to 12 will be sent again once the webhook is resumed; it is disabled now.\n");
    }

    /// The list is printed on a terminal of 120 columns.
    @Test
    void theListShowsFailuresAndTheNextAttempt() {
        String list = """
                {"items":[{"webhookId":"0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11","url":"https://example.org/muster/events",\
                "types":["user.standing.changed","job.completed"],"payload":"thin","description":"the ledger",\
                "state":"active","cause":null,"health":{"entriesBehind":1200,"failures":3,\
                "retryAt":"2026-01-02T03:09:05.678Z"},"createdAt":"2026-01-02T03:04:05.678Z"}],\
                "page":{"limit":50,"total":1}}""";
        server.then(200, list).then(200, list);
        cli.screen = new Screen(true, 120);
        Cli.Ran ran = cli.run("webhook", "list");
        List<String> lines = ran.out().lines().toList();
        assertThat(lines.getFirst().replaceAll("\u001b\\[[0-9]*m", ""))
                .contains("WEBHOOK ID", "URL", "STATE", "BEHIND", "FAILURES", "NEXT ATTEMPT");
        assertThat(lines.get(1)).contains("1200  ", "3  ", "2026-01-02 03:09:05");
        assertThat(lines.stream().map(line -> line.replaceAll("\u001b\\[[0-9]*m", "")))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        assertThat(cli.run("webhook", "list", "--format", "csv").out())
                .startsWith("webhookId,url,types,payload,state,entriesBehind,failures,retryAt,description,createdAt\n");
    }

    @Test
    void deliveriesAreListed() {
        server.then(200, """
                {"items":[{"eventId":"evt_1_2","type":"user.updated","state":"parked","at":"2026-01-02T03:04:05.678Z",\
                "status":400,"millis":null,"error":null,"reply":null,"refusals":3,"retryAt":"2026-01-02T03:09:05.678Z"}],\
                "page":{"limit":50,"total":1}}""");
        Cli.Ran ran = cli.run("webhook", "deliveries", "w1", "--state", "parked");
        assertThat(ran.out()).contains("evt_1_2", "user.updated", "parked", "400");
        assertThat(server.last().line())
                .startsWith("GET /v1/webhooks/w1/deliveries?")
                .contains("state=parked");
        int before = server.requests().size();
        assertThat(cli.run("webhook", "deliveries", "w1", "--state", "lost").exit())
                .isEqualTo(2);
        assertThat(server.requests()).hasSize(before);
    }

    @Test
    void eventsAndEntriesAreSentAgain() {
        server.then(202, "{\"eventId\":\"evt_1_2\",\"webhookState\":\"active\"}")
                .then(202, "{\"from\":3,\"to\":12,\"webhookState\":\"active\"}");
        cli.run("webhook", "redeliver", "w1", "evt_1_2").printed("Event evt_1_2 will be sent again.\n");
        asked("POST /v1/webhooks/w1/deliveries/evt_1_2/redeliver", "{}");
        cli.run("webhook", "replay", "w1", "--from", "3", "--to", "12")
                .printed("Entries 3 to 12 will be sent again.\n");
        asked("POST /v1/webhooks/w1/replay", "{\"from\":3,\"to\":12}");
        assertThat(cli.run("webhook", "replay", "w1", "--from", "3").exit()).isEqualTo(2);
    }
}
