package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.UserRef;
import dev.muster.storage.JobTables.EvidenceRef;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.PostgresEngine;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.PostgresProcess;
import dev.muster.testing.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

/// Tests the behaviour specific to PostgreSQL: locks, connections, roles and the schema.
final class PostgresStorageTest extends OnDatabase {
    @Override
    protected DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    @Test
    void lockedRealmsAreLeftOutUnlessWaitedFor() {
        try (Database server = empty.open();
                LaneStore other = server.lane()) {
            assertThat(lane.lock(List.of(1L, 2L), false)).containsExactly(1L, 2L);
            assertThat(other.lock(List.of(3L, 2L, 1L), false)).containsExactly(3L);
            other.rollback();
            assertThatThrownBy(() -> other.lock(List.of(1L), true))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
            other.rollback();
            lane.rollback();
            assertThat(other.lock(List.of(1L), true)).containsExactly(1L);
            other.rollback();
        }
    }

    @Test
    void aLaneWhoseConnectionWasCutSaysSoAndConnectsAgain() {
        lane.lock(List.of(1L), false);
        Batch batch = new Batch();
        batch.newUsers.add(testRows.plain(1, 1, "ada@example.com"));
        lane.save(batch);
        empty.number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where application_name = 'muster lane' and datname = current_database()");
        assertThatThrownBy(lane::commit)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
        lane.reconnect();
        assertThat(lane.lock(List.of(1L), true)).containsExactly(1L);
        assertThat(lane.present(List.of(1L)).getFirst().no()).isZero();
        lane.rollback();
        assertThat(empty.number("select count(*) from users")).isZero();
    }

    @Test
    void aReaderWhoseConnectionWasCutIsReplaced() {
        assertThat(database.isReady()).isTrue();
        empty.number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where application_name = 'muster reader' and datname = current_database()");
        // A connection that was opened or used within the last half second is not validated before use, so
        // each of these calls may get a broken one.
        for (int connection = 0; connection < Engine.READERS; connection++) {
            database.isReady();
        }
        assertThat(database.isReady()).isTrue();
    }

    @Test
    void aConnectionForEvidenceThatWasCutIsReplaced() throws SQLException {
        try (EvidenceStore evidence = database.evidence()) {
            UUID id = testRows.uuid();
            evidence.begin(1, id, Instant.EPOCH, 0, Long.MAX_VALUE);
            evidence.append(1, id, 0, new byte[] {1});
            assertThat(evidence.chunk(1, id, 0)).containsExactly(1);
            empty.number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    + " where application_name = 'muster evidence' and datname = current_database()");
            assertThatThrownBy(() -> evidence.append(1, id, 1, new byte[] {2})).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> evidence.chunk(1, id, 0)).isInstanceOf(StorageException.class);
            evidence.append(1, id, 1, new byte[] {2});
            assertThat(evidence.chunk(1, id, 1)).containsExactly(2);
        }
    }

    @Test
    void aSchemaThatIsNotKnownIsRefused() throws SQLException {
        int unknown = Database.SCHEMA + 2;
        empty.execute("update schema_history set version = '" + unknown + "'");
        assertThatThrownBy(empty::open).hasMessageContaining("schema version " + unknown);
        empty.execute("update schema_history set version = '" + (Database.SCHEMA + 1) + "'");
        empty.open().close();
        empty.execute("update schema_history set version = '0'");
        assertThatThrownBy(empty::open).hasMessageContaining("muster migrate");
    }

    @Test
    void aForeignDatabaseIsLeftUnchanged() throws SQLException {
        EmptyDatabase theirs = EmptyDatabase.of(DatabaseKind.POSTGRES, folder);
        theirs.execute("create table theirs (id integer)");
        assertThatThrownBy(theirs::open).hasMessageContaining("muster migrate");
        assertThat(theirs.number("select count(*) from pg_tables where schemaname = current_schema()"))
                .isEqualTo(1);
    }

    @Test
    void migratingAgainChangesNothing() {
        long before = empty.number("select count(*) from schema_history");
        Database.migrate(empty.url());
        assertThat(empty.number("select count(*) from schema_history")).isEqualTo(before);
        assertThat(empty.number("select max(cast(version as integer)) from schema_history"))
                .isEqualTo(Database.SCHEMA);
    }

    @Test
    void cleanupChangesNoJobOfARealmThatALaneHasLocked() {
        EvidenceRef gone = new EvidenceRef(1, testRows.uuid(), testRows.uuid());
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(lane.lock(List.of(1L), false)).containsExactly(1L);
            assertFails(Kind.CONFLICT, () -> choreStore.evidenceGone(List.of(gone)));
            choreStore.evidenceGone(List.of(new EvidenceRef(2, gone.job(), gone.evidence())));
            lane.rollback();
            choreStore.evidenceGone(List.of(gone));
        }
    }

    @Test
    void onlyTheProgressOfWebhooksDoesNotWaitForTheDisk() throws SQLException {
        Engine server = PostgresEngine.open(empty.url(), null);
        try (Session chores = server.choreWriter();
                Session progress = server.progressWriter();
                Statement ofChores = chores.connection().createStatement();
                Statement ofProgress = progress.connection().createStatement()) {
            assertThat(show(ofChores, "synchronous_commit")).isEqualTo("on");
            assertThat(show(ofProgress, "synchronous_commit")).isEqualTo("off");
        } finally {
            server.close();
        }
    }

    @Test
    void lanesCommitSynchronouslyAndWithinLimits() {
        Engine server = PostgresEngine.open(empty.url(), null);
        try (Session session = server.writer();
                Statement statement = session.connection().createStatement()) {
            assertThat(show(statement, "synchronous_commit")).isEqualTo("on");
            assertThat(show(statement, "lock_timeout")).isEqualTo("1s");
            assertThat(show(statement, "statement_timeout")).isEqualTo("10s");
            assertThat(show(statement, "idle_in_transaction_session_timeout")).isEqualTo("5s");
            assertThat(show(statement, "plan_cache_mode")).isEqualTo("force_generic_plan");
            assertThat(show(statement, "enable_seqscan")).isEqualTo("off");
            assertThat(show(statement, "transaction_isolation")).isEqualTo("read committed");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            server.close();
        }
    }

    private static String show(Statement statement, String setting) throws SQLException {
        try (ResultSet results = statement.executeQuery("show " + setting)) {
            results.next();
            return results.getString(1);
        }
    }

    /// Behind a pooler, a reader's settings apply only to its transaction, because other clients may share the
    /// connection.
    @Test
    void aReaderBehindAPoolerLeavesNothingOnItsConnection() throws SQLException {
        Engine engine = PostgresEngine.open(empty.url(), empty.url() + "&ApplicationName=pooled");
        try {
            for (int i = 0; i < 10; i++) {
                Session reader = engine.reader(System.nanoTime() + 1_000_000_000);
                assertThat(reader.list("realm_by_id", Row::number, 1L)).hasSize(1);
                try (Statement statement = reader.connection().createStatement()) {
                    assertThat(show(statement, "statement_timeout")).isEqualTo("2s");
                    assertThat(show(statement, "transaction_read_only")).isEqualTo("on");
                    assertThat(show(statement, "transaction_isolation")).isEqualTo("repeatable read");
                }
                Connection connection = reader.connection().unwrap(PgConnection.class);
                engine.release(reader, true);
                try (Statement statement = connection.createStatement()) {
                    assertThat(show(statement, "statement_timeout")).isEqualTo("0");
                    assertThat(show(statement, "transaction_read_only")).isEqualTo("off");
                    assertThat(show(statement, "transaction_isolation")).isEqualTo("read committed");
                    try (ResultSet prepared = statement.executeQuery("select count(*) from pg_prepared_statements")) {
                        prepared.next();
                        assertThat(prepared.getInt(1)).isZero();
                    }
                }
            }
        } finally {
            engine.close();
        }
    }

    @Test
    void readersAreNotOfAnotherDatabase() {
        assertThatThrownBy(() -> Database.postgres(empty.url(), TestPostgres.newDatabase()))
                .hasMessageContaining("that of another database");
        assertThatThrownBy(() -> Database.postgres(empty.url(), "jdbc:postgresql://127.0.0.1:1/none"))
                .isInstanceOf(StorageException.class);
    }

    @Test
    @Tag("superuser")
    void aRoleThatMayNotWriteIsRefused() throws SQLException {
        empty.execute("drop role if exists reading");
        empty.execute("create role reading login");
        String name = empty.url().substring(empty.url().indexOf("currentSchema=") + "currentSchema=".length());
        empty.execute("grant usage on schema " + name + " to reading");
        empty.execute("grant select on all tables in schema " + name + " to reading");
        empty.execute("grant insert, update, delete on users to reading");
        String reading = empty.url().replace("user=postgres", "user=reading");
        assertThatThrownBy(() -> Database.postgres(reading, null))
                .hasMessageContaining("lacks select, insert, update or delete on these tables: ")
                .hasMessageContaining("realm")
                .hasMessageNotContaining("users");
        empty.execute("grant insert, update, delete on all tables in schema " + name + " to reading");
        Database.postgres(reading, null).close();
        empty.execute("revoke select on schema_history from reading");
        assertThatThrownBy(() -> Database.postgres(reading, null))
                .hasMessageContaining("PostgreSQL cannot be used")
                .hasMessageContaining("permission denied");
        empty.execute("revoke usage on schema " + name + " from reading");
        assertThatThrownBy(() -> Database.postgres(reading, null)).isInstanceOf(StorageException.class);
        empty.execute("drop owned by reading; drop role reading");
    }

    @Test
    void aServerThatForgetsIsRefused() {
        try (PostgresProcess forgetful = PostgresProcess.start(folder, "fsync=off")) {
            assertThatThrownBy(() -> Database.postgres(forgetful.url(), null)).hasMessageContaining("fsync=off");
        }
    }

    @Test
    void aReaderCannotWrite() {
        Engine engine = PostgresEngine.open(empty.url(), null);
        try {
            Session reader = engine.reader(System.nanoTime() + 1_000_000_000);
            assertThatThrownBy(() -> reader.execute("delete from users")).isInstanceOf(StorageException.class);
            engine.release(reader, false);
        } finally {
            engine.close();
        }
    }

    @Test
    void anUnreadableUserAffectsNoOther() throws Exception {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 50; number++) {
            rows.add(testRows.user(1, number));
        }
        save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        empty.execute("update users set rank = 99 where number = 7");
        List<Callable<Void>> all = new ArrayList<>();
        for (UserRow row : rows) {
            all.add(() -> {
                UserRef ref = UserRef.number(row.user().number());
                for (int time = 0; time < 20; time++) {
                    assertThat(Objects.requireNonNull(database.user(1, ref)).readable())
                            .isEqualTo(row.user().number() != 7);
                }
                return null;
            });
        }
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> one : callers.invokeAll(all)) {
                one.get();
            }
        }
    }

    /// A plan made while a table is empty may use the wrong index, because any index that begins with the realm
    /// then looks as good as the primary key.
    @Test
    void aLaneThatBeganWithAnEmptyTableLooksUpByTheRightIndexLater() throws Exception {
        empty.execute("alter table users set (autovacuum_enabled = off)");
        // The driver caches a prepared statement when it is executed for the fifth time.
        for (int time = 0; time < 8; time++) {
            lookUp(List.of(testRows.uuid()));
        }
        List<UUID> ids = new ArrayList<>();
        for (int hundred = 0; hundred < 15; hundred++) {
            List<UserRow> rows = new ArrayList<>();
            for (int number = 1; number <= 100; number++) {
                rows.add(testRows.user(1, 100L * hundred + number));
                ids.add(rows.getLast().user().id());
            }
            save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        }
        lookUp(ids.subList(0, 1));
        // A connection reports its usage statistics at most once a second.
        Thread.sleep(1100);
        lookUp(ids.subList(0, 1));
        long before = empty.number(USED.formatted("users_number"));
        for (UUID id : ids.subList(0, 200)) {
            lookUp(List.of(id));
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (empty.number(USED.formatted("users_pkey")) < 200 && System.nanoTime() < deadline) {
            Thread.sleep(200);
            lookUp(ids.subList(0, 1));
        }
        assertThat(empty.number(USED.formatted("users_pkey"))).isGreaterThanOrEqualTo(200);
        assertThat(empty.number(USED.formatted("users_number")) - before).isZero();
    }

    private static final String USED = "select idx_scan from pg_stat_user_indexes"
            + " where schemaname = current_schema() and indexrelname = '%s'";

    private void lookUp(List<UUID> ids) {
        lane.lock(List.of(1L), true);
        LoadPlan needs = new LoadPlan();
        ids.forEach(id -> needs.people.user(UserRef.id(id)));
        lane.load(Map.of(1L, needs), List.of(), List.of());
        lane.rollback();
    }
}
