package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.OnBothDatabases;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Confirmed writes survive `kill -9`, and unconfirmed ones can be sent again.
@OnBothDatabases
@Timeout(3_600)
class KillTest {
    private static final int KILLS = Boolean.getBoolean("muster.long") ? 60 : 10;
    private static final int KILLS_A_COMPARISON = 5;
    private static final int CONNECTIONS = 6;
    private static final int SOONEST_MILLIS = 50;
    private static final int LATEST_MILLIS = 600;

    @TempDir
    private Path folder;

    @Test
    void anAnsweredWriteIsThereAfterAKill() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (ServerProcess server = ServerProcess.startOnTestDatabase(folder.resolve("data"))) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            Load load = new Load(key, CONNECTIONS, seed);
            for (int kill = 1; kill <= KILLS; kill++) {
                load.start(server.address());
                Thread.sleep(random.nextInt(SOONEST_MILLIS, LATEST_MILLIS));
                server.kill();
                load.await();
                server.restart();
                try {
                    load.settle(server.address(), true);
                    // What is lost in one kill can still be detected after the next, so not every kill needs a
                    // comparison.
                    if (kill % KILLS_A_COMPARISON == 0) {
                        load.compare(server.address(), Tenancy.FIRST_ENTRIES);
                    }
                } catch (AssertionError e) {
                    throw new AssertionError("after kill " + kill + " of seed " + seed + ": " + e.getMessage(), e);
                }
            }
            assertThat(load.answered()).isGreaterThanOrEqualTo((long) KILLS * CONNECTIONS);
        }
    }
}
