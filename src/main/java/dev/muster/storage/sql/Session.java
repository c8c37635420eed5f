package dev.muster.storage.sql;

import dev.muster.model.UnreadableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection and its prepared statements, which are kept because both drivers would otherwise parse or compile a
/// statement each time it runs. Not thread-safe. All failures are [StorageException]s.
public final class Session implements AutoCloseable {
    /// The maximum number of rows that are sent together.
    private static final int BATCH = 128;

    private final Connection connection;
    private final Statements statements;
    private final DatabaseKind kind;
    private final Map<String, Prepared> prepared = new HashMap<>();
    private volatile long deadlineNanos = Long.MAX_VALUE;
    private boolean closed;

    public Session(Connection connection, Statements statements, DatabaseKind kind) {
        this.connection = connection;
        this.statements = statements;
        this.kind = kind;
    }

    public Connection connection() {
        return connection;
    }

    public DatabaseKind kind() {
        return kind;
    }

    /// Sets the deadline of statements, on the clock of [System#nanoTime].
    public void deadline(long nanos) {
        deadlineNanos = nanos;
    }

    public boolean isOverdue() {
        return deadlineNanos != Long.MAX_VALUE && System.nanoTime() - deadlineNanos > 0;
    }

    public void begin() {
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    public void commit() {
        try {
            // This commits with both drivers. After commit(), SQLite's driver would begin the next transaction
            // immediately.
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    public void rollback() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Returns all rows of a statement's result. If a parameter is a collection or map without values, returns an
    /// empty list without running the statement.
    public <T extends @Nullable Object> List<T> list(
            String name, Row.Reader<T> reader, @Nullable Object... parameters) {
        List<T> all = new ArrayList<>();
        if (isAnyEmpty(parameters)) {
            return all;
        }
        try (ResultSet results = query(name, parameters)) {
            Row row = new Row(results, kind);
            while (row.next()) {
                all.add(read(name, row, reader));
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
        return all;
    }

    private static boolean isAnyEmpty(@Nullable Object[] parameters) {
        for (Object parameter : parameters) {
            if ((parameter instanceof Collection<?> values && values.isEmpty())
                    || (parameter instanceof Map<?, ?> byRealm && areAllEmpty(byRealm.values()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean areAllEmpty(Collection<?> lists) {
        for (Object list : lists) {
            if (!((Collection<?>) list).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// Returns the first row of a statement's result; null if the result is empty.
    public <T extends @Nullable Object> @Nullable T one(
            String name, Row.Reader<T> reader, @Nullable Object... parameters) {
        try (ResultSet results = query(name, parameters)) {
            Row row = new Row(results, kind);
            return row.next() ? read(name, row, reader) : null;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Runs a statement that returns a number.
    public long count(String name, @Nullable Object... parameters) {
        return Objects.requireNonNull(one(name, Row::number, parameters));
    }

    private ResultSet query(String name, @Nullable Object... parameters) throws SQLException {
        Prepared statement = prepare(name);
        new Parameters(statement.statement(), kind).all(parameters);
        return statement.query();
    }

    /// Reads a row. If the reader cannot handle it, it has invalid values and is reported as unreadable.
    private static <T extends @Nullable Object> T read(String name, Row row, Row.Reader<T> reader) throws SQLException {
        try {
            return reader.read(row);
        } catch (StorageException | UnreadableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnreadableException("a row of the statement", name, e);
        }
    }

    /// Runs a statement and returns how many rows it changed.
    public int update(String name, @Nullable Object... parameters) {
        try {
            PreparedStatement statement = prepare(name).statement();
            new Parameters(statement, kind).all(parameters);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Runs a statement for each row.
    ///
    /// @param touches how many database rows each execution must change: 1, or -1 for any number
    public <T> void batch(String name, Collection<T> rows, int touches, Parameters.Filler<T> filler) {
        if (rows.isEmpty()) {
            return;
        }
        try {
            PreparedStatement statement = prepare(name).statement();
            try {
                Parameters parameters = new Parameters(statement, kind);
                int waiting = 0;
                for (T row : rows) {
                    parameters.restart();
                    filler.fill(row, parameters);
                    statement.addBatch();
                    if (++waiting == BATCH) {
                        check(name, touches, statement.executeBatch());
                        waiting = 0;
                    }
                }
                if (waiting > 0) {
                    check(name, touches, statement.executeBatch());
                }
            } finally {
                // The statement is reused, so rows of a failed batch must not be sent with the next one.
                statement.clearBatch();
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    private static void check(String name, int touches, int[] touched) {
        for (int count : touched) {
            if (touches >= 0 && count >= 0 && count != touches) {
                throw new StorageException(
                        StorageException.Kind.STATEMENT, name + " touched " + count + " rows, not " + touches);
            }
        }
    }

    /// Runs SQL that is not one of the [Statements], such as a pragma.
    public void execute(String text) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Returns the first result row of SQL that is not one of the [Statements]; null if there is none.
    public <T> @Nullable T ask(String text, Row.Reader<T> reader) {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(text)) {
            Row row = new Row(results, kind);
            return row.next() ? reader.read(row) : null;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    private Prepared prepare(String name) throws SQLException {
        if (isOverdue()) {
            throw new StorageException(StorageException.Kind.UNREACHABLE, "storage did not answer in time");
        }
        Prepared known = prepared.get(name);
        if (known == null) {
            known = new Prepared(connection.prepareStatement(statements.text(name)));
            prepared.put(name, known);
        }
        return known;
    }

    /// Whether [#close] has been called.
    public boolean isClosed() {
        return closed;
    }

    /// Closes the connection, whatever its state, and any open statements.
    @Override
    public void close() {
        closed = true;
        try {
            for (Prepared statement : prepared.values()) {
                statement.close();
            }
        } catch (SQLException e) {
            // The connection is closed next, which is what matters.
        }
        try {
            connection.close();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }
}
