package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.CuttingProxy;
import dev.muster.testing.PostgresProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Whatever happens to PostgreSQL or the network under load, no confirmed write is lost, no write is executed twice,
/// and the server recovers by itself. The only errors that clients see are 503 responses, which report either that the
/// server is busy and did not execute the request, or that the outcome is unknown.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(1_800)
class PostgresFaultsTest {
    private static final boolean LONG = Boolean.getBoolean("muster.long");
    private static final int CRASHES = LONG ? 40 : 4;
    private static final int CUTS = LONG ? 1_000 : 60;
    private static final int CONNECTIONS = 8;

    /// A lane tries to reconnect for several seconds before it reports that it is busy, and the test machine may be
    /// slow.
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    private PostgresProcess postgres;
    private Path masterKey;

    @BeforeEach
    void start() {
        postgres = PostgresProcess.start(folder);
        masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
    }

    @AfterEach
    void stop() {
        postgres.close();
    }

    @Test
    void aPostgresThatIsStoppedHardOrKilledLosesAndDoublesNothing() throws Exception {
        try (ServerProcess server = ServerProcess.startOnPostgres(folder.resolve("data"), postgres.url(), masterKey)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            Load load = new Load(key, CONNECTIONS, seed);
            load.start(server.address());
            for (int crash = 0; crash < CRASHES; crash++) {
                Thread.sleep(random.nextInt(50, 600));
                if (crash % 2 == 0) {
                    postgres.stopHard();
                } else {
                    postgres.kill();
                }
                if (crash == 0) {
                    assertSaysThatItIsBusy(server, key);
                }
                Thread.sleep(random.nextInt(300));
                postgres.start();
                assertThat(load.goesOn(server.address(), CONNECTIONS, TIMEOUT))
                        .as(server::output)
                        .isTrue();
            }
            checkAtTheEnd(load, server);
        }
    }

    /// Asserts that reads and writes are refused as busy, and for no other reason.
    private static void assertSaysThatItIsBusy(ServerProcess server, String key) throws Exception {
        try (Client client = new Client(server.address(), key)) {
            assertThat(client.send("GET", "/health/ready", new byte[0]).status())
                    .isEqualTo(503);
            assertThat(client.send("GET", "/v1/users", new byte[0])).matches(Client.Answer::isBusy);
            assertThat(client.jsonOnce("POST", "/v1/users", Map.of("externalId", "never-there")))
                    .matches(Client.Answer::isBusy);
            assertThat(client.send("GET", "/health/live", new byte[0]).status()).isEqualTo(200);
        }
    }

    @Test
    void connectionsThatAreCutLoseAndDoubleNothing() throws Exception {
        AtomicBoolean cutting = new AtomicBoolean();
        try (CuttingProxy proxy = new CuttingProxy(
                        postgres.port(), moment -> cutting.get() && random.nextInt(odds(moment)) == 0);
                ServerProcess server = ServerProcess.startOnPostgres(
                        folder.resolve("data"),
                        postgres.url().replace(":" + postgres.port() + "/", ":" + proxy.port() + "/"),
                        masterKey)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            Load load = new Load(key, CONNECTIONS, seed);
            load.start(server.address());
            cutting.set(true);
            while (proxy.cuts() < CUTS) {
                assertThat(load.goesOn(server.address(), 1, TIMEOUT))
                        .as(server::output)
                        .isTrue();
            }
            cutting.set(false);
            checkAtTheEnd(load, server);
        }
    }

    /// Returns n for a chance of 1 in n that the connection is cut at this moment.
    private static int odds(CuttingProxy.Moment moment) {
        return switch (moment) {
            case SENT -> 200;
            case COMMIT_SENT, COMMITTED -> 10;
        };
    }

    private void checkAtTheEnd(Load load, ServerProcess server) throws Exception {
        load.finish();
        try {
            load.settle(server.address(), true);
            load.compare(server.address(), Tenancy.FIRST_ENTRIES);
        } catch (AssertionError e) {
            throw new AssertionError("of seed " + seed + ": " + e.getMessage() + "\n" + server.output(), e);
        }
    }
}
