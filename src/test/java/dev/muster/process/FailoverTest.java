package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.PostgresPair;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The standby of a PostgreSQL server takes over. With synchronous replication, no confirmed write is lost. With
/// asynchronous replication, the server notices that writes were lost, and records it.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(1_800)
class FailoverTest {
    private static final int ROUNDS = Boolean.getBoolean("muster.long") ? 10 : 1;
    private static final int CONNECTIONS = 8;
    private static final int WRITES = 100;
    private static final Duration CUT_OFF = Duration.ofMillis(300);

    /// A lane waits for a primary that hangs for 15 s, and then for 5 s to connect. The test machine may be slow.
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final long seed = new Random().nextLong();

    @TempDir
    private Path folder;

    @Test
    void aKilledPrimaryWithASynchronousStandbyLosesNothing() throws Exception {
        takeOver(pair -> pair.primary().killAll());
    }

    /// The standby is cut off first, so that commits wait for it.
    @Test
    void aPrimaryThatHangsWithASynchronousStandbyLosesNothing() throws Exception {
        takeOver(pair -> {
            pair.stopSending();
            LockSupport.parkNanos(CUT_OFF.toNanos());
            pair.primary().freeze();
        });
    }

    private void takeOver(Consumer<PostgresPair> fault) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path within = Files.createDirectory(folder.resolve("round" + round));
            Path masterKey = ServerProcess.masterKey(within.resolve("master.key"));
            try (PostgresPair pair = PostgresPair.start(within, true);
                    ServerProcess server =
                            ServerProcess.startOnPostgres(within.resolve("data"), pair.url(), masterKey)) {
                Load load = new Load(Tenancy.make(server.address(), "acme").testKey(), CONNECTIONS, seed + round);
                load.start(server.address());
                assertGoesOn(load, server);
                fault.accept(pair);
                pair.promote();
                assertGoesOn(load, server);
                load.finish();
                try {
                    load.settle(server.address(), true);
                    load.compare(server.address(), Tenancy.FIRST_ENTRIES);
                } catch (AssertionError e) {
                    throw new AssertionError("of seed " + seed + ": " + e.getMessage() + "\n" + server.output(), e);
                }
                assertThat(server.output()).doesNotContain("was rewound");
            }
        }
    }

    private static void assertGoesOn(Load load, ServerProcess server) throws InterruptedException {
        assertThat(load.goesOn(server.address(), WRITES, TIMEOUT))
                .as(server::output)
                .isTrue();
    }

    @Test
    void writesThatALaggingStandbyLostAreReported() throws Exception {
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        try (PostgresPair pair = PostgresPair.start(folder, false);
                ServerProcess server = ServerProcess.startOnPostgres(folder.resolve("data"), pair.url(), masterKey)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            for (int i = 0; i < 3; i++) {
                assertThat(register(server.address(), key, "kept-" + i)).isEqualTo(201);
            }
            Fields kept = head(server.address(), key);
            pair.awaitFollowed();
            pair.stopSending();
            for (int i = 0; i < 3; i++) {
                assertThat(register(server.address(), key, "lost-" + i)).isEqualTo(201);
            }
            Fields lost = head(server.address(), key);
            pair.primary().killAll();
            pair.promote();

            // Nothing is written, so the server notices the loss by itself.
            Fields entry = rewound(server, key);
            assertThat(entry.in("subject").text("type")).isEqualTo("realm");
            assertThat(entry.number("seq")).isEqualTo(kept.number("seq") + 1);
            assertThat(entry.in("changes").any("seq"))
                    .isEqualTo(List.of(BigDecimal.valueOf(lost.number("seq")), BigDecimal.valueOf(kept.number("seq"))));
            assertThat(entry.in("changes").any("head")).isEqualTo(List.of(lost.text("head"), kept.text("head")));
            assertThat(server.output()).contains("was rewound: this server committed entry " + lost.number("seq"));
            try (Client client = new Client(server.address(), key)) {
                assertThat(client.get("/v1/users/external:kept-2").status()).isEqualTo(200);
                assertThat(client.get("/v1/users/external:lost-0").status()).isEqualTo(404);
            }
            assertThat(register(server.address(), key, "lost-0")).isEqualTo(201);
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

    /// Waits until the journal says that it was rewound. Until the server has found the new primary, it is busy.
    private static Fields rewound(ServerProcess server, String key) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer page = client.get("/v1/journal?action=journal.rewound");
                List<Fields> entries = page.status() == 200 ? page.json().items("items") : List.of();
                if (!entries.isEmpty()) {
                    return entries.getFirst();
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the loss is not recorded\n" + server.output());
    }
}
