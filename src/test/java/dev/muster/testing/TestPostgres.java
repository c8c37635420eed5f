package dev.muster.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/// A real PostgreSQL server, which is started when a test first needs a database and stopped with the JVM.
public final class TestPostgres {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private TestPostgres() {}

    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Creates an empty database and returns its URL. It is really only a schema, because creating a database takes
    /// half a second.
    public static String newDatabase() {
        String name = "muster" + SCHEMAS.incrementAndGet();
        try (Connection connection = Running.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Running.SERVER.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + name;
    }

    /// Creates an empty database that is not just a schema, and returns its URL. Poolers need one, because they do
    /// not support schemas.
    public static String newWholeDatabase() {
        String name = "muster" + SCHEMAS.incrementAndGet();
        try (Connection connection = Running.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Running.SERVER.getJdbcUrl("postgres", name);
    }

    private static final class Pooled {
        static final int PORT = PoolerProcess.start(Running.SERVER.getPort());
    }

    /// Returns the URL of a database through a pooler, which is started when a test first needs it.
    ///
    /// @param url a URL from [#newWholeDatabase]
    public static String pooled(String url) {
        return url.replace(":" + Running.SERVER.getPort() + "/", ":" + Pooled.PORT + "/");
    }

    /// Returns the folder of PostgreSQL's programs, such as `initdb`.
    static Path programs() {
        try (Connection connection = Running.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select setting from pg_config where name = 'BINDIR'")) {
            found.next();
            return Path.of(found.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
