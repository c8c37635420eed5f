package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What a core promises on both databases.
abstract class RunningContract {
    /// In the first realm jobs are judged at once, in the other by a verifier.
    static final long TEST = Running.REALM;

    static final long PRODUCTION = Running.OTHER_REALM;

    @TempDir
    Path folder;

    Running running;

    abstract Database open(Path folder);

    @BeforeEach
    void start() {
        running = new Running(open(folder), folder);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    /// Waits for what happens soon after an answer, on a thread of its own.
    static void eventually(BooleanSupplier so) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it never came about");
            }
            Thread.sleep(5);
        }
    }
}
