package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.PostgresProcess;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import dev.muster.testing.Receiver.Received;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Kills servers, suspends them or cuts them off from their database during deliveries. A receiver still gets every
/// event, and the events of each subject in order. A repeated event has the same id and the same bytes.
@UsesPostgres
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
final class WebhookFaultsTest {
    private static final String[] OPTIONS = {"--webhook-http", "--webhook-allow", "127.0.0.0/8"};
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    /// The id of the event that the receiver refuses; empty to refuse the next hold, null to refuse nothing.
    private final AtomicReference<@Nullable String> refused = new AtomicReference<>();

    /// The receiver is so slow that a request is always in flight.
    private final Receiver receiver = new Receiver(request -> {
        pause(5);
        String id = request.header("webhook-id");
        if (request.text().contains("\"user.hold.placed\"")) {
            refused.compareAndSet("", id);
        }
        return Answer.status(id.equals(refused.get()) ? 400 : 204);
    });

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        receiver.close();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T extends AutoCloseable> T opened(T each) {
        opened.add(each);
        return each;
    }

    private static void eventually(BooleanSupplier so) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).isNegative();
            pause(20);
        }
    }

    /// Creates a webhook that receives all events, and returns the key of its realm.
    private String key(URI server) throws IOException {
        String key = Tenancy.make(server, "acme").testKey();
        try (Client client = new Client(server, key)) {
            Client.Answer made = client.json(
                    "POST", "/v1/webhooks", Map.of("url", receiver.url().toString(), "types", List.of("*"), "from", 1));
            assertThat(made.status()).as("%s", made).isEqualTo(201);
        }
        return key;
    }

    /// Registers users and changes each of them once.
    private static void write(URI server, String key, int from, int to) throws IOException {
        try (Client client = new Client(server, key)) {
            for (int i = from; i < to; i++) {
                assertThat(client.json("POST", "/v1/users", Map.of("externalId", "user-" + i))
                                .status())
                        .isEqualTo(201);
                assertThat(client.json(
                                        "PUT",
                                        "/v1/users/external:user-" + i + "/holds/suspended",
                                        Map.of("reason", "a"))
                                .status())
                        .isBetween(200, 201);
            }
        }
    }

    /// Registers users and changes each of them once, until the fault has happened. Refused requests are not
    /// repeated.
    private static Thread writing(URI server, String key, int from, AtomicBoolean happened) {
        return Thread.ofVirtual().start(() -> {
            for (int i = from; !happened.get(); i++) {
                try (Client client = new Client(server, key)) {
                    client.jsonOnce("POST", "/v1/users", Map.of("externalId", "user-" + i));
                    client.jsonOnce("PUT", "/v1/users/external:user-" + i + "/holds/suspended", Map.of("reason", "a"));
                } catch (IOException e) {
                    // The server was killed in the middle of a request.
                }
            }
        });
    }

    /// Triggers a fault while the server is writing and has delivered some events.
    private void whileDelivering(URI server, String key, int from, Runnable fault) {
        int then = receiver.received().size();
        AtomicBoolean happened = new AtomicBoolean();
        Thread writer = writing(server, key, from, happened);
        eventually(() -> receiver.received().size() > then + 60);
        fault.run();
        happened.set(true);
        eventually(() -> !writer.isAlive());
    }

    private static JsonNode json(byte[] bytes) {
        return MAPPER.readTree(bytes);
    }

    /// Returns the ids of the realm's events by subject, as listed by the event feed.
    private static Map<String, List<String>> expected(URI server, String key) throws IOException {
        Map<String, List<String>> bySubject = new HashMap<>();
        long after = 0;
        try (Client client = new Client(server, key)) {
            while (true) {
                JsonNode page = MAPPER.readTree(
                        client.get("/v1/events?limit=1000&after=" + after).text());
                for (JsonNode event : page.path("items")) {
                    add(bySubject, event);
                }
                after = page.path("page").path("next").asLong();
                if (page.path("items").isEmpty()) {
                    return bySubject;
                }
            }
        }
    }

    private static void add(Map<String, List<String>> bySubject, JsonNode event) {
        bySubject
                .computeIfAbsent(event.path("data").path("subject").path("id").asString(), _ -> new ArrayList<>())
                .add(event.path("id").asString());
    }

    private Map<String, List<String>> received() {
        Map<String, List<String>> bySubject = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Received one : receiver.received()) {
            if (seen.add(one.header("webhook-id"))) {
                add(bySubject, json(one.body()));
            }
        }
        return bySubject;
    }

    /// Waits until all events have arrived, and asserts that they match the event feed.
    private void arrives(URI server, String key) throws IOException {
        Map<String, List<String>> expected = expected(server, key);
        int events = expected.values().stream().mapToInt(List::size).sum();
        eventually(() -> new HashSet<>(ids()).size() >= events);
        assertThat(received()).isEqualTo(expected);
        twinsAreTheSame();
    }

    private List<String> ids() {
        return receiver.received().stream().map(one -> one.header("webhook-id")).toList();
    }

    private void twinsAreTheSame() {
        Map<String, String> bodies = new LinkedHashMap<>();
        for (Received one : receiver.received()) {
            String before = bodies.putIfAbsent(one.header("webhook-id"), one.text());
            assertThat(before == null || before.equals(one.text()))
                    .as(one.text())
                    .isTrue();
        }
    }

    private interface Meanwhile {
        void run() throws Exception;
    }

    /// @param meanwhile the action while the server is not running, after the first two of three kills
    private void killed(ServerProcess server, Meanwhile meanwhile) throws Exception {
        opened(server);
        String key = key(server.address());
        write(server.address(), key, 0, 20);
        for (int kill = 1; kill <= 3; kill++) {
            whileDelivering(server.address(), key, kill * 10_000, server::kill);
            if (kill < 3) {
                meanwhile.run();
            }
            server.restart();
        }
        arrives(server.address(), key);
    }

    @Test
    void nothingIsMissingAfterKillsOnSqlite() throws Exception {
        killed(ServerProcess.start(folder.resolve("data"), OPTIONS), () -> {});
    }

    /// After the first two kills, the server finds its lease expired. After the third, it has to wait until the
    /// lease expires.
    @Test
    void nothingIsMissingAfterKillsOnPostgres() throws Exception {
        String database = TestPostgres.newDatabase();
        ServerProcess server = ServerProcess.startOnPostgres(
                folder.resolve("data"), database, ServerProcess.masterKey(folder.resolve("master.key")), OPTIONS);
        killed(server, () -> endLeases(database));
    }

    /// The other server takes over the deliveries, and the suspended server notices that it has lost the lease.
    @Test
    void aSuspendedServerLosesItsLeases() throws Exception {
        String database = TestPostgres.newDatabase();
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        ServerProcess one = ServerProcess.startOnPostgres(
                folder.resolve("one"), database + "&ApplicationName=one", masterKey, OPTIONS);
        opened(one);
        String key = key(one.address());
        write(one.address(), key, 0, 100);
        eventually(() -> receiver.received().size() > 50);
        ServerProcess other = ServerProcess.startOnPostgres(
                folder.resolve("other"), database + "&ApplicationName=other", masterKey, OPTIONS);
        opened(other);
        write(other.address(), key, 100, 200);
        one.freeze();
        pause(500);
        int then = receiver.received().size();
        write(other.address(), key, 200, 300);
        eventually(() -> receiver.received().size() > then + 100);
        Cursors cursors = new Cursors(database);
        one.thaw();
        write(other.address(), key, 300, 350);
        arrives(other.address(), key);
        assertThat(cursors.end()).isSorted();
        // The suspended server may have repeated the messages that it had in flight, but it does not continue sending.
        assertThat(ids().size() - new HashSet<>(ids()).size()).isLessThan(300);
    }

    /// Records the values of the stored cursor of the only webhook, from its creation until [#end].
    private static final class Cursors {
        private final List<Long> seen = new ArrayList<>();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread looking;

        private Cursors(String url) {
            looking = Thread.ofVirtual().start(() -> look(url));
        }

        private void look(String url) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                while (!ended.get()) {
                    try (ResultSet row = statement.executeQuery("select cursor from webhook_progress")) {
                        row.next();
                        seen.add(row.getLong(1));
                    }
                    pause(5);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private List<Long> end() throws InterruptedException {
            ended.set(true);
            looking.join();
            assertThat(seen).isNotEmpty();
            return seen;
        }
    }

    @Test
    void deliveriesContinueAfterADatabaseRestart() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start(folder)) {
            ServerProcess server = ServerProcess.startOnPostgres(
                    folder.resolve("data"),
                    postgres.url(),
                    ServerProcess.masterKey(folder.resolve("master.key")),
                    OPTIONS);
            opened(server);
            String key = key(server.address());
            write(server.address(), key, 0, 20);
            for (int i = 1; i <= 2; i++) {
                whileDelivering(server.address(), key, i * 10_000, postgres::stopHard);
                pause(1_000);
                postgres.start();
                eventually(() -> isWriting(server.address(), key));
                // The database has then been unavailable for longer than the term of a lease.
                endLeases(postgres.url());
                write(server.address(), key, i * 10_000 + 5_000, i * 10_000 + 5_020);
            }
            arrives(server.address(), key);
            server.close();
        }
    }

    /// The cursor has already passed a parked event, and no later save writes its row again.
    @Test
    void aParkedEventIsNotForgottenByADatabaseThatCrashed() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start(folder, "wal_writer_delay=10s")) {
            ServerProcess server = ServerProcess.startOnPostgres(
                    folder.resolve("data"),
                    postgres.url(),
                    ServerProcess.masterKey(folder.resolve("master.key")),
                    OPTIONS);
            opened(server);
            refused.set("");
            String key = key(server.address());
            write(server.address(), key, 0, 20);
            try (Connection connection = DriverManager.getConnection(postgres.url());
                    Statement statement = connection.createStatement()) {
                eventually(() -> setAside(statement) > 0);
            }
            postgres.stopHard();
            postgres.start();
            try (Connection connection = DriverManager.getConnection(postgres.url());
                    Statement statement = connection.createStatement()) {
                assertThat(setAside(statement)).isPositive();
            }
            server.close();
        }
    }

    private static long setAside(Statement statement) {
        try (ResultSet row = statement.executeQuery("select count(*) from webhook_open")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void endLeases(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update webhook_progress set leased_until = 1");
        }
    }

    @Test
    void whatWasSentCanBeSeenAndSentAgain() throws Exception {
        ServerProcess server = ServerProcess.start(folder.resolve("data"), OPTIONS);
        opened(server);
        String key = key(server.address());
        write(server.address(), key, 0, 5);
        arrives(server.address(), key);
        try (Client client = new Client(server.address(), key)) {
            String webhook = "/v1/webhooks/"
                    + client.get("/v1/webhooks")
                            .json()
                            .items("items")
                            .getFirst()
                            .text("webhookId");
            Client.Answer ping = client.json("POST", webhook + "/ping", null);
            assertThat(ping.status()).as("%s", ping).isEqualTo(200);
            assertThat(ping.json().text("state")).isEqualTo("delivered");
            eventually(() -> attempts(client, webhook) > 10);
            int then = receiver.received().size();
            Client.Answer replay = client.json("POST", webhook + "/replay", Map.of("from", 1, "to", 5));
            assertThat(replay.status()).as("%s", replay).isEqualTo(202);
            eventually(() -> receiver.received().size() >= then + 5);
            String last = ids().getLast();
            Client.Answer again = client.json("POST", webhook + "/deliveries/" + last + "/redeliver", null);
            assertThat(again.status()).as("%s", again).isEqualTo(202);
            eventually(() -> ids().stream().filter(last::equals).count() >= 3);
            twinsAreTheSame();
            assertThat(client.get(webhook + "/deliveries?state=parked").status())
                    .isEqualTo(200);
            assertThat(client.get(webhook + "/deliveries?state=lost").status()).isEqualTo(422);
            assertThat(client.json("POST", webhook + "/deliveries/evt_1_1/redeliver", null)
                            .status())
                    .isEqualTo(404);
            assertThat(client.json("POST", webhook + "/replay", Map.of("from", 5, "to", 1))
                            .status())
                    .isEqualTo(422);
            assertThat(client.json("POST", webhook + "/replay", Map.of("from", 1, "to", 1_000_000))
                            .status())
                    .isEqualTo(422);
        }
    }

    private static int attempts(Client client, String webhook) {
        try {
            return MAPPER.readTree(client.get(webhook + "/deliveries?limit=100").text())
                    .path("items")
                    .size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWriting(URI server, String key) {
        try (Client client = new Client(server, key)) {
            return client.json("POST", "/v1/users", Map.of("externalId", "late-" + System.nanoTime()))
                            .status()
                    == 201;
        } catch (IOException e) {
            return false;
        }
    }
}
