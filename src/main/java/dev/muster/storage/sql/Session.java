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

/// A connection and the statements that were prepared on it: both drivers would otherwise parse or compile a
/// statement each time. For one thread at a time. Whatever fails, fails as a [StorageException].
public final class Session implements AutoCloseable {
    /// How many rows go out together.
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

    /// Until when statements may run, as [System#nanoTime] counts.
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
            // Both drivers commit here. SQLite's would begin the next transaction at once with commit().
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

    /// All rows that a statement gives; none, without asking, if a parameter has nothing to look up.
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

    /// The first row that a statement gives, or null.
    public <T extends @Nullable Object> @Nullable T one(
            String name, Row.Reader<T> reader, @Nullable Object... parameters) {
        try (ResultSet results = query(name, parameters)) {
            Row row = new Row(results, kind);
            return row.next() ? read(name, row, reader) : null;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// The number that a statement gives.
    public long count(String name, @Nullable Object... parameters) {
        return Objects.requireNonNull(one(name, Row::number, parameters));
    }

    private ResultSet query(String name, @Nullable Object... parameters) throws SQLException {
        Prepared statement = prepare(name);
        new Parameters(statement.statement(), kind).all(parameters);
        return statement.query();
    }

    /// A reader that does not know what to make of a row has found one that no version writes.
    private static <T extends @Nullable Object> T read(String name, Row row, Row.Reader<T> reader) throws SQLException {
        try {
            return reader.read(row);
        } catch (StorageException | UnreadableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnreadableException("a row of the statement", name, e);
        }
    }

    /// How many rows of the database a statement changes.
    public int update(String name, @Nullable Object... parameters) {
        try {
            PreparedStatement statement = prepare(name).statement();
            new Parameters(statement, kind).all(parameters);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Carries a statement out for each row.
    ///
    /// @param touches how many rows of the database each must touch: 1, or -1 for any number
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
                // The statement is kept: rows of a batch that failed must not go out with the next one.
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

    /// Carries out a text that is not one of the [Statements], such as a pragma.
    public void execute(String text) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// The first row that a text gives which is not one of the [Statements], or null.
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

    /// Whether [#close] was called.
    public boolean isClosed() {
        return closed;
    }

    /// Closes the connection, whatever its state. A statement that is still open goes with it.
    @Override
    public void close() {
        closed = true;
        try {
            for (Prepared statement : prepared.values()) {
                statement.close();
            }
        } catch (SQLException e) {
            // The connection is closed next, and that is what matters.
        }
        try {
            connection.close();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }
}
