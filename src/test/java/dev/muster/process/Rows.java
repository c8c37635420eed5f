package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Reads all rows of a realm from an embedded database, table by table, bypassing Muster's own readers.
final class Rows {
    /// Tables that change over time or when someone signs in or reads: the last use of keys, token families,
    /// checkpoints and the state of the search index.
    private static final Set<String> NOTED =
            Set.of("key_use", "token_family", "checkpoint", "search_index", "search_posting", "search_stale");

    private Rows() {}

    /// Returns the realm's rows in all tables that have a realm, except [#NOTED], as text, byte for byte.
    static List<String> of(Path folder, long realm) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("muster.db"))) {
            int tables = 0;
            for (String table :
                    texts(connection, "select name from sqlite_master where type = 'table' order by name")) {
                List<String> columns = texts(connection, "select name from pragma_table_info('" + table + "')");
                String realms = columns.contains("realm") ? "realm" : table.equals("realm") ? "id" : null;
                if (realms != null && !NOTED.contains(table)) {
                    tables++;
                    rows.addAll(rows(connection, table, columns, realms, realm));
                }
            }
            assertThat(tables).as("tables that have realms").isGreaterThan(13);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        rows.sort(null);
        return rows;
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }

    private static List<String> rows(
            Connection connection, String table, List<String> columns, String realms, long realm) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select * from \"" + table + "\" where " + realms + " = ?")) {
            statement.setLong(1, realm);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    StringBuilder row = new StringBuilder(table);
                    for (String column : columns) {
                        Object value = found.getObject(column);
                        row.append(' ').append(column).append('=');
                        row.append(
                                value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value);
                    }
                    rows.add(row.toString());
                }
            }
        }
        return rows;
    }
}
