package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;

final class HonestHistoriesOnPostgresTest extends HonestHistories {
    @Override
    Database open() {
        return Database.postgres(TestPostgres.newDatabase(), null);
    }

    @Override
    int histories() {
        return Boolean.getBoolean("muster.long") ? 30 : 2;
    }
}
