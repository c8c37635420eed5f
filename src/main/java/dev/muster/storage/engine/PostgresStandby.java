package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.SQLException;
import java.time.Duration;

/// Connections to a standby of PostgreSQL, which nothing but reads may use. Thread-safe. Failures are
/// [StorageException]s.
public final class PostgresStandby implements AutoCloseable {
    private final ReaderPool pool;

    private PostgresStandby(ReaderPool pool) {
        this.pool = pool;
    }

    /// Connects in the background, so a standby that is down does not matter here.
    ///
    /// @param url the `jdbc:postgresql://…` URL of one standby or several
    public static PostgresStandby of(String url) {
        return new PostgresStandby(ReaderPool.standby(url, new Statements(DatabaseKind.POSTGRES)));
    }

    /// Returns a connection, which must soon be given back with [#release] or [#discard].
    public Session reader() {
        return pool.reader(Long.MAX_VALUE);
    }

    /// Limits how long the connection waits for each response.
    public void limit(Session reader, Duration limit) {
        try {
            reader.connection().setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Refuses a standby whose schema this program does not know, such as one that has not replayed a migration yet.
    public void checkSchema(Session reader) {
        Schema.check(Schema.of(reader));
    }

    public void release(Session reader) {
        pool.release(reader, true);
    }

    /// Closes a connection that failed, or that leads to a server that must not be asked.
    public void discard(Session reader) {
        pool.discard(reader);
    }

    @Override
    public void close() {
        pool.close();
    }
}
