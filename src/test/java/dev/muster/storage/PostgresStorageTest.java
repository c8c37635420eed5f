package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.UserRef;
import dev.muster.storage.JobTables.EvidenceRef;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.PostgresEngine;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import dev.muster.testing.PostgresProcess;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.jdbc.PgConnection;

final class PostgresStorageTest extends StorageContract {
    private String url;

    @Override
    protected Database open() {
        url = TestPostgres.newDatabase();
        return Database.postgres(url, null);
    }

    @Override
    long batches(long realm) {
        return number("select count(*) from batch where realm = " + realm);
    }

    private long number(String query) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(query)) {
            results.next();
            return results.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String text) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Test
    void lockedRealmsAreLeftOutUnlessWaitedFor() {
        try (Database server = Database.postgres(url, null);
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
        batch.newUsers.add(rowing.plain(1, 1, "ada@example.com"));
        lane.save(batch);
        number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where application_name = 'muster lane' and datname = current_database()");
        assertThatThrownBy(lane::commit)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
        lane.reconnect();
        assertThat(lane.lock(List.of(1L), true)).containsExactly(1L);
        assertThat(lane.present(List.of(1L)).getFirst().no()).isZero();
        lane.rollback();
        assertThat(number("select count(*) from users")).isZero();
    }

    @Test
    void aReaderWhoseConnectionWasCutIsReplaced() {
        assertThat(database.isReady()).isTrue();
        number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where application_name = 'muster reader' and datname = current_database()");
        // A connection that was made or used within half a second is not looked at before it is used.
        for (int connection = 0; connection < Engine.READERS; connection++) {
            database.isReady();
        }
        assertThat(database.isReady()).isTrue();
    }

    @Test
    void aSchemaThatIsNotKnownIsRefused() throws SQLException {
        int unknown = Database.SCHEMA + 2;
        execute("update schema_history set version = '" + unknown + "'");
        assertThatThrownBy(() -> Database.postgres(url, null)).hasMessageContaining("schema version " + unknown);
        execute("update schema_history set version = '" + (Database.SCHEMA + 1) + "'");
        Database.postgres(url, null).close();
        execute("update schema_history set version = '0'");
        assertThatThrownBy(() -> Database.postgres(url, null)).hasMessageContaining("muster migrate");
    }

    @Test
    void aDatabaseOfSomebodyElseIsLeftAlone() throws SQLException {
        url = TestPostgres.newDatabase();
        execute("create table theirs (id integer)");
        assertThatThrownBy(() -> Database.postgres(url, null)).hasMessageContaining("muster migrate");
        assertThat(number("select count(*) from pg_tables where schemaname = current_schema()"))
                .isEqualTo(1);
    }

    @Test
    void migratingAgainChangesNothing() {
        long before = number("select count(*) from schema_history");
        Database.migrate(url);
        assertThat(number("select count(*) from schema_history")).isEqualTo(before);
        assertThat(number("select max(cast(version as integer)) from schema_history"))
                .isEqualTo(Database.SCHEMA);
    }

    @Test
    void cleanupChangesNoJobOfARealmThatALaneHasLocked() {
        EvidenceRef gone = new EvidenceRef(1, rowing.uuid(), rowing.uuid());
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(lane.lock(List.of(1L), false)).containsExactly(1L);
            assertFails(Kind.CONFLICT, () -> choreStore.evidenceGone(List.of(gone)));
            choreStore.evidenceGone(List.of(new EvidenceRef(2, gone.job(), gone.evidence())));
            lane.rollback();
            choreStore.evidenceGone(List.of(gone));
        }
    }

    @Test
    void lanesCommitSynchronouslyAndWithinLimits() {
        Engine server = PostgresEngine.open(url, null);
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

    /// What a reader behind a pooler sets, it sets for its own transaction: the connection may be anybody's next.
    @Test
    void aReaderBehindAPoolerLeavesNothingOnItsConnection() throws SQLException {
        Engine engine = PostgresEngine.open(url, url + "&ApplicationName=pooled");
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
                engine.giveBack(reader, true);
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
        assertThatThrownBy(() -> Database.postgres(url, TestPostgres.newDatabase()))
                .hasMessageContaining("that of another database");
        assertThatThrownBy(() -> Database.postgres(url, "jdbc:postgresql://127.0.0.1:1/none"))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void aRoleThatMayNotWriteIsRefused() throws SQLException {
        execute("drop role if exists reading");
        execute("create role reading login");
        String name = url.substring(url.indexOf("currentSchema=") + "currentSchema=".length());
        execute("grant usage on schema " + name + " to reading");
        execute("grant select on all tables in schema " + name + " to reading");
        execute("grant insert, update, delete on users to reading");
        String reading = url.replace("user=postgres", "user=reading");
        assertThatThrownBy(() -> Database.postgres(reading, null))
                .hasMessageContaining("lacks select, insert, update or delete on these tables: ")
                .hasMessageContaining("realm")
                .hasMessageNotContaining("users");
        execute("grant insert, update, delete on all tables in schema " + name + " to reading");
        Database.postgres(reading, null).close();
        execute("revoke select on schema_history from reading");
        assertThatThrownBy(() -> Database.postgres(reading, null))
                .hasMessageContaining("PostgreSQL cannot be used")
                .hasMessageContaining("permission denied");
        execute("revoke usage on schema " + name + " from reading");
        assertThatThrownBy(() -> Database.postgres(reading, null)).isInstanceOf(StorageException.class);
        execute("drop owned by reading; drop role reading");
    }

    @Test
    void aServerThatForgetsIsRefused(@TempDir Path folder) {
        try (PostgresProcess forgetful = PostgresProcess.start(folder, "fsync=off")) {
            assertThatThrownBy(() -> Database.postgres(forgetful.url(), null)).hasMessageContaining("fsync=off");
        }
    }

    @Test
    void aReaderCannotWrite() {
        Engine engine = PostgresEngine.open(url, null);
        try {
            Session reader = engine.reader(System.nanoTime() + 1_000_000_000);
            assertThatThrownBy(() -> reader.execute("delete from users")).isInstanceOf(StorageException.class);
            engine.giveBack(reader, false);
        } finally {
            engine.close();
        }
    }

    @Test
    void aUserWhoCannotBeReadIsNobodyElsesFault() throws Exception {
        List<UserRow> rows = new ArrayList<>();
        for (int number = 1; number <= 50; number++) {
            rows.add(rowing.user(1, number));
        }
        save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        execute("update users set rank = 99 where number = 7");
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

    /// While a table is empty any index that begins with the realm looks as good as the one by id.
    @Test
    void aLaneThatBeganWithAnEmptyTableLooksUpByTheRightIndexLater() throws Exception {
        execute("alter table users set (autovacuum_enabled = off)");
        // The driver keeps a statement from its fifth time on.
        for (int time = 0; time < 8; time++) {
            lookUp(List.of(rowing.uuid()));
        }
        List<UUID> ids = new ArrayList<>();
        for (int hundred = 0; hundred < 15; hundred++) {
            List<UserRow> rows = new ArrayList<>();
            for (int number = 1; number <= 100; number++) {
                rows.add(rowing.user(1, 100L * hundred + number));
                ids.add(rows.getLast().user().id());
            }
            save(List.of(1L), batch -> batch.newUsers.addAll(rows));
        }
        lookUp(ids.subList(0, 1));
        // A connection tells once a second at the most what it has used.
        Thread.sleep(1100);
        lookUp(ids.subList(0, 1));
        long before = number(USED.formatted("users_number"));
        for (UUID id : ids.subList(0, 200)) {
            lookUp(List.of(id));
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (number(USED.formatted("users_pkey")) < 200 && System.nanoTime() < deadline) {
            Thread.sleep(200);
            lookUp(ids.subList(0, 1));
        }
        assertThat(number(USED.formatted("users_pkey"))).isGreaterThanOrEqualTo(200);
        assertThat(number(USED.formatted("users_number")) - before).isZero();
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
