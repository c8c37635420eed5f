package dev.muster.storage.transfer;

import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Inserts rows into one table, many at a time. The values are those of [TenantRows#row].
final class RowInsert {
    private static final int MAX_BATCH_ROWS = 128;
    private static final long MAX_BATCH_BYTES = 4 << 20;

    /// How much is written between two commits, if commits are allowed.
    private static final long BYTES_PER_COMMIT = 64 << 20;

    private final Session session;
    private final TenantTable table;
    private final boolean mayCommit;
    private final TableColumns columns;

    private List<String> order = List.of();
    private @Nullable PreparedStatement statement;
    private int rows;
    private long bytes;
    private long bytesSinceCommit;

    /// @param mayCommit whether the transaction may be committed in between
    RowInsert(Session session, TenantTable table, TableColumns columns, boolean mayCommit) {
        this.session = session;
        this.table = table;
        this.mayCommit = mayCommit;
        this.columns = columns;
    }

    /// The table's columns.
    List<String> columns() {
        return columns.names();
    }

    /// @param names all columns, in the order of the values
    void begin(List<String> names) {
        order = List.copyOf(names);
        String text = Statements.template("insert")
                .replace("{table}", table.sqlName())
                .replace("{columns}", String.join(", ", order))
                .replace("{values}", String.join(", ", Collections.nCopies(order.size(), "?")));
        try {
            statement = session.connection().prepareStatement(text);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    void add(@Nullable Object[] values) {
        PreparedStatement to = Objects.requireNonNull(statement);
        try {
            for (int i = 0; i < values.length; i++) {
                columns.set(to, i + 1, order.get(i), values[i]);
                bytes += size(values[i]);
            }
            to.addBatch();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
        if (++rows == MAX_BATCH_ROWS || bytes >= MAX_BATCH_BYTES) {
            flush();
        }
    }

    private static int size(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length();
            case byte[] content -> content.length;
            case null, default -> 0;
        };
    }

    private void flush() {
        try {
            Objects.requireNonNull(statement).executeBatch();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
        bytesSinceCommit += bytes;
        rows = 0;
        bytes = 0;
        if (mayCommit && bytesSinceCommit >= BYTES_PER_COMMIT) {
            session.commit();
            session.begin();
            bytesSinceCommit = 0;
        }
    }

    void end() {
        flush();
        try {
            Objects.requireNonNull(statement).close();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
        if (mayCommit) {
            session.commit();
            session.begin();
        }
    }
}
