package dev.muster.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A real PostgreSQL server, which is started when a test first needs a database and stopped with the JVM. If
/// `./verify --database` names another server, which may have Citus, the tests create schemas and databases on it, and
/// delete them when the JVM exits.
public final class TestPostgres {
    /// The JDBC URL that was given to `./verify --database`, or null.
    private static final String GIVEN = System.getProperty("muster.test.server");

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /// The prefix of the names that this JVM creates. On a given server, several JVMs create schemas at the same time.
    private static final String PREFIX =
            GIVEN == null ? "muster" : "muster_test_" + HexFormat.of().toHexDigits(new SecureRandom().nextInt()) + "_";

    private TestPostgres() {}

    private static final class Embedded {
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

    /// The statements that delete what was created on a given server.
    private static final class Cleanup {
        static final ConcurrentLinkedQueue<String> STATEMENTS = new ConcurrentLinkedQueue<>();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> STATEMENTS.forEach(TestPostgres::execute)));
        }
    }

    private static String url() {
        return GIVEN == null ? Embedded.SERVER.getJdbcUrl("postgres", "postgres") : GIVEN;
    }

    private static void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// Creates an empty database and returns its URL. It is really only a schema, because creating a database takes
    /// half a second. On Citus, the schema is distributed.
    public static String newDatabase() {
        String name = PREFIX + NUMBERS.incrementAndGet();
        execute(distributed() + "create schema " + name);
        if (GIVEN != null) {
            Cleanup.STATEMENTS.add("drop schema " + name + " cascade");
        }
        return url() + (url().contains("?") ? "&" : "?") + "currentSchema=" + name;
    }

    /// The setting with which Citus places a new schema and its tables on one of its nodes; empty on plain PostgreSQL.
    private static String distributed() {
        return GIVEN != null && Given.HAS_CITUS ? "set citus.enable_schema_based_sharding to on; " : "";
    }

    private static final class Given {
        static final boolean HAS_CITUS = hasCitus();

        private static boolean hasCitus() {
            try (Connection connection = DriverManager.getConnection(url());
                    Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("select from pg_extension where extname = 'citus'")) {
                return found.next();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Creates an empty database that is not just a schema, and returns its URL. Poolers need one, because they do
    /// not support schemas.
    public static String newWholeDatabase() {
        String name = PREFIX + NUMBERS.incrementAndGet();
        execute("create database " + name);
        if (GIVEN == null) {
            return Embedded.SERVER.getJdbcUrl("postgres", name);
        }
        Cleanup.STATEMENTS.add("drop database " + name + " with (force)");
        return GIVEN.replaceFirst("(//[^/]+/)[^?]*", "$1" + name);
    }

    /// Whether a URL leads to this server, not to another that a test has started or merely names.
    public static boolean isAt(String url) {
        return GIVEN == null
                ? url.contains(":" + Embedded.SERVER.getPort() + "/")
                : url.startsWith(GIVEN.substring(0, GIVEN.indexOf('/', GIVEN.indexOf("//") + 2)));
    }

    private static final class Pooled {
        static final int PORT = PoolerProcess.start(Embedded.SERVER.getPort());
    }

    /// Returns the URL of a database through a pooler, which is started when a test first needs it.
    ///
    /// @param url a URL from [#newWholeDatabase]
    public static String pooled(String url) {
        return url.replace(":" + Embedded.SERVER.getPort() + "/", ":" + Pooled.PORT + "/");
    }

    /// Returns the folder of PostgreSQL's programs, such as `initdb`.
    static Path programs() {
        try (Connection connection = Embedded.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select setting from pg_config where name = 'BINDIR'")) {
            found.next();
            return Path.of(found.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
