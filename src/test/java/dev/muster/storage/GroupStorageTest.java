package dev.muster.storage;

import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

final class GroupStorageTest {
    @Nested
    final class OnSqlite extends GroupContract {
        @TempDir
        private Path folder;

        @Override
        protected Database open() {
            return Database.sqlite(folder, 0);
        }

        @Override
        long rows(String table) {
            return count("jdbc:sqlite:" + folder.resolve("muster.db"), table);
        }
    }

    @Nested
    final class OnPostgres extends GroupContract {
        private String url = "";

        @Override
        protected Database open() {
            url = TestPostgres.newDatabase();
            return Database.postgres(url, null);
        }

        @Override
        long rows(String table) {
            return count(url, table);
        }
    }

    private static long count(String url, String table) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("select count(*) from " + table)) {
            results.next();
            return results.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
