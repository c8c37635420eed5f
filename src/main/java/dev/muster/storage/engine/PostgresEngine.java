package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL server. Lanes connect directly, readers through a pool.
public final class PostgresEngine implements Engine {
    private static final int MIN_VERSION = 150_000;

    // Application names of connections, as seen on the server.
    private static final String LANE = "muster lane";
    private static final String CHORES = "muster background";
    private static final String EVIDENCE = "muster evidence";

    /// How long a host may take to accept a connection, and again for each response until the connection is ready. A
    /// host that hangs therefore does not hold up the choice of the next one for longer.
    private static final int CONNECT_SECONDS = 5;

    /// This is longer than any statement may take. It only detects a server that disappeared without closing the
    /// connection, or that hangs.
    private static final int SOCKET_TIMEOUT_MILLIS = 15_000;

    /// How long a migration may take to connect.
    private static final int MIGRATION_CONNECT_SECONDS = 30;

    static final Pattern MULTIPLE_HOSTS = Pattern.compile("jdbc:postgresql://[^/?]*,.*");
    private static final Duration REPEAT_ERROR_AFTER = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(PostgresEngine.class);

    /// Planner settings for lanes, which look up a few rows by key in nested loops that their statements prescribe.
    /// Generic plans are used, because planning each execution would cost more than running it. Whole-table scans
    /// are disabled, because a plan made while a table was empty would keep using them.
    private static final String LANE_PLANNER_SETTINGS = " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
            + " -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    private static final String READER_PLANNER_SETTINGS = " -c plan_cache_mode=force_custom_plan";

    /// Cached plans are discarded once this many rows have been written, and again whenever the total has doubled. A
    /// plan made while a table was nearly empty may use the wrong index, since the planner then sees no difference.
    private static final long REPLAN_AFTER_ROWS = 1_000;

    private final String url;
    private final Statements statements = new Statements(DatabaseKind.POSTGRES);
    private final ReaderPool readers;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong planAgain = new AtomicLong(REPLAN_AFTER_ROWS);
    private final AtomicLong weakLoggedNanos = new AtomicLong(System.nanoTime() - REPEAT_ERROR_AFTER.toNanos());

    private PostgresEngine(String url, @Nullable String pooler) {
        this.url = url;
        this.readers = pooler == null ? ReaderPool.direct(url, statements) : ReaderPool.pooled(pooler, statements);
    }

    /// Connects to PostgreSQL and creates the schema in an empty database.
    ///
    /// @param pooler the URL of the pooler for readers; null if there is no pooler
    public static PostgresEngine open(String url, @Nullable String pooler) {
        int version = check(url, true);
        PostgresEngine engine = new PostgresEngine(url, pooler);
        try {
            if (pooler != null) {
                engine.checkReaders(version);
            }
        } catch (StorageException e) {
            engine.close();
            throw e;
        }
        return engine;
    }

    /// Connects to PostgreSQL, and refuses an empty database.
    public static PostgresEngine openExisting(String url) {
        check(url, false);
        return new PostgresEngine(url, null);
    }

    /// Checks the server and the database, and returns the schema version.
    ///
    /// @param createsSchema whether to create the schema in an empty database
    private static int check(String url, boolean createsSchema) {
        try (Session session =
                new Session(connect(url, LANE, true), new Statements(DatabaseKind.POSTGRES), DatabaseKind.POSTGRES)) {
            checkServer(session);
            Optional<String> weaker = PostgresSettings.weaker(session.connection(), true);
            if (weaker.isPresent()) {
                throw PostgresSettings.refused(Kind.FATAL, weaker.get());
            }
            int version = Schema.of(session);
            if (createsSchema && version == 0 && isEmpty(session)) {
                migrate(url);
                version = Schema.of(session);
            }
            Schema.check(version);
            checkPrivileges(session);
            return version;
        } catch (SQLException e) {
            throw unusable(e);
        } catch (StorageException e) {
            throw e.getCause() instanceof SQLException cause ? unusable(cause) : e;
        }
    }

    /// The driver's message may be shown, because no statement run so far contains personal data.
    private static StorageException unusable(SQLException e) {
        return new StorageException(StorageException.of(e).kind(), "PostgreSQL cannot be used: " + e.getMessage(), e);
    }

    /// Refuses a readers' URL that points to another database, or to a standby, which lags behind.
    private void checkReaders(int version) {
        Session session = reader(System.nanoTime() + READ_DEADLINE.toNanos());
        try {
            if (Boolean.TRUE.equals(session.ask("select pg_is_in_recovery()", row -> row.bool()))) {
                throw new StorageException(Kind.FATAL, "the readers' address is a standby's, which lags behind");
            }
            if (Schema.of(session) != version) {
                throw new StorageException(Kind.FATAL, "the readers' address is that of another database");
            }
        } catch (StorageException e) {
            throw e.getCause() instanceof SQLException
                    ? new StorageException(e.kind(), "the readers' address cannot be used", e)
                    : e;
        } finally {
            release(session, false);
        }
    }

    /// Migrates a PostgreSQL database to the schema version that this program needs.
    ///
    /// @return the previous version; 0 for an empty database
    public static int migrate(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        if (MULTIPLE_HOSTS.matcher(url).matches()) {
            source.setTargetServerType("primary");
        }
        source.setUrl(url);
        source.setLoginTimeout(MIGRATION_CONNECT_SECONDS);
        return Schema.migrate(source, DatabaseKind.POSTGRES);
    }

    private static void checkServer(Session session) {
        checkVersion(Integer.parseInt(show(session, "server_version_num")), show(session, "server_version"));
        if (!show(session, "fsync").equals("on")) {
            throw new StorageException(
                    Kind.FATAL, "the PostgreSQL server runs with fsync=off: confirmed writes could be lost");
        }
    }

    static void checkVersion(int number, String name) {
        if (number < MIN_VERSION) {
            throw new StorageException(Kind.FATAL, "PostgreSQL 15 or newer is needed, and this is " + name);
        }
    }

    /// Refuses a role without full privileges on Muster's tables, which are those with the same owner as the
    /// schema history. Otherwise, each request that needs a missing privilege would fail later.
    static void checkPrivileges(Session session) {
        Optional<String> lacking = session.ask("""
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
                        """, row -> Optional.ofNullable(row.textOrNull()));
        if (lacking != null && lacking.isPresent()) {
            throw new StorageException(
                    Kind.FATAL, "the role lacks select, insert, update or delete on these tables: " + lacking.get());
        }
    }

    private static String show(Session session, String setting) {
        return Objects.requireNonNull(session.ask("show " + setting, row -> row.text()));
    }

    private static boolean isEmpty(Session session) {
        return session.ask("select 1 from pg_tables where schemaname = current_schema() limit 1", row -> true) == null;
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
    public Session choreWriter() {
        return session(CHORES);
    }

    @Override
    public Session progressWriter() {
        return session(CHORES, false);
    }

    private Session session(String application) {
        return session(application, true);
    }

    private Session session(String application, boolean synchronous) {
        try {
            Connection connection = connect(url, application, synchronous);
            try {
                Optional<String> weaker = PostgresSettings.weaker(connection, synchronous);
                if (weaker.isPresent()) {
                    throw weaker(weaker.get());
                }
                return new Session(connection, statements, DatabaseKind.POSTGRES);
            } catch (SQLException | StorageException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "cannot connect to PostgreSQL", e);
        }
    }

    /// Logs that a connection is not used because of its settings, at most once a minute, because lanes keep
    /// reconnecting.
    private StorageException weaker(String settings) {
        StorageException refused = PostgresSettings.refused(Kind.UNREACHABLE, settings);
        long last = weakLoggedNanos.get();
        long now = System.nanoTime();
        if (now - last >= REPEAT_ERROR_AFTER.toNanos() && weakLoggedNanos.compareAndSet(last, now)) {
            LOG.error("{}; writes are refused until this is corrected", refused.getMessage());
        }
        return refused;
    }

    /// Opens a connection that may write. It bypasses the pooler, because its settings and locks belong to the
    /// session. Of several hosts, the primary is used unless the URL says otherwise.
    private static Connection connect(String url, String application, boolean synchronous) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", application);
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        // The driver applies this to each host while it connects. Its loginTimeout would be for all hosts together, so
        // that the second would never be tried if the first one hangs.
        properties.setProperty("socketTimeout", Integer.toString(CONNECT_SECONDS));
        if (MULTIPLE_HOSTS.matcher(url).matches()) {
            properties.setProperty("targetServerType", "primary");
        }
        properties.setProperty(
                "options",
                PostgresSettings.options(synchronous)
                        + (application.equals(LANE) ? LANE_PLANNER_SETTINGS : READER_PLANNER_SETTINGS));
        Connection connection = DriverManager.getConnection(url, properties);
        try {
            // If the URL names another socketTimeout, it is kept.
            if (connection.getNetworkTimeout() == TimeUnit.SECONDS.toMillis(CONNECT_SECONDS)) {
                connection.setNetworkTimeout(Runnable::run, SOCKET_TIMEOUT_MILLIS);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Session reader(long deadlineNanos) {
        return readers.reader(deadlineNanos);
    }

    @Override
    public void release(Session reader, boolean sound) {
        readers.release(reader, sound);
    }

    @Override
    public int idleReaders() {
        return readers.idle();
    }

    @Override
    public void recordWrites(int rows) {
        long all = written.addAndGet(rows);
        long due = planAgain.get();
        if (all >= due && planAgain.compareAndSet(due, 2 * all)) {
            readers.replace();
        }
    }

    @Override
    public long plans() {
        return planAgain.get();
    }

    @Override
    public Session evidenceWriter() {
        return session(EVIDENCE);
    }

    /// Opens a connection outside the pool. The pool is for short reads, and reading a file of large chunks takes
    /// too long.
    @Override
    public Session evidenceReader() {
        return session(EVIDENCE);
    }

    @Override
    public void close() {
        readers.close();
    }
}
