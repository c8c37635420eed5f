package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.util.UUID;

final class UnsealedRowsOnPostgresTest extends UnsealedRowsContract {
    private final String url = TestPostgres.newDatabase();

    @Override
    Database open() {
        return Database.postgres(url, null);
    }

    @Override
    String url() {
        return url;
    }

    @Override
    String id(UUID id) {
        return "'" + id + "'::uuid";
    }
}
