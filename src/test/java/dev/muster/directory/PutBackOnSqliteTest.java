package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;
import java.time.Duration;

final class PutBackOnSqliteTest extends PutBackContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + folder.resolve("muster.db");
    }

    @Override
    void aWhile() {
        running.advance(Duration.ofMillis(2_001));
    }
}
