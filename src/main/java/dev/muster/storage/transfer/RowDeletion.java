package dev.muster.storage.transfer;

import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Deletes rows of one table.
final class RowDeletion {
    private static final int MAX_BATCH_ROWS = 128;

    private final Session session;
    private final TenantTable table;
    private final TableColumns about;

    RowDeletion(Session session, TenantTable table, TableColumns about) {
        this.session = session;
        this.table = table;
        this.about = about;
    }

    /// Deletes the rows that have the same primary keys as these.
    ///
    /// @param columns the names of the values of each row, among them those of the primary key
    void delete(List<String> columns, List<@Nullable Object[]> rows) {
        if (rows.isEmpty()) {
            return;
        }
        String key = about.key().stream().map(column -> column + " = ?").collect(Collectors.joining(" and "));
        String text = Statements.template("delete_by_key")
                .replace("{table}", table.sqlName())
                .replace("{key}", key);
        try (PreparedStatement statement = session.connection().prepareStatement(text)) {
            int waiting = 0;
            for (@Nullable Object[] row : rows) {
                int parameter = 0;
                for (String column : about.key()) {
                    about.set(statement, ++parameter, column, row[columns.indexOf(column)]);
                }
                statement.addBatch();
                if (++waiting == MAX_BATCH_ROWS) {
                    statement.executeBatch();
                    waiting = 0;
                }
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    /// Deletes some rows of a tenant's realms. Returns how many; 0 when all are deleted.
    int deleteSome(TenantId tenant, int limit) {
        String text = Statements.template("some_of_realms")
                .replace("{table}", table.sqlName())
                .replace("{columns}", String.join(", ", about.key()));
        List<@Nullable Object[]> keys = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(text)) {
            statement.setLong(1, tenant.testRealm());
            statement.setLong(2, tenant.productionRealm());
            statement.setInt(3, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    @Nullable Object[] key = new @Nullable Object[about.key().size()];
                    for (int i = 0; i < key.length; i++) {
                        key[i] = RowCursor.value(rows.getObject(i + 1));
                    }
                    keys.add(key);
                }
            }
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
        delete(about.key(), keys);
        return keys.size();
    }
}
