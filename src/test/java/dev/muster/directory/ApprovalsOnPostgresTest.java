package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

final class ApprovalsOnPostgresTest extends ApprovalsContract {
    private String url;

    @Override
    Database open(Path folder) {
        url = TestPostgres.newDatabase();
        return Database.postgres(url);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }
}
