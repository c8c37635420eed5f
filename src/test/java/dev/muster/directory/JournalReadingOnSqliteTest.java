package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;
import java.time.Duration;

final class JournalReadingOnSqliteTest extends JournalReadingContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }

    @Override
    Duration unit() {
        return Duration.ofHours(1);
    }

    @Override
    void pass(Duration time) {
        running.advance(time);
    }
}
