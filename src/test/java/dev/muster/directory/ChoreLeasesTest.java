package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.ChoreLeases;
import dev.muster.directory.chores.Schedule;
import dev.muster.directory.chores.SharedChore;
import dev.muster.storage.ChoreLeaseStore;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two servers on one PostgreSQL database share the background tasks.
@UsesPostgres
final class ChoreLeasesTest {
    private final AtomicLong nanos = new AtomicLong();
    private String url;
    private Database database;
    private ChoreStore store;
    private ChoreLeases one;
    private ChoreLeases other;

    @BeforeEach
    void open() throws Exception {
        url = TestPostgres.newDatabase();
        database = Database.postgres(url, null);
        store = database.choreStore();
        one = new ChoreLeases(store.leases(), new UUID(0, 1), nanos::get);
        other = new ChoreLeases(store.leases(), new UUID(0, 2), nanos::get);
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement any = connection.createStatement()) {
            assertThat(any.executeUpdate(statement)).isPositive();
        }
    }

    private static void holds(ChoreLeases leases, boolean all) {
        for (SharedChore chore : SharedChore.values()) {
            assertThat(leases.holds(chore)).as(chore.name()).isEqualTo(all);
        }
    }

    @Test
    void oneServerDoesEachTask() {
        one.run();
        other.run();
        holds(one, true);
        holds(other, false);
        one.run();
        holds(one, true);
    }

    @Test
    void theTasksOfAServerThatStopsAreFree() {
        one.run();
        one.release();
        holds(one, false);
        other.run();
        holds(other, true);
    }

    /// The database's clock ends leases that are not renewed.
    @Test
    void theTasksOfAServerThatIsGoneAreTakenOver() throws Exception {
        one.run();
        sql("update chore_lease set until = until - 30001");
        other.run();
        holds(other, true);
        one.run();
        holds(one, false);
    }

    /// A server that was suspended does not trust its leases, whatever the database says.
    @Test
    void aServerThatCannotRenewStops() {
        one.run();
        nanos.addAndGet(Duration.ofSeconds(27).toNanos());
        holds(one, true);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        holds(one, false);
    }

    @Test
    void aLeaseThatNoServerWouldTakeIsFree() throws Exception {
        one.run();
        sql("update chore_lease set until = until + 86400000, holder = gen_random_uuid()");
        other.run();
        holds(other, true);
    }

    @Test
    void aTaskIsWokenWhenItsLeaseIsTaken() {
        List<String> woken = new ArrayList<>();
        one.wakes(SharedChore.CLEANUP, () -> woken.add("cleanup"));
        other.run();
        one.run();
        assertThat(woken).isEmpty();
        other.release();
        one.run();
        one.run();
        assertThat(woken).containsExactly("cleanup");
    }

    @Test
    void aTaskRunsOnlyWithItsLease() throws Exception {
        Semaphore ran = new Semaphore(0);
        other.run();
        try (Schedule schedule = new Schedule()) {
            one.add(schedule, SharedChore.CLEANUP, () -> {
                ran.release();
                return Duration.ofHours(1);
            });
            assertThat(ran.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
            other.release();
            one.run();
            assertThat(ran.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anEmbeddedDatabaseNeedsNoLeases() {
        ChoreLeases only = ChoreLeases.ofOnlyServer();
        holds(only, true);
        assertThat(only.areNeeded()).isFalse();
    }

    /// The progress of a task belongs to the server with the lease.
    @Test
    void onlyTheHolderSavesProgress() {
        one.run();
        ChoreLeaseStore leases = store.leases();
        leases.progress("checkpoints", new UUID(0, 2), Instant.ofEpochMilli(5));
        assertThat(leases.progress("checkpoints")).isEqualTo(Instant.EPOCH);
        leases.progress("checkpoints", new UUID(0, 1), Instant.ofEpochMilli(5));
        assertThat(leases.progress("checkpoints")).isEqualTo(Instant.ofEpochMilli(5));
    }
}
