package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The requests of the commands about deliveries to webhooks, and how they print the responses.
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
                .extracting(Replay.Asked::line, Replay.Asked::body)
                .containsExactly(line, body);
    }

    @Test
    void aPingShowsWhatCameOfIt() {
        server.then(200, """
                {"eventId":"ping_1_a","state":"failed","at":"2026-01-02T03:04:05.678Z","status":403,"millis":37,"error":null}""");
        cli.run("webhook", "ping", "w1").printed("""
                PING    ping_1_a
                state   failed
                status  403
                millis  37
                at      2026-01-02 03:04:05 UTC
                """);
        asked("POST /v1/webhooks/w1/ping", "{}");
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
        int before = server.asked().size();
        assertThat(cli.run("webhook", "deliveries", "w1", "--state", "lost").exit())
                .isEqualTo(2);
        assertThat(server.asked()).hasSize(before);
    }

    @Test
    void eventsAndEntriesAreSentAgain() {
        server.then(202, "{\"eventId\":\"evt_1_2\"}").then(202, "{\"from\":3,\"to\":12}");
        cli.run("webhook", "redeliver", "w1", "evt_1_2").printed("Event evt_1_2 will be sent again.\n");
        asked("POST /v1/webhooks/w1/deliveries/evt_1_2/redeliver", "{}");
        cli.run("webhook", "replay", "w1", "--from", "3", "--to", "12")
                .printed("Entries 3 to 12 will be sent again.\n");
        asked("POST /v1/webhooks/w1/replay", "{\"from\":3,\"to\":12}");
        assertThat(cli.run("webhook", "replay", "w1", "--from", "3").exit()).isEqualTo(2);
    }
}
