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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The columns of a table in one database, and how the values of [TenantRows#row] are stored in them.
///
/// @param names the names of all columns
/// @param key the names of the primary key's columns, in order
/// @param types the JDBC type of each column on PostgreSQL. SQLite needs none
record TableColumns(List<String> names, List<String> key, Map<String, Integer> types) {
    static TableColumns of(Session session, TenantTable table) {
        try (PreparedStatement none = session.connection()
                        .prepareStatement(Statements.template("columns").replace("{table}", table.sqlName()));
                ResultSet rows = none.executeQuery()) {
            ResultSetMetaData about = rows.getMetaData();
            List<String> names = names(about);
            Map<String, Integer> types = new HashMap<>();
            for (int i = 0; session.kind() == DatabaseKind.POSTGRES && i < names.size(); i++) {
                types.put(names.get(i), type(about.getColumnTypeName(i + 1)));
            }
            return new TableColumns(names, key(session, table), types);
        } catch (SQLException e) {
            throw StorageException.of(e);
        }
    }

    static List<String> names(ResultSetMetaData about) throws SQLException {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= about.getColumnCount(); i++) {
            names.add(about.getColumnLabel(i));
        }
        return names;
    }

    private static List<String> key(Session session, TenantTable table) throws SQLException {
        Map<Integer, String> columns = new TreeMap<>();
        try (ResultSet rows = session.connection()
                .getMetaData()
                .getPrimaryKeys(null, session.connection().getSchema(), table.sqlName())) {
            while (rows.next()) {
                columns.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(columns.values());
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

    /// Sets a parameter of a statement to a value of a column.
    ///
    /// @param index the number of the parameter, beginning with 1
    void set(PreparedStatement to, int index, String column, @Nullable Object value) throws SQLException {
        int type = types.isEmpty() ? Types.NULL : Objects.requireNonNull(types.get(column));
        switch (value) {
            case null -> to.setNull(index, type);
            case Long truth when type == Types.BOOLEAN -> to.setBoolean(index, truth != 0);
            case Long number
            when type == Types.SMALLINT || type == Types.INTEGER -> to.setObject(index, Math.toIntExact(number), type);
            case Long number -> to.setLong(index, number);
            case String text -> to.setString(index, text);
            case byte[] id
            when type == Types.OTHER -> {
                ByteBuffer buffer = ByteBuffer.wrap(id);
                to.setObject(index, new UUID(buffer.getLong(), buffer.getLong()));
            }
            case byte[] content -> to.setBytes(index, content);
            default -> throw new IllegalArgumentException("no column has values of " + value.getClass());
        }
    }
}
