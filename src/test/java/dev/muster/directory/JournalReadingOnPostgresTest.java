package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;

final class JournalReadingOnPostgresTest extends JournalReadingContract {
    @Override
    Database open(Path folder) {
        return Database.postgres(TestPostgres.newDatabase(), null);
    }

    @Override
    Duration unit() {
        return Duration.ofMillis(1);
    }

    /// The database has a clock of its own.
    @Override
    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }
}
