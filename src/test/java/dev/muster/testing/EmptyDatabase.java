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

/// A database that is initially empty. It provides connections that bypass Muster.
///
/// @param folder the folder of the embedded database; not used on PostgreSQL
/// @param url the JDBC URL
public record EmptyDatabase(DatabaseKind kind, Path folder, String url) {
    /// Creates an empty database in `folder`, or on the test PostgreSQL server.
    public static EmptyDatabase of(DatabaseKind kind, Path folder) {
        return new EmptyDatabase(
                kind,
                folder,
                switch (kind) {
                    case SQLITE -> "jdbc:sqlite:" + folder.resolve("muster.db");
                    case POSTGRES -> TestPostgres.newDatabase();
                });
    }

    /// Opens the database as a server does, but creates the schema with [SchemaTemplate]. An embedded database can be
    /// opened again after it was closed.
    public Database open() {
        return switch (kind) {
            case SQLITE -> {
                SchemaTemplate.prepare(folder);
                yield Database.sqlite(folder, 0);
            }
            case POSTGRES -> {
                SchemaTemplate.prepare(url);
                yield Database.postgres(url, null);
            }
        };
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /// Executes a statement.
    ///
    /// @return the number of rows changed
    public int execute(String statement) throws SQLException {
        try (Connection connection = connect();
                Statement any = connection.createStatement()) {
            return any.executeUpdate(statement);
        }
    }

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

    /// Returns an id as a parameter of a prepared statement.
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

    /// Returns an id as an SQL literal.
    public String literal(UUID id) {
        return switch (kind) {
            case SQLITE -> "x'" + id.toString().replace("-", "") + "'";
            case POSTGRES -> "'" + id + "'::uuid";
        };
    }
}
