package dev.muster.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.storage.Database;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The copy of a tenant contains its rows of every table, and no others.
@UsesPostgres
final class TenantTableTest {
    private static final TenantId ACME = new TenantId("acme", 1001, 1002);
    private static final TenantId OTHER = new TenantId("other", 1, 2);

    @TempDir
    private Path folder;

    private EmptyDatabase database(DatabaseKind kind) throws IOException {
        EmptyDatabase database = EmptyDatabase.of(kind, Files.createTempDirectory(folder, "data"));
        database.open().close();
        return database;
    }

    private static TenantSource source(EmptyDatabase database) {
        return switch (database.kind()) {
            case SQLITE -> TenantSource.sqlite(database.folder());
            case POSTGRES -> TenantSource.postgres(database.url());
        };
    }

    private static TenantTarget target(EmptyDatabase database) {
        return switch (database.kind()) {
            case SQLITE -> TenantTarget.sqlite(database.folder());
            case POSTGRES -> TenantTarget.postgres(database.url());
        };
    }

    /// Returns the columns of each table, with their types on PostgreSQL.
    private static Map<String, Map<String, String>> tables(String url, String names) throws SQLException {
        Map<String, Map<String, String>> tables = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            List<String> all = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(names)) {
                while (rows.next()) {
                    all.add(rows.getString(1));
                }
            }
            for (String table : all) {
                try (ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
                    ResultSetMetaData about = none.getMetaData();
                    Map<String, String> columns = new TreeMap<>();
                    for (int i = 1; i <= about.getColumnCount(); i++) {
                        columns.put(about.getColumnLabel(i), about.getColumnTypeName(i));
                    }
                    tables.put(table, columns);
                }
            }
        }
        return tables;
    }

    private Map<String, Map<String, String>> onPostgres() throws SQLException, IOException {
        return tables(
                database(DatabaseKind.POSTGRES).url(),
                "select tablename from pg_tables where schemaname = current_schema()");
    }

    /// Whoever adds a table to the schema must decide what an export does with it.
    @Test
    void everyTableIsDecidedFor() throws Exception {
        Set<String> known =
                Arrays.stream(TenantTable.values()).map(TenantTable::sqlName).collect(Collectors.toSet());
        assertThat(onPostgres().keySet()).isEqualTo(new TreeSet<>(known));
        String names = "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'";
        EmptyDatabase embedded = database(DatabaseKind.SQLITE);
        Set<String> found = new TreeSet<>(tables(embedded.url(), names).keySet());
        found.addAll(tables(embedded.url().replace("muster.db", "evidence.db"), names)
                .keySet());
        assertThat(known).containsAll(found);
        assertThat(found)
                .containsAll(
                        TenantTable.copied().stream().map(TenantTable::sqlName).toList());
    }

    /// Nothing that names a realm or a partner is left out.
    @Test
    void everyTableWithRowsOfATenantIsCopied() throws Exception {
        Set<String> copied =
                TenantTable.copied().stream().map(TenantTable::sqlName).collect(Collectors.toSet());
        onPostgres()
                .forEach((table, columns) -> assertThat(copied.contains(table))
                        .as(table)
                        .isEqualTo(columns.containsKey("realm") || columns.containsKey("partner_id")));
    }

    @ParameterizedTest
    @CsvSource({"SQLITE,POSTGRES", "POSTGRES,SQLITE", "SQLITE,SQLITE", "POSTGRES,POSTGRES"})
    void rowsOfEveryTableAreCopied(DatabaseKind from, DatabaseKind to) throws Exception {
        Map<String, Map<String, String>> types = onPostgres();
        EmptyDatabase first = database(from);
        fill(first, ACME, types);
        fill(first, OTHER, types);
        EmptyDatabase second = database(to);
        try (TenantSource source = source(first);
                TenantTarget target = target(second)) {
            TenantId tenant = source.begin("acme");
            assertThat(tenant).isEqualTo(ACME);
            assertThat(target.has(ACME)).isFalse();
            source.copy(tenant, target);
            target.commit();
        }
        Map<TenantTable, List<String>> expected = rows(first, ACME);
        assertThat(expected).containsOnlyKeys(TenantTable.copied());
        assertThat(expected.values()).allMatch(rows -> !rows.isEmpty());
        assertThat(rows(second, ACME)).isEqualTo(expected);
        assertThat(rows(second, OTHER).values()).allMatch(List::isEmpty);
        assertThat(expected.get(TenantTable.WEBHOOK_PROGRESS))
                .allMatch(row -> row.contains("leased_by=null") && row.contains("leased_until=null"));
        try (TenantSource source = source(first)) {
            assertThat(source.begin("acme_")).isNull();
        }
    }

    /// The database refuses a second copy, also if only one realm is the same, and another tenant is not in its way.
    @ParameterizedTest
    @CsvSource({"SQLITE", "POSTGRES"})
    void aTenantThatExistsIsFound(DatabaseKind kind) throws Exception {
        EmptyDatabase database = database(kind);
        fill(database, ACME, onPostgres());
        try (TenantTarget target = target(database)) {
            assertThat(target.has(ACME)).isTrue();
            assertThat(target.has(OTHER)).isFalse();
            assertThat(target.has(new TenantId("acme", 5, 6))).isTrue();
            assertThat(target.has(new TenantId("new", 5, 1001))).isTrue();
            assertThat(target.has(new TenantId("new", 1002, 6))).isTrue();
        }
    }

    /// Uploads in progress are left out, with what they take of the quota.
    @ParameterizedTest
    @CsvSource({"SQLITE", "POSTGRES"})
    void evidenceInProgressIsLeftOut(DatabaseKind kind) throws Exception {
        EmptyDatabase database = database(kind);
        fill(database, ACME, onPostgres());
        String url = database.url().replace("muster.db", "evidence.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update evidence set state = 0 where realm = 1001");
            statement.executeUpdate("update evidence set state = 2 where realm = 1002");
        }
        Map<TenantTable, List<String>> rows = rows(database, ACME);
        for (TenantTable table : List.of(TenantTable.EVIDENCE, TenantTable.EVIDENCE_CHUNK, TenantTable.EVIDENCE_USE)) {
            assertThat(rows.get(table)).as("%s", table).hasSize(1).allMatch(row -> row.contains("realm=1002"));
        }
        assertThat(rows.get(TenantTable.EVIDENCE)).allMatch(row -> row.contains("state=1"));
    }

    @Test
    void anotherSchemaVersionIsRefused() throws Exception {
        EmptyDatabase database = database(DatabaseKind.SQLITE);
        database.execute("insert into schema_history select 999, '" + (Database.SCHEMA + 1)
                + "', description, type, script, checksum, installed_by, installed_on, execution_time, success"
                + " from schema_history limit 1");
        assertThatThrownBy(() -> source(database)).hasMessageContaining("schema version " + (Database.SCHEMA + 1));
    }

    /// Inserts one row into each table for each realm of a tenant.
    private static void fill(EmptyDatabase database, TenantId tenant, Map<String, Map<String, String>> types) {
        try (TenantTarget target = target(database)) {
            for (TenantTable table : TenantTable.copied()) {
                List<String> columns = List.copyOf(types.get(table.sqlName()).keySet());
                target.begin(table, columns);
                target.row(row(table, columns, types.get(table.sqlName()), tenant, tenant.testRealm()));
                if (table != TenantTable.TENANT) {
                    target.row(row(table, columns, types.get(table.sqlName()), tenant, tenant.productionRealm()));
                }
            }
            target.commit();
        }
    }

    private static @Nullable Object[] row(
            TenantTable table, List<String> columns, Map<String, String> types, TenantId tenant, long realm) {
        return columns.stream()
                .map(column -> switch (column) {
                    case "realm" -> realm;
                    case "id" -> table == TenantTable.REALM ? realm : value(types.get(column), column, realm);
                    case "partner_id" -> tenant.partnerId();
                    case "test_realm" -> tenant.testRealm();
                    case "production_realm" -> tenant.productionRealm();
                    case "environment" -> realm % 2;
                    // The quota's use is the sum of these.
                    case "bytes" -> 9L;
                    case "state" -> table == TenantTable.EVIDENCE ? 1L : 2L;
                    default -> value(types.get(column), column, realm);
                })
                .toArray();
    }

    private static Object value(String type, String column, long realm) {
        String text = column + " é\uD83D\uDE00 " + realm;
        return switch (type) {
            case "uuid" -> Arrays.copyOf((realm + column + "0123456789abcdef").getBytes(StandardCharsets.UTF_8), 16);
            case "bool" -> realm % 2;
            case "int2", "int4" -> 1L + realm % 100;
            case "int8" -> Long.MAX_VALUE - realm;
            case "text" -> text;
            case "bytea" -> text.getBytes(StandardCharsets.UTF_16);
            default -> throw new AssertionError("a new type: " + type);
        };
    }

    /// Returns the rows of a tenant, as an export reads them, but sorted.
    private static Map<TenantTable, List<String>> rows(EmptyDatabase database, TenantId tenant) throws IOException {
        Map<TenantTable, List<String>> rows = new TreeMap<>();
        try (TenantSource source = source(database)) {
            source.begin(tenant.partnerId());
            source.copy(tenant, new TenantRows() {
                private List<String> names = List.of();
                private List<String> table = List.of();

                @Override
                public void begin(TenantTable next, List<String> columns) {
                    names = columns;
                    table = rows.computeIfAbsent(next, _ -> new ArrayList<>());
                }

                @Override
                public void row(@Nullable Object[] values) {
                    Map<String, String> row = new TreeMap<>();
                    for (int i = 0; i < values.length; i++) {
                        row.put(names.get(i), text(values[i]));
                    }
                    table.add(row.toString());
                }
            });
        }
        rows.values().forEach(table -> table.sort(null));
        return rows;
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }
}
