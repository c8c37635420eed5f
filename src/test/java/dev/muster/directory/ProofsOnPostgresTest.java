package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

final class ProofsOnPostgresTest extends ProofsContract {
    @Override
    Database open(Path folder) {
        return Database.postgres(TestPostgres.newDatabase(), null);
    }

    /// The time is the database server's own.
    @Override
    void aWhile() throws InterruptedException {
        Thread.sleep(2_010);
    }
}
