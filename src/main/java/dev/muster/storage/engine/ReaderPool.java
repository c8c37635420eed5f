package dev.muster.storage.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.sql.SQLException;
import java.time.Duration;

/// Connections to PostgreSQL that only read. Thread-safe.
final class ReaderPool implements AutoCloseable {
    /// The settings for each transaction of a reader behind a pooler. They apply only to that transaction, because
    /// the pooler may use another connection for the next one.
    private static final String READ_TRANSACTION = "set transaction isolation level repeatable read, read only;"
            + " set local statement_timeout = " + Engine.READ_DEADLINE.toMillis();

    /// How long a read waits for a connection to a standby before the primary answers it.
    private static final Duration STANDBY_CONNECTION_TIMEOUT = Duration.ofMillis(500);

    /// Connections to a standby are replaced this often, which also discards their query plans.
    private static final Duration STANDBY_LIFETIME = Duration.ofMinutes(5);

    private static final Duration STANDBY_IDLE = Duration.ofMinutes(1);

    private final HikariDataSource connections;
    private final Statements statements;
    private final boolean pooled;

    private ReaderPool(HikariConfig config, Statements statements, boolean pooled) {
        this.connections = new HikariDataSource(config);
        this.statements = statements;
        this.pooled = pooled;
    }

    /// Connects to the server itself.
    static ReaderPool direct(String url, Statements statements) {
        HikariConfig config = config("readers", "muster reader", url, "primary");
        stateful(config);
        return new ReaderPool(config, statements, false);
    }

    /// Connects through a transaction pooler. It may change the connection between transactions, so the connection must
    /// be stateless: no settings, and no named prepared statements, which pgbouncer before 1.21 does not support.
    static ReaderPool pooled(String url, Statements statements) {
        HikariConfig config = config("readers", "muster reader", url, "primary");
        config.addDataSourceProperty("prepareThreshold", "0");
        return new ReaderPool(config, statements, true);
    }

    /// Connects to a standby, or to one of several.
    static ReaderPool standby(String url, Statements statements) {
        HikariConfig config = config("standby", "muster standby reader", url, "secondary");
        stateful(config);
        config.setMinimumIdle(1);
        config.setMaxLifetime(STANDBY_LIFETIME.toMillis());
        config.setIdleTimeout(STANDBY_IDLE.toMillis());
        config.setConnectionTimeout(STANDBY_CONNECTION_TIMEOUT.toMillis());
        config.setValidationTimeout(STANDBY_CONNECTION_TIMEOUT.toMillis());
        config.addDataSourceProperty("socketTimeout", "3");
        return new ReaderPool(config, statements, false);
    }

    /// @param target the kind of server to use if the URL names several hosts and says nothing else
    private static HikariConfig config(String name, String application, String url, String target) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(Engine.READERS);
        config.setConnectionTimeout(Engine.READ_DEADLINE.toMillis());
        config.setValidationTimeout(1000);
        config.setKeepaliveTime(30_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", application);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "5");
        if (PostgresEngine.MULTIPLE_HOSTS.matcher(url).matches()) {
            config.addDataSourceProperty("targetServerType", target);
        }
        return config;
    }

    /// By default a transaction sees one snapshot, so statements that must agree only need to share a transaction.
    private static void stateful(HikariConfig config) {
        config.setConnectionInitSql("set statement_timeout = " + Engine.READ_DEADLINE.toMillis()
                + "; set default_transaction_isolation = 'repeatable read'; set default_transaction_read_only = on"
                + "; set plan_cache_mode = force_generic_plan");
    }

    Session reader(long deadlineNanos) {
        try {
            Session session = new Session(connections.getConnection(), statements, DatabaseKind.POSTGRES);
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
            session.execute(READ_TRANSACTION);
        } catch (StorageException e) {
            session.close();
            throw e;
        }
    }

    /// Returns the connection to the pool, which detects broken connections. The driver keeps the prepared
    /// statements of the other connections.
    void release(Session reader, boolean sound) {
        try {
            if (pooled && sound) {
                reader.commit();
            }
        } finally {
            // The pool rolls back uncommitted work.
            reader.close();
        }
    }

    /// Removes a connection from the pool and closes it in the background. It must not be released as well.
    void discard(Session reader) {
        connections.evictConnection(reader.connection());
    }

    int idle() {
        return connections.getHikariPoolMXBean().getIdleConnections();
    }

    /// Replaces all connections; those that are in use, once they are returned.
    void replace() {
        connections.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        connections.close();
    }
}
