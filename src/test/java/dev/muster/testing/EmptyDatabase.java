package dev.muster.testing;

import dev.muster.storage.Database;
import dev.muster.storage.sql.DatabaseKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/// A database that is empty when it is made, and connections to it that bypass Muster.
///
/// @param folder of the embedded database; not used on PostgreSQL
/// @param url for JDBC
public record EmptyDatabase(DatabaseKind kind, Path folder, String url) {
    /// Makes one: in `folder`, or a new one on the PostgreSQL server of the tests.
    public static EmptyDatabase of(DatabaseKind kind, Path folder) {
        return new EmptyDatabase(
                kind,
                folder,
                switch (kind) {
                    case SQLITE -> "jdbc:sqlite:" + folder.resolve("muster.db");
                    case POSTGRES -> TestPostgres.newDatabase();
                });
    }

    /// Opens it as a server does. An embedded database can be opened again once it was closed.
    public Database open() {
        return switch (kind) {
            case SQLITE -> Database.sqlite(folder, 0);
            case POSTGRES -> Database.postgres(url, null);
        };
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /// Executes a statement.
    ///
    /// @return how many rows it changed
    public int execute(String statement) throws SQLException {
        try (Connection connection = connect();
                Statement any = connection.createStatement()) {
            return any.executeUpdate(statement);
        }
    }

    /// The first column of the first row of a query.
    public long number(String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(query)) {
            results.next();
            return results.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// An id as a parameter of a prepared statement.
    public Object parameter(UUID id) {
        return switch (kind) {
            case SQLITE ->
                ByteBuffer.allocate(16)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array();
            case POSTGRES -> id;
        };
    }

    /// An id as a literal of SQL.
    public String literal(UUID id) {
        return switch (kind) {
            case SQLITE -> "x'" + id.toString().replace("-", "") + "'";
            case POSTGRES -> "'" + id + "'::uuid";
        };
    }
}
