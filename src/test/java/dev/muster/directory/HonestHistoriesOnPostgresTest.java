package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;

final class HonestHistoriesOnPostgresTest extends HonestHistoriesTest {
    @Override
    Database open() {
        return Database.postgres(TestPostgres.newDatabase());
    }

    @Override
    int histories() {
        return Boolean.getBoolean("muster.long") ? 30 : 2;
    }
}
