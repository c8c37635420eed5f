package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

final class PutBackOnPostgresTest extends PutBackContract {
    private String url;

    @Override
    Database open(Path folder) {
        url = TestPostgres.newDatabase();
        return Database.postgres(url, null);
    }

    @Override
    String url() {
        return url;
    }

    /// The time is the database server's own.
    @Override
    void aWhile() throws InterruptedException {
        Thread.sleep(2_010);
    }
}
