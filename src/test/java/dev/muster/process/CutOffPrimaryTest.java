package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.testing.BridgedHosts;
import dev.muster.testing.PostgresPair;
import dev.muster.testing.PostgresProcess;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The network of a primary fails, which neither ends it nor closes its connections: whoever sends to it hears nothing.
/// Its standby takes over. Later, the network is back, and two servers believe that they are the primary.
@Tag("long")
@Timeout(900)
class CutOffPrimaryTest {
    private static final int CONNECTIONS = 8;
    private static final int WRITES = 100;
    private static final int SPLIT = 20;
    private static final Duration REFUSED = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /// A lane waits for 15 s for a response, and then for 5 s to connect. The test machine may be slow.
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /// The driver remembers for 10 s that a host did not answer. After that, it tries the first one first again.
    private static final Duration TRIED_AGAIN = Duration.ofSeconds(15);

    private final long seed = new Random().nextLong();

    @TempDir
    private Path folder;

    @Test
    void aPrimaryThatIsCutOffLosesNothingIfItsStandbyIsSynchronous() throws Exception {
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        try (BridgedHosts hosts = BridgedHosts.make(2);
                PostgresPair pair = PostgresPair.start(folder, hosts, true);
                ServerProcess server = ServerProcess.startOnPostgres(folder.resolve("data"), pair.url(), masterKey)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            Load load = new Load(key, CONNECTIONS, seed);
            load.start(server.address());
            assertGoesOn(load, server);
            try (Probe probe = new Probe(server.address())) {
                hosts.host(0).cutOff();
                long cutOff = System.nanoTime();
                Thread.sleep(SILENCE);
                pair.promote();
                long promoted = System.nanoTime();
                assertThat(load.goesOn(server.address(), 1, TIMEOUT))
                        .as(server::output)
                        .isTrue();
                report("from the cut to the next confirmed write", cutOff);
                report("from the promotion to the next confirmed write", promoted);
                assertGoesOn(load, server);
                probe.check();
                assertThat(load.busy() + load.unknown()).isPositive();
                System.out.printf(
                        "%d busy, %d unknown, longest wait for what needs no database: %.2f s%n",
                        load.busy(), load.unknown(), probe.longestSeconds());
            }

            load.finish();
            settle(load, server);
            assertThat(server.output()).doesNotContain("was rewound");

            hosts.host(0).connect();
            assertThat(PostgresPair.number(pair.primary(), "select pg_is_in_recovery()::int"))
                    .as("the old primary believes that it is a standby")
                    .isZero();
            Thread.sleep(TRIED_AGAIN);
            assertWritesOnlyToTheNewPrimary(pair, server, key);
            assertConfirmsNothingOnTheOldPrimary(pair, server, key);

            // The old primary is fenced.
            hosts.host(0).cutOff();
            long fenced = System.nanoTime();
            awaitRegistered(server, key, "after-all");
            report("from fencing the old primary to the next confirmed write", fenced);
            try (Client client = new Client(server.address(), key)) {
                assertThat(client.get("/v1/users/external:split-" + (SPLIT - 1)).status())
                        .isEqualTo(200);
                Fields verified = client.get("/v1/journal/verify").json();
                assertThat(verified.flag("valid")).as("%s", verified).isTrue();
                assertThat(client.get("/v1/journal?action=journal.rewound")
                                .json()
                                .items("items"))
                        .isEmpty();
            }
            // The log warns of it: what the old primary lacks looks like a loss.
            assertThat(server.output()).contains("was rewound: this server committed entry");

            // A server that starts while it is not fenced writes to it first, too.
            hosts.host(0).connect();
            server.kill();
            assertThatThrownBy(server::restart).hasMessageContaining("the server did not start");
        }
    }

    /// The lanes keep their connections. Reads may come from either, so this only writes.
    private static void assertWritesOnlyToTheNewPrimary(PostgresPair pair, ServerProcess server, String key)
            throws IOException {
        long oldUsers = users(pair.primary());
        long newUsers = users(pair.standby());
        assertThat(newUsers).isGreaterThan(oldUsers);
        for (int i = 0; i < SPLIT; i++) {
            assertThat(register(server.address(), key, "split-" + i)).isEqualTo(201);
        }
        assertThat(users(pair.primary())).isEqualTo(oldUsers);
        assertThat(users(pair.standby())).isEqualTo(newUsers + SPLIT);
    }

    /// A lane that connects anew uses the first host in the URL. Nothing that it writes there is confirmed, because the
    /// old primary waits for its synchronous standby.
    private static void assertConfirmsNothingOnTheOldPrimary(PostgresPair pair, ServerProcess server, String key)
            throws Exception {
        long oldUsers = users(pair.primary());
        long newUsers = users(pair.standby());
        assertThat(PostgresPair.number(
                        pair.standby(),
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                                + " where application_name = 'muster lane'"))
                .isPositive();
        long start = System.nanoTime();
        while (System.nanoTime() - start < REFUSED.toNanos()) {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer answer = client.jsonOnce("POST", "/v1/users", Map.of("externalId", "refused"));
                assertThat(answer.status()).as("%s", answer).isEqualTo(503);
            }
            Thread.sleep(100);
        }
        assertThat(users(pair.primary())).isEqualTo(oldUsers);
        assertThat(users(pair.standby())).isEqualTo(newUsers);
    }

    private static void awaitRegistered(ServerProcess server, String key, String externalId) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        int status;
        do {
            try (Client client = new Client(server.address(), key)) {
                status = client.jsonOnce(
                                "POST", "/v1/users", Map.of("externalId", externalId), "Idempotency-Key: " + externalId)
                        .status();
            }
        } while (status == 503 && System.nanoTime() < deadline);
        assertThat(status).as(server::output).isEqualTo(201);
    }

    private void settle(Load load, ServerProcess server) throws Exception {
        try {
            load.settle(server.address(), true);
            load.compare(server.address(), Tenancy.FIRST_ENTRIES);
        } catch (AssertionError e) {
            throw new AssertionError("of seed " + seed + ": " + e.getMessage() + "\n" + server.output(), e);
        }
    }

    private static long users(PostgresProcess server) {
        return PostgresPair.number(server, "select count(*) from users");
    }

    private static void report(String what, long since) {
        System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - since) / 1e9);
    }

    private static void assertGoesOn(Load load, ServerProcess server) throws InterruptedException {
        assertThat(load.goesOn(server.address(), WRITES, TIMEOUT))
                .as(server::output)
                .isTrue();
    }

    @Test
    void whatAStandbyLacksWhenThePrimaryIsCutOffIsReported() throws Exception {
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        try (BridgedHosts hosts = BridgedHosts.make(2);
                PostgresPair pair = PostgresPair.start(folder, hosts, false);
                ServerProcess server = ServerProcess.startOnPostgres(folder.resolve("data"), pair.url(), masterKey)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            assertThat(register(server.address(), key, "kept")).isEqualTo(201);
            Fields kept = head(server.address(), key);
            pair.awaitFollowed();
            pair.stopSending();
            assertThat(register(server.address(), key, "lost")).isEqualTo(201);
            Fields lost = head(server.address(), key);
            hosts.host(0).cutOff();
            long cutOff = System.nanoTime();
            pair.promote();

            // Nothing is written, so the server notices the loss by itself.
            Fields entry = rewound(server, key);
            report("from the cut to the entry about the loss", cutOff);
            assertThat(entry.number("seq")).isEqualTo(kept.number("seq") + 1);
            assertThat(entry.in("changes").any("seq"))
                    .isEqualTo(List.of(BigDecimal.valueOf(lost.number("seq")), BigDecimal.valueOf(kept.number("seq"))));
            assertThat(entry.in("changes").any("head")).isEqualTo(List.of(lost.text("head"), kept.text("head")));
            try (Client client = new Client(server.address(), key)) {
                assertThat(client.get("/v1/users/external:kept").status()).isEqualTo(200);
                assertThat(client.get("/v1/users/external:lost").status()).isEqualTo(404);
            }
            assertThat(register(server.address(), key, "lost")).isEqualTo(201);
        }
    }

    private static int register(URI server, String key, String externalId) throws IOException {
        try (Client client = new Client(server, key)) {
            return client.json("POST", "/v1/users", Map.of("externalId", externalId))
                    .status();
        }
    }

    private static Fields head(URI server, String key) throws IOException {
        try (Client client = new Client(server, key)) {
            return client.get("/v1/journal/head").json();
        }
    }

    private static Fields rewound(ServerProcess server, String key) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer page = client.send("GET", "/v1/journal?action=journal.rewound", new byte[0]);
                List<Fields> entries = page.status() == 200 ? page.json().items("items") : List.of();
                if (!entries.isEmpty()) {
                    return entries.getFirst();
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the loss is not recorded\n" + server.output());
    }

    /// Asks the server again and again for something that needs no database.
    private static final class Probe implements AutoCloseable {
        private final AtomicLong longestNanos = new AtomicLong();
        private final AtomicLong answers = new AtomicLong();
        private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        private final Thread thread;

        Probe(URI address) {
            thread = Thread.ofVirtual().start(() -> {
                try (Client client = new Client(address, null)) {
                    while (!Thread.currentThread().isInterrupted()) {
                        for (String target : List.of("/health/live", "/openapi.json")) {
                            long start = System.nanoTime();
                            assertThat(client.send("GET", target, new byte[0]).status())
                                    .as(target)
                                    .isEqualTo(200);
                            longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                            answers.incrementAndGet();
                        }
                        Thread.sleep(20);
                    }
                } catch (InterruptedException e) {
                    // The test ends.
                } catch (IOException | AssertionError e) {
                    failed.set(e);
                }
            });
        }

        void check() {
            assertThat(failed.get()).isNull();
            assertThat(answers).hasPositiveValue();
            // Less than the lanes wait for a primary that says nothing.
            assertThat(longestSeconds()).isLessThan(15);
        }

        double longestSeconds() {
            return longestNanos.get() / 1e9;
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
