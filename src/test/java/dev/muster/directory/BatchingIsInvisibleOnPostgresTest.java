package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;

final class BatchingIsInvisibleOnPostgresTest extends BatchingIsInvisible {
    @Override
    Database open() {
        return Database.postgres(TestPostgres.newDatabase(), null);
    }

    @Override
    int scenarios() {
        return Boolean.getBoolean("muster.long") ? 50 : 3;
    }
}
