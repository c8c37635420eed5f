package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalQuery;
import dev.muster.model.Result;
import dev.muster.model.user.UserRef;
import dev.muster.storage.Database;
import dev.muster.storage.DatabaseExamination;
import dev.muster.storage.StandbyOutcome;
import dev.muster.storage.engine.DatabaseFinding;
import dev.muster.testing.PostgresPair;
import dev.muster.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Reads from a standby that follows by streaming replication.
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(600)
final class StandbyReadsTest {
    /// Logs each statement, with the name of its connection, and shows each commit a little late.
    private static final List<String> SETTINGS =
            List.of("log_statement=all", "log_line_prefix=%a|", "recovery_min_apply_delay=20ms");

    private static final String READER = "muster standby reader|";

    /// After a failure, the standby is left alone for ten seconds.
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @TempDir
    private static Path folder;

    private static PostgresPair pair;
    private static Running running;
    private static UUID user;
    private static int users;

    @BeforeAll
    static void start() throws IOException {
        pair = PostgresPair.start(Files.createDirectory(folder.resolve("pair")), false, SETTINGS);
        running = on(pair, "data");
        user = register();
    }

    private static Running on(PostgresPair pair, String name) throws IOException {
        return new Running(
                Database.postgres(pair.primary().url(), null, pair.standby().url()),
                Files.createDirectory(folder.resolve(name)));
    }

    @AfterAll
    static void stop() {
        running.close();
        pair.close();
    }

    private static UUID register() {
        return running.register("user" + users++ + "@example.com");
    }

    @Test
    void listsExportsHistoriesAndVerificationsAreAnsweredByTheStandby() {
        reads().forEach((name, read) -> {
            pair.awaitFollowed();
            eventuallyStandby();
            long before = count(StandbyOutcome.STANDBY);
            int statements = statements(pair);
            assertThat(read.get()).as(name).isInstanceOf(Result.Ok.class);
            assertThat(count(StandbyOutcome.STANDBY)).as(name).isGreaterThan(before);
            assertThat(statements(pair)).as(name).isGreaterThan(statements);
        });
        assertThat(running.database().standbyBehind()).isZero();
    }

    private static Map<String, Supplier<Result<?>>> reads() {
        Core core = running.core;
        Map<String, Supplier<Result<?>>> reads = new LinkedHashMap<>();
        reads.put("list", () -> core.directory().list(Running.ADMIN, Running.REALM, UserQuery.all(10, 0)));
        reads.put("search", () -> core.directory().list(Running.ADMIN, Running.REALM, search("somebody")));
        reads.put("history", () -> core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(user), 10, null));
        reads.put("journal", () -> core.journal().page(Running.ADMIN, Running.REALM, entries()));
        reads.put("verification", () -> core.journal().verify(Running.ADMIN, Running.REALM));
        reads.put("export", () -> {
            try {
                return core.journal().export(Running.ADMIN, Running.REALM, _ -> {});
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        reads.put(
                "jobs",
                () -> core.jobs().list(Running.ADMIN, Running.REALM, new JobQuery(null, Set.of(), null, 10, null, 0)));
        reads.put("groups", () -> core.groups().groups(Running.ADMIN, Running.REALM, 10, null, 0));
        reads.put("policies", () -> core.groups().policies(Running.ADMIN, Running.REALM, 10, null, 0));
        reads.put("ending holds", () -> core.overview().ending(Running.ADMIN, Running.REALM, Duration.ofDays(1), 10));
        return reads;
    }

    private static UserQuery search(String text) {
        return new UserQuery(null, null, null, null, null, null, text, null, null, 10, null, 0);
    }

    private static JournalQuery entries() {
        return new JournalQuery(null, null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 10, null);
    }

    @Test
    void pointReadsAndCredentialsAreNever() {
        pair.awaitFollowed();
        pair.pauseReplay();
        try {
            int before = statements(pair);
            UUID latest = register();
            Instant now = Instant.now();
            UserRef ref = UserRef.id(latest);
            Directory directory = running.core.directory();
            Credentials credentials = running.core.credentials();
            List<Result<?>> all = new ArrayList<>(List.of(
                    directory.find(Running.ADMIN, Running.REALM, ref),
                    directory.find(Running.ADMIN, Running.REALM, List.of(latest)),
                    directory.find(Running.ADMIN, Running.REALM, ref, now),
                    directory.standing(Running.ADMIN, Running.REALM, ref),
                    directory.standing(Running.ADMIN, Running.REALM, ref, now),
                    directory.standings(Running.ADMIN, Running.REALM, List.of(ref)),
                    running.core.groups().access(Running.ADMIN, Running.REALM, ref),
                    running.core.journal().head(Running.ADMIN, Running.REALM)));
            assertThat(all).allSatisfy(each -> assertThat(each).isInstanceOf(Result.Ok.class));
            assertThat(credentials.key(Running.REALM, Running.KEY)).isNotNull();
            assertThat(Running.ok(credentials.keys(Running.ADMIN, Running.REALM)))
                    .isNotEmpty();
            assertThat(statements(pair)).isEqualTo(before);
        } finally {
            pair.resumeReplay();
        }
    }

    @Test
    void aReadAfterAWriteShowsIt() {
        pair.awaitFollowed();
        eventuallyStandby();
        long before = count(StandbyOutcome.STANDBY);
        for (int i = 0; i < 100; i++) {
            UUID latest = register();
            assertShows(running, latest, users);
        }
        assertThat(count(StandbyOutcome.STANDBY)).isGreaterThan(before);
    }

    private static void assertShows(Running running, UUID latest, int total) {
        Directory directory = running.core.directory();
        assertThat(Running.ok(directory.list(Running.ADMIN, Running.REALM, UserQuery.all(10, total - 1)))
                        .value()
                        .items())
                .extracting(each -> each.id())
                .containsExactly(latest);
        assertThat(Running.ok(directory.list(Running.ADMIN, Running.REALM, search("user" + (total - 1))))
                        .value()
                        .items())
                .extracting(each -> each.id())
                .containsExactly(latest);
        assertThat(Running.ok(directory.history(Running.ADMIN, Running.REALM, UserRef.id(latest), 10, null))
                        .items())
                .hasSize(1);
    }

    @Test
    void whileTheStandbyLagsThePrimaryAnswers() {
        pair.awaitFollowed();
        eventuallyStandby();
        pair.pauseReplay();
        try {
            long lagging = count(StandbyOutcome.LAGGING);
            long standby = count(StandbyOutcome.STANDBY);
            for (int i = 0; i < 3; i++) {
                assertShows(running, register(), users);
            }
            assertThat(count(StandbyOutcome.LAGGING)).isGreaterThan(lagging);
            assertThat(count(StandbyOutcome.STANDBY)).isEqualTo(standby);
            assertThat(running.database().standbyBehind()).isPositive();
            assertThat(examined(pair))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("of write-ahead log behind"));
        } finally {
            pair.resumeReplay();
        }
        eventuallyStandby();
        assertThat(examined(pair))
                .containsExactly(new DatabaseFinding(
                        DatabaseFinding.Result.GOOD, "the standby has everything that the primary has"));
    }

    @Test
    void aStandbyThatEndsFailsNoRead() {
        pair.awaitFollowed();
        eventuallyStandby();
        pair.standby().stopHard();
        try {
            long failed = count(StandbyOutcome.FAILED);
            assertShows(running, register(), users);
            assertThat(count(StandbyOutcome.FAILED)).isGreaterThan(failed);
            assertThat(examined(pair))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).startsWith("the standby cannot be reached"));
        } finally {
            pair.standby().start();
        }
        eventuallyStandby();
    }

    @Test
    void aStandbyThatHangsFailsNoRead() {
        pair.awaitFollowed();
        eventuallyStandby();
        pair.standby().freeze();
        try {
            long failed = count(StandbyOutcome.FAILED);
            assertShows(running, register(), users);
            assertThat(count(StandbyOutcome.FAILED)).isGreaterThan(failed);
        } finally {
            pair.standby().thaw();
        }
        eventuallyStandby();
    }

    /// This happens when the read conflicts with what is replayed.
    @Test
    void aReadThatTheStandbyCancelsIsRepeatedOnThePrimary() {
        pair.awaitFollowed();
        eventuallyStandby();
        long failed = count(StandbyOutcome.FAILED);
        List<Long> found = new ArrayList<>();
        long last = running.database().primaryOrStandby(Running.REALM).search(reads -> {
            if (found.isEmpty()) {
                found.add(reads.journal().present(Running.REALM).lastSeq());
                execute(
                        pair.standby().url(),
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                                + " where application_name = 'muster standby reader'");
            }
            return reads.journal().present(Running.REALM).lastSeq();
        });
        assertThat(found).containsExactly(last);
        assertThat(count(StandbyOutcome.FAILED)).isEqualTo(failed + 1);
    }

    @Test
    void aPromotedStandbyIsNotAsked() throws IOException {
        try (PostgresPair two = PostgresPair.start(Files.createDirectory(folder.resolve("promoted")), false, SETTINGS);
                Running first = on(two, "promoted-data")) {
            UUID latest = first.register("user0@example.com");
            two.awaitFollowed();
            assertShows(first, latest, 1);
            long before = first.database().standbyReads(StandbyOutcome.STANDBY);
            assertThat(before).isPositive();
            two.promote();
            assertShows(first, latest, 1);
            assertThat(first.database().standbyReads(StandbyOutcome.STANDBY)).isEqualTo(before);
            assertThat(first.database().standbyReads(StandbyOutcome.FAILED)).isPositive();
            assertThat(examined(two))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("is not a standby, or no longer one"));
        }
    }

    /// The other database has the same realm, with another journal that is longer.
    @Test
    void aStandbyOfAnotherDatabaseIsNotAsked() throws IOException {
        pair.awaitFollowed();
        String url = TestPostgres.newDatabase();
        try (Running other = new Running(
                Database.postgres(url, null, pair.standby().url()), Files.createDirectory(folder.resolve("other")))) {
            assertShows(other, other.register("user0@example.com"), 1);
            assertThat(other.database().standbyReads(StandbyOutcome.STANDBY)).isZero();
            assertThat(other.database().standbyReads(StandbyOutcome.FAILED)).isPositive();
            assertThat(DatabaseExamination.standby(url, pair.standby().url()))
                    .singleElement()
                    .satisfies(
                            finding -> assertThat(finding.text()).startsWith("the standby is one of another server"));
        }
    }

    private static List<DatabaseFinding> examined(PostgresPair pair) {
        return DatabaseExamination.standby(pair.primary().url(), pair.standby().url());
    }

    private static long count(StandbyOutcome outcome) {
        return running.database().standbyReads(outcome);
    }

    /// Waits until the standby answers. Each list until then must be right too.
    private static void eventuallyStandby() {
        long before = count(StandbyOutcome.STANDBY);
        eventually(() -> {
            assertThat(Running.ok(running.core.directory().list(Running.ADMIN, Running.REALM, UserQuery.all(1, 0)))
                            .value()
                            .total())
                    .isEqualTo(users);
            return count(StandbyOutcome.STANDBY) > before;
        });
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// The number of queries that Muster has sent to the standby.
    private static int statements(PostgresPair pair) {
        return (int) pair.standby()
                .logged()
                .lines()
                .filter(line -> line.startsWith(READER) && line.contains(": select"))
                .count();
    }

    private static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
