package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

final class ActorNamesOnPostgresTest extends ActorNamesContract {
    private final String url = TestPostgres.newDatabase();

    @Override
    Database open(Path folder) {
        return Database.postgres(url, null);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }
}
