package dev.muster.storage.transfer;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads rows of one table, one after the other, as they are copied.
final class RowCursor implements AutoCloseable {
    private final TenantTable table;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final List<String> columns;

    private RowCursor(TenantTable table, PreparedStatement statement, ResultSet rows, List<String> columns) {
        this.table = table;
        this.statement = statement;
        this.rows = rows;
        this.columns = columns;
    }

    /// Sets the parameters of a statement.
    interface Filler {
        void fill(PreparedStatement statement) throws SQLException;
    }

    /// Opens a cursor over all rows of a tenant in a table, in any order.
    static RowCursor all(Session session, TenantTable table, TenantId tenant) {
        return open(session, table, table.rowsStatement(), "", to -> setTenant(to, table, tenant));
    }

    /// Opens a cursor over all rows of a tenant in a table, in the order of the primary key.
    static RowCursor sorted(Session session, TenantTable table, TenantId tenant, List<String> key) {
        String order = "\norder by " + String.join(", ", key);
        return open(session, table, table.rowsStatement(), order, to -> setTenant(to, table, tenant));
    }

    /// Opens a cursor over the rows that a template returns.
    static RowCursor of(Session session, TenantTable table, String template, Filler parameters) {
        return open(session, table, template, "", parameters);
    }

    private static RowCursor open(
            Session session, TenantTable table, String template, String order, Filler parameters) {
        try {
            PreparedStatement statement = session.connection()
                    .prepareStatement(Statements.template(template).replace("{table}", table.sqlName()) + order);
            if (session.kind() == DatabaseKind.POSTGRES) {
                // SQLite returns one row at a time anyway.
                statement.setFetchSize(table.fetchRows());
            }
            parameters.fill(statement);
            ResultSet rows = statement.executeQuery();
            return new RowCursor(table, statement, rows, TableColumns.names(rows.getMetaData()));
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    static void setTenant(PreparedStatement statement, TenantTable table, TenantId tenant) throws SQLException {
        switch (table.part()) {
            case OF_PARTNER -> statement.setString(1, tenant.partnerId());
            case OF_REALMS, OF_EVIDENCE -> {
                statement.setLong(1, tenant.testRealm());
                statement.setLong(2, tenant.productionRealm());
            }
            case NOTHING -> throw new IllegalStateException(table + " has no rows of tenants");
        }
    }

    /// The names of the columns, in the order of the values of each row.
    List<String> columns() {
        return columns;
    }

    /// The values of the next row; null after the last one.
    @Nullable
    Object @Nullable [] next() {
        try {
            if (!rows.next()) {
                return null;
            }
            @Nullable Object[] values = new @Nullable Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = table.copied(columns.get(i), value(rows.getObject(i + 1)));
            }
            return values;
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    static @Nullable Object value(@Nullable Object stored) {
        return switch (stored) {
            case null -> null;
            case Number number -> number.longValue();
            case Boolean truth -> truth ? 1L : 0L;
            case UUID id ->
                ByteBuffer.allocate(16)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array();
            case String text -> text;
            case byte[] bytes -> bytes;
            default -> throw new IllegalStateException("no column has values of " + stored.getClass());
        };
    }

    @Override
    public void close() {
        try {
            statement.close();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }
}
