package dev.muster.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.muster.storage.StorageException.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.ds.PGSimpleDataSource;

/// A PostgreSQL server, reached by lanes directly and by readers through a pool.
final class PostgresServer implements Engine {
    private static final int OLDEST = 150_000;

    // What connections are called on the server.
    private static final String LANE = "muster lane";
    private static final String EVIDENCE = "muster evidence";

    private final String url;
    private final Statements statements = new Statements(Flavour.POSTGRES);
    private final HikariDataSource readers;

    private PostgresServer(String url, HikariDataSource readers) {
        this.url = url;
        this.readers = readers;
    }

    static PostgresServer open(String url) {
        try (Connection connection = connect(url, LANE)) {
            checkServer(connection);
            int version = Schema.of(connection, Flavour.POSTGRES);
            if (version == 0 && isEmpty(connection)) {
                migrate(url);
                version = Schema.of(connection, Flavour.POSTGRES);
            }
            Schema.check(version);
        } catch (SQLException e) {
            // Nothing of anybody's data is in what is said before the first statement that is not about the server.
            throw new StorageException(Failures.of(e).kind(), "PostgreSQL cannot be used: " + e.getMessage(), e);
        }
        return new PostgresServer(url, readers(url));
    }

    static int migrate(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return Schema.migrate(source, Flavour.POSTGRES);
    }

    private static void checkServer(Connection connection) throws SQLException {
        int version = Integer.parseInt(show(connection, "server_version_num"));
        if (version < OLDEST) {
            throw new StorageException(
                    Kind.FATAL, "PostgreSQL 15 or newer is needed, and this is " + show(connection, "server_version"));
        }
        if (!show(connection, "fsync").equals("on")) {
            throw new StorageException(
                    Kind.FATAL, "the PostgreSQL server runs with fsync=off: what it answers to may be lost");
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("show " + setting)) {
            results.next();
            return results.getString(1);
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet results =
                        statement.executeQuery("select 1 from pg_tables where schemaname = current_schema() limit 1")) {
            return !results.next();
        }
    }

    private static HikariDataSource readers(String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("readers");
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(Database.READERS);
        config.setConnectionTimeout(Database.DEADLINE.toMillis());
        config.setValidationTimeout(1000);
        config.setKeepaliveTime(30_000);
        config.setInitializationFailTimeout(-1);
        // Set by a statement rather than at the start of the connection, which a pooler would not take. Several
        // statements that must agree need one transaction and no more: it is one snapshot by default.
        config.setConnectionInitSql("set statement_timeout = " + Database.DEADLINE.toMillis()
                + "; set default_transaction_isolation = 'repeatable read'; set default_transaction_read_only = on");
        config.addDataSourceProperty("ApplicationName", "muster reader");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "5");
        return new HikariDataSource(config);
    }

    @Override
    public Flavour flavour() {
        return Flavour.POSTGRES;
    }

    @Override
    public Session writer() {
        return session(LANE);
    }

    private Session session(String application) {
        try {
            return new Session(connect(url, application), statements, Flavour.POSTGRES);
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "cannot connect to PostgreSQL", e);
        }
    }

    /// A connection of a lane: straight to the server, since its settings and its locks are the session's own.
    private static Connection connect(String url, String application) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", application);
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "5");
        // Longer than any statement may take: it only ends waiting for a server that is gone without a word.
        properties.setProperty("socketTimeout", "15");
        properties.setProperty(
                "options",
                "-c default_transaction_isolation=read\\ committed -c default_transaction_read_only=off"
                        + " -c synchronous_commit=on -c plan_cache_mode=force_custom_plan -c lock_timeout=1s"
                        + " -c statement_timeout=10s -c idle_in_transaction_session_timeout=5s"
                        + " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3");
        return DriverManager.getConnection(url, properties);
    }

    @Override
    public Session reader(long deadlineNanos) {
        try {
            Session session = new Session(readers.getConnection(), statements, Flavour.POSTGRES);
            session.deadline(deadlineNanos);
            return session;
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "PostgreSQL does not answer", e);
        }
    }

    /// The pool itself finds out which connections are gone; the driver keeps the prepared statements of the others.
    @Override
    public void giveBack(Session reader, boolean sound) {
        reader.close();
    }

    @Override
    public void takeTurn(Session writer) {}

    @Override
    public void endTurn() {}

    @Override
    public void wrote(int rows) {}

    @Override
    public void noRoom() {
        // The database server sees to its own log.
    }

    @Override
    public Session evidenceWriter() {
        return session(EVIDENCE);
    }

    /// As one that writes: chunks are larger than what the pool's connections are for.
    @Override
    public Session evidenceReader() {
        return session(EVIDENCE);
    }

    @Override
    public void close() {
        readers.close();
    }
}
