package dev.muster.storage.transfer;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
    private final List<String> columns;

    /// The JDBC type of each column on PostgreSQL. SQLite needs none.
    private final Map<String, Integer> types = new HashMap<>();

    private List<String> order = List.of();
    private @Nullable PreparedStatement statement;
    private int rows;
    private long bytes;
    private long bytesSinceCommit;

    /// @param mayCommit whether the transaction may be committed in between
    RowInsert(Session session, TenantTable table, boolean mayCommit) {
        this.session = session;
        this.table = table;
        this.mayCommit = mayCommit;
        try (PreparedStatement none = session.connection()
                        .prepareStatement(Statements.template("columns").replace("{table}", table.sqlName()));
                ResultSet rows = none.executeQuery()) {
            ResultSetMetaData about = rows.getMetaData();
            columns = TenantSource.columns(about);
            for (int i = 0; session.kind() == DatabaseKind.POSTGRES && i < columns.size(); i++) {
                types.put(columns.get(i), type(about.getColumnTypeName(i + 1)));
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    private static int type(String name) {
        return switch (name) {
            case "uuid" -> Types.OTHER;
            case "bool" -> Types.BOOLEAN;
            case "int2" -> Types.SMALLINT;
            case "int4" -> Types.INTEGER;
            case "bytea" -> Types.BINARY;
            case "text" -> Types.VARCHAR;
            default -> Types.BIGINT;
        };
    }

    /// The table's columns.
    List<String> columns() {
        return columns;
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
                set(to, i, values[i]);
            }
            to.addBatch();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
        if (++rows == MAX_BATCH_ROWS || bytes >= MAX_BATCH_BYTES) {
            flush();
        }
    }

    private void set(PreparedStatement to, int i, @Nullable Object value) throws SQLException {
        boolean onPostgres = session.kind() == DatabaseKind.POSTGRES;
        int type = onPostgres ? Objects.requireNonNull(types.get(order.get(i))) : Types.NULL;
        switch (value) {
            case null -> to.setNull(i + 1, type);
            case Long truth when type == Types.BOOLEAN -> to.setBoolean(i + 1, truth != 0);
            case Long number
            when type == Types.SMALLINT || type == Types.INTEGER -> to.setObject(i + 1, Math.toIntExact(number), type);
            case Long number -> to.setLong(i + 1, number);
            case String text -> {
                bytes += text.length();
                to.setString(i + 1, text);
            }
            case byte[] id
            when type == Types.OTHER -> {
                ByteBuffer buffer = ByteBuffer.wrap(id);
                to.setObject(i + 1, new UUID(buffer.getLong(), buffer.getLong()));
            }
            case byte[] content -> {
                bytes += content.length;
                to.setBytes(i + 1, content);
            }
            default -> throw new IllegalArgumentException("no column has values of " + value.getClass());
        }
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
