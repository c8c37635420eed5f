package dev.muster.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.engine.DatabaseFinding.Result;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.FreePort;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `muster doctor` says about databases. [dev.muster.process.DoctorOnServersTest] examines those of servers that
/// run
/// or were killed.
@UsesPostgres
final class ExaminationTest {
    @TempDir
    private Path folder;

    private static List<DatabaseFinding> examined(EmptyDatabase database) {
        return switch (database.kind()) {
            case SQLITE -> SqliteExamination.of(database.folder());
            case POSTGRES -> PostgresExamination.of(database.url(), null, InstantSource.system());
        };
    }

    private static List<DatabaseFinding> postgres(String url) {
        return PostgresExamination.of(url, null, InstantSource.system());
    }

    /// The results that are not good.
    private static Stream<DatabaseFinding> problems(List<DatabaseFinding> findings) {
        return findings.stream().filter(finding -> finding.result() != Result.GOOD);
    }

    private static EmptyDatabase withSchema(DatabaseKind kind, Path folder) {
        EmptyDatabase database = EmptyDatabase.of(kind, folder);
        database.open().close();
        return database;
    }

    private static void schemaIs(EmptyDatabase database, int version) throws SQLException {
        assertThat(database.execute("update schema_history set version = '" + version + "' where version = '"
                        + Schema.VERSION + "'"))
                .isOne();
    }

    @Test
    void nothingIsCreatedByLooking() throws Exception {
        assertThat(SqliteExamination.of(folder))
                .containsExactly(
                        DatabaseFinding.good("no database in " + folder + " yet; the server's first start creates it"));
        assertThat(folder).isEmptyDirectory();
        EmptyDatabase empty = EmptyDatabase.of(DatabaseKind.POSTGRES, folder);
        assertThat(examined(empty))
                .last()
                .isEqualTo(DatabaseFinding.good(
                        "the database is empty; the server's first start, or `muster migrate`, creates the schema"));
        assertThat(empty.number("select count(*) from pg_tables where schemaname = current_schema()"))
                .isZero();
    }

    @Test
    void aHealthyDatabaseHasNoProblem() throws Exception {
        assertThat(examined(withSchema(DatabaseKind.SQLITE, folder)))
                .containsExactly(DatabaseFinding.good("schema version " + Schema.VERSION));
        List<DatabaseFinding> findings = examined(withSchema(DatabaseKind.POSTGRES, folder));
        assertThat(problems(findings)).isEmpty();
        assertThat(findings)
                .extracting(DatabaseFinding::text)
                .satisfiesExactly(
                        text -> assertThat(text).matches("PostgreSQL [0-9].* answers"),
                        text -> assertThat(text).isEqualTo("PostgreSQL's settings"),
                        text -> assertThat(text).isEqualTo("PostgreSQL's clock"),
                        text -> assertThat(text).isEqualTo("schema version " + Schema.VERSION));
    }

    @Test
    void anOlderOrNewerSchemaHasAdvice() throws Exception {
        for (DatabaseKind kind : DatabaseKind.values()) {
            Path own = Files.createDirectory(folder.resolve(kind.name()));
            EmptyDatabase database = withSchema(kind, own);
            schemaIs(database, Schema.VERSION + 1);
            assertThat(problems(examined(database)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.result()).isEqualTo(Result.DOUBTFUL))
                    .satisfies(finding -> assertThat(finding.text()).contains("install the version of Muster"));
            database.execute("update schema_history set version = '" + (Schema.VERSION + 2) + "' where version = '"
                    + (Schema.VERSION + 1) + "'");
            assertThat(problems(examined(database)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.result()).isEqualTo(Result.BAD));
            database.execute("delete from schema_history where version = '" + (Schema.VERSION + 2) + "'");
            assertThat(problems(examined(database)))
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.text()).contains("has schema version " + (Schema.VERSION - 1)))
                    .satisfies(finding -> assertThat(finding.text())
                            .contains(
                                    switch (kind) {
                                        case SQLITE -> "copy the folder first";
                                        case POSTGRES -> "run `muster migrate`";
                                    }));
        }
    }

    @Test
    void whatIsNoDatabaseHasAdvice() throws Exception {
        Files.writeString(folder.resolve("muster.db"), "rubbish ".repeat(1_000));
        assertThat(SqliteExamination.of(folder)).singleElement().satisfies(finding -> {
            assertThat(finding.result()).isEqualTo(Result.BAD);
            assertThat(finding.text()).contains("muster.db cannot be read", "restore the folder from a backup");
        });
        assertThat(folder).isDirectoryNotContaining("glob:**-{wal,shm,journal}");
    }

    @Test
    void anUnreachablePostgresHasAdvice() throws Exception {
        assertThat(postgres("jdbc:postgresql://127.0.0.1:" + FreePort.find() + "/muster?user=u&password=secret"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.result()).isEqualTo(Result.BAD);
                    assertThat(finding.text())
                            .contains("cannot be reached", "refused", "pg_hba.conf")
                            .doesNotContain("secret", "\n");
                });
    }

    @Test
    @Tag("superuser")
    void settingsThatLoseDataHaveAdvice() {
        String url = withSchema(DatabaseKind.POSTGRES, folder).url();
        assertThat(problems(postgres(url + "&options=-c%20zero_damaged_pages=on")))
                .containsExactly(DatabaseFinding.bad(
                        "zero_damaged_pages is on, so PostgreSQL deletes damaged rows silently: set it to off"));
    }

    @Test
    void clocksThatDifferHaveAdvice() {
        String url = withSchema(DatabaseKind.POSTGRES, folder).url();
        InstantSource slow = () -> Instant.now().minusSeconds(3_600);
        assertThat(problems(PostgresExamination.of(url, null, slow)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.result()).isEqualTo(Result.BAD);
                    assertThat(finding.text())
                            .containsPattern("PostgreSQL's is (3600|3599|360[1-9]) s ahead")
                            .contains("NTP");
                });
    }

    @Test
    void tablesOfOthersHaveAdvice() throws Exception {
        EmptyDatabase database = EmptyDatabase.of(DatabaseKind.POSTGRES, folder);
        database.execute("create table theirs (id int)");
        assertThat(problems(examined(database)))
                .extracting(DatabaseFinding::text)
                .containsExactly("the database has tables, but not Muster's: create a database for Muster alone");
    }

    @Test
    @Tag("superuser")
    void aRoleThatCannotCreateTheSchemaHasAdvice() throws Exception {
        EmptyDatabase database = EmptyDatabase.of(DatabaseKind.POSTGRES, folder);
        String schema = database.url().replaceFirst(".*currentSchema=", "");
        String role = "reader_" + schema;
        database.execute("create role " + role + " login password 'x'");
        database.execute("grant usage on schema " + schema + " to " + role);
        assertThat(problems(postgres(database.url().replace("user=postgres", "user=" + role) + "&password=x")))
                .extracting(DatabaseFinding::text)
                .containsExactly("the database is empty, and the role cannot create tables: run `muster migrate` as the"
                        + " owner");
    }

    @Test
    @Tag("superuser")
    void aRoleWithoutRightsHasAdvice() throws Exception {
        EmptyDatabase database = withSchema(DatabaseKind.POSTGRES, folder);
        String schema = database.url().replaceFirst(".*currentSchema=", "");
        String role = "role_" + schema;
        database.execute("create role " + role + " login password 'x'");
        String url = database.url().replace("user=postgres", "user=" + role) + "&password=x";
        assertThat(problems(postgres(url)))
                .extracting(DatabaseFinding::text)
                .containsExactly("the role cannot use any schema of its search path: grant usage on the one with"
                        + " Muster's tables");
        database.execute("grant usage on schema " + schema + " to " + role);
        database.execute("grant select on all tables in schema " + schema + " to " + role);
        assertThat(problems(postgres(url)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .startsWith("the role lacks select, insert, update or delete on these tables: ")
                        .endsWith(": grant them"));
    }

    @Test
    void thePoolerOfReadersIsExaminedToo() {
        String url = TestPostgres.newDatabase();
        assertThat(problems(PostgresExamination.of(
                        url, "jdbc:postgresql://127.0.0.1:1/muster?user=u", InstantSource.system())))
                .extracting(DatabaseFinding::text)
                .singleElement()
                .asString()
                .startsWith("the readers' address cannot be reached: ");
    }
}
