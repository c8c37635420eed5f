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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// A PostgreSQL server, reached by lanes directly and by readers through a pool.
final class PostgresServer implements Engine {
    private static final int OLDEST = 150_000;

    // What connections are called on the server.
    private static final String LANE = "muster lane";
    private static final String UPKEEP = "muster upkeep";
    private static final String EVIDENCE = "muster evidence";

    /// A lane looks up a few rows by their keys, in loops that its statements prescribe. Planned once, without regard
    /// to how many rows there are: a plan for each execution costs more than carrying it out, and one that was made
    /// while a table was empty would read the whole table for ever.
    private static final String LANES_PLANS = " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
            + " -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    private static final String OTHERS_PLANS = " -c plan_cache_mode=force_custom_plan";

    /// When this server has written so many rows its plans are given up, and again whenever it has written twice
    /// as many: while a table is empty one index looks as good as another.
    private static final long PLAN_AGAIN = 1_000;

    private final String url;
    private final Statements statements = new Statements(DatabaseKind.POSTGRES);
    private final HikariDataSource readers;
    private final boolean pooled;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong planAgain = new AtomicLong(PLAN_AGAIN);

    /// What a reader behind a pooler begins each transaction with. It holds for that transaction alone: the next one
    /// may be carried out by another connection, and this connection may carry out anybody's.
    private static final String READING = "set transaction isolation level repeatable read, read only;"
            + " set local statement_timeout = " + Database.DEADLINE.toMillis();

    private PostgresServer(String url, HikariDataSource readers, boolean pooled) {
        this.url = url;
        this.readers = readers;
        this.pooled = pooled;
    }

    static PostgresServer open(String url) {
        return open(url, null);
    }

    /// @param pooler by which readers reach the same database; null for no other way
    static PostgresServer open(String url, @Nullable String pooler) {
        int version = check(url);
        HikariDataSource readers = pooler == null ? directReaders(url) : pooledReaders(pooler);
        PostgresServer server = new PostgresServer(url, readers, pooler != null);
        try {
            if (pooler != null) {
                server.checkReaders(version);
            }
        } catch (StorageException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /// Refuses a server or a database that cannot be used, makes the schema in an empty one, and gives its version.
    private static int check(String url) {
        try (Connection connection = connect(url, LANE)) {
            checkServer(connection);
            int version = Schema.of(connection, DatabaseKind.POSTGRES);
            if (version == 0 && isEmpty(connection)) {
                migrate(url);
                version = Schema.of(connection, DatabaseKind.POSTGRES);
            }
            Schema.check(version);
            checkPrivileges(connection);
            return version;
        } catch (SQLException e) {
            // Nothing of anybody's data is in what is said before the first statement that is not about the server.
            throw new StorageException(Failures.of(e).kind(), "PostgreSQL cannot be used: " + e.getMessage(), e);
        }
    }

    /// Refuses as readers' address what leads to another database, or to one that follows its primary at a distance.
    private void checkReaders(int version) {
        Session session = reader(System.nanoTime() + Database.DEADLINE.toNanos());
        try (Statement statement = session.connection().createStatement();
                ResultSet results = statement.executeQuery("select pg_is_in_recovery()")) {
            results.next();
            if (results.getBoolean(1)) {
                throw new StorageException(Kind.FATAL, "the readers' address is a standby's, which lags behind");
            }
            if (Schema.of(session.connection(), DatabaseKind.POSTGRES) != version) {
                throw new StorageException(Kind.FATAL, "the readers' address is that of another database");
            }
        } catch (SQLException e) {
            throw new StorageException(Failures.of(e).kind(), "the readers' address cannot be used", e);
        } finally {
            giveBack(session, false);
        }
    }

    static int migrate(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return Schema.migrate(source, DatabaseKind.POSTGRES);
    }

    private static void checkServer(Connection connection) throws SQLException {
        checkVersion(Integer.parseInt(show(connection, "server_version_num")), show(connection, "server_version"));
        if (!show(connection, "fsync").equals("on")) {
            throw new StorageException(
                    Kind.FATAL, "the PostgreSQL server runs with fsync=off: what it answers to may be lost");
        }
    }

    static void checkVersion(int number, String name) {
        if (number < OLDEST) {
            throw new StorageException(Kind.FATAL, "PostgreSQL 15 or newer is needed, and this is " + name);
        }
    }

    /// Refuses a role that may not do everything with the register's tables: those that belong to whom the schema's
    /// history belongs to. Else each request that needs the right would be a fault of its own.
    private static void checkPrivileges(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("""
                        select string_agg(tablename, ', ' order by tablename)
                        from pg_tables, lateral (select format('%I.%I', schemaname, tablename) as full_name) as t
                        where schemaname = current_schema()
                        and tablename <> 'schema_history'
                        and tableowner = (select tableowner from pg_tables
                            where schemaname = current_schema() and tablename = 'schema_history')
                        and not (has_table_privilege(full_name, 'select')
                            and has_table_privilege(full_name, 'insert')
                            and has_table_privilege(full_name, 'update')
                            and has_table_privilege(full_name, 'delete'))
                        """)) {
            results.next();
            if (results.getString(1) != null) {
                throw new StorageException(
                        Kind.FATAL,
                        "the role lacks select, insert, update or delete on these tables: " + results.getString(1));
            }
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

    private static HikariDataSource directReaders(String url) {
        HikariConfig config = readers(url);
        // Several statements that must agree need one transaction and no more: it is one snapshot by default.
        config.setConnectionInitSql("set statement_timeout = " + Database.DEADLINE.toMillis()
                + "; set default_transaction_isolation = 'repeatable read'; set default_transaction_read_only = on"
                + "; set plan_cache_mode = force_generic_plan");
        return new HikariDataSource(config);
    }

    /// Nothing is kept on a connection that the next transaction might find to be another: no settings, and no
    /// statements prepared by name, which poolers older than pgbouncer 1.21 do not know of.
    private static HikariDataSource pooledReaders(String url) {
        HikariConfig config = readers(url);
        config.addDataSourceProperty("prepareThreshold", "0");
        return new HikariDataSource(config);
    }

    private static HikariConfig readers(String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("readers");
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(Database.READERS);
        config.setConnectionTimeout(Database.DEADLINE.toMillis());
        config.setValidationTimeout(1000);
        config.setKeepaliveTime(30_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "muster reader");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "5");
        return config;
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    @Override
    public Session writer() {
        return session(LANE);
    }

    @Override
    public Session upkeepWriter() {
        return session(UPKEEP);
    }

    private Session session(String application) {
        try {
            return new Session(connect(url, application), statements, DatabaseKind.POSTGRES);
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "cannot connect to PostgreSQL", e);
        }
    }

    /// A connection that may write: straight to the server, since its settings and its locks are the session's own.
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
                        + " -c synchronous_commit=on -c lock_timeout=1s"
                        + " -c statement_timeout=10s -c idle_in_transaction_session_timeout=5s"
                        + " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
                        + (application.equals(LANE) ? LANES_PLANS : OTHERS_PLANS));
        return DriverManager.getConnection(url, properties);
    }

    @Override
    public Session reader(long deadlineNanos) {
        try {
            Session session = new Session(readers.getConnection(), statements, DatabaseKind.POSTGRES);
            session.deadline(deadlineNanos);
            if (pooled) {
                begin(session);
            }
            return session;
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "PostgreSQL does not answer", e);
        }
    }

    private static void begin(Session session) {
        try {
            session.begin();
            session.execute(READING);
        } catch (StorageException e) {
            session.close();
            throw e;
        }
    }

    /// The pool itself finds out which connections are gone; the driver keeps the prepared statements of the others.
    @Override
    public void giveBack(Session reader, boolean sound) {
        try {
            if (pooled && sound) {
                reader.commit();
            }
        } finally {
            // With what is not committed the pool rolls back.
            reader.close();
        }
    }

    @Override
    public int idleReaders() {
        return readers.getHikariPoolMXBean().getIdleConnections();
    }

    @Override
    public void takeTurn(Session writer) {}

    @Override
    public void endTurn() {}

    @Override
    public void wrote(int rows) {
        long all = written.addAndGet(rows);
        long due = planAgain.get();
        if (all >= due && planAgain.compareAndSet(due, 2 * all)) {
            // Others take the place of those that are in use, too.
            readers.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /// Changes whenever plans are to be given up.
    @Override
    public long plans() {
        return planAgain.get();
    }

    @Override
    public void noRoom() {
        // The database server sees to its own log, and its disk cannot be looked at from here.
    }

    @Override
    public void lookForRoom() {
        // See noRoom.
    }

    @Override
    public boolean isTight() {
        return false;
    }

    @Override
    public void checkRoomForEvidence(long bytes) {
        // How much is free where the database server keeps its files is not told to its clients.
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
