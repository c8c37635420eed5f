package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

final class SsoOnPostgresTest extends SsoContract {
    private String url;

    @Override
    Database open(Path in) {
        url = TestPostgres.newDatabase();
        return Database.postgres(url);
    }

    @Override
    String url() {
        return url;
    }
}
