package dev.muster.directory;

import dev.muster.TestOutgoing;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Base class for tests of a core with a new database for each test.
@UsesPostgres
abstract class OnRunning {
    /// The realm in which jobs get their verdict immediately. In `PRODUCTION`, a verifier gives it.
    static final long TEST = Running.REALM;

    static final long PRODUCTION = Running.OTHER_REALM;

    @TempDir
    Path folder;

    EmptyDatabase database;
    Running running;

    abstract DatabaseKind kind();

    /// Returns how the core connects to webhooks.
    Core.Outgoing outgoing() {
        return TestOutgoing.none();
    }

    @BeforeEach
    final void start() {
        database = EmptyDatabase.of(kind(), folder);
        running = new Running(database.open(), folder, outgoing());
    }

    @AfterEach
    final void stop() {
        running.close();
    }

    /// Stops the core and starts a new one with the same database and folder.
    final void restart() {
        Duration ahead = running.ahead();
        running.close();
        running = new Running(database.open(), folder, outgoing());
        running.advance(ahead);
    }

    /// Waits for an effect that happens asynchronously after the response.
    static void eventually(BooleanSupplier so) throws InterruptedException {
        eventually(Duration.ofSeconds(20), so);
    }

    /// Like [#eventually(BooleanSupplier)], for an effect that may take longer.
    static void eventually(Duration atMost, BooleanSupplier so) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it never came about");
            }
            Thread.sleep(5);
        }
    }
}
