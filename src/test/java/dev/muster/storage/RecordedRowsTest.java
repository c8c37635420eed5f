package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Counters;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.DayEndRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads rows that contain every value of every stored enum, as written by the version that stored the ordinals of enum
/// constants. The rows are in `src/test/resources/before/codes`, in one file of `insert` statements per database, and
/// are never regenerated.
@UsesPostgres
final class RecordedRowsTest {
    private static final Path RECORDED = Path.of("src/test/resources/before/codes");
    private static final List<String> TABLES =
            List.of("realm", "users", "journal", "api_key", "operator", "retry", "job");

    private static final List<Rank> RANKS = List.of(Rank.REGULAR, Rank.ADMIN, Rank.SUPER);
    private static final List<Outcome> OUTCOMES = List.of(Outcome.PASSED, Outcome.FAILED, Outcome.PROVISIONAL);
    private static final List<HoldKind> KINDS = List.of(
            HoldKind.BARRED,
            HoldKind.REMOVED,
            HoldKind.BLOCKED,
            HoldKind.SUSPENDED,
            HoldKind.DEACTIVATED,
            HoldKind.FRAUD);
    private static final List<ActorRef.Kind> ACTORS =
            List.of(ActorRef.Kind.SYSTEM, ActorRef.Kind.ROOT, ActorRef.Kind.API_KEY, ActorRef.Kind.OPERATOR);
    private static final List<Event.Subject.Type> SUBJECTS = List.of(
            Event.Subject.Type.USER,
            Event.Subject.Type.KEY,
            Event.Subject.Type.OPERATOR,
            Event.Subject.Type.TENANT,
            Event.Subject.Type.REALM,
            Event.Subject.Type.JOB,
            Event.Subject.Type.GROUP,
            Event.Subject.Type.POLICY);
    private static final List<Scope> SCOPES = List.of(
            Scope.USERS_READ,
            Scope.USERS_WRITE,
            Scope.HOLDS_WRITE,
            Scope.BAR_WRITE,
            Scope.RANKS_WRITE,
            Scope.GROUPS_WRITE,
            Scope.JOBS_READ,
            Scope.JOBS_WRITE,
            Scope.JOBS_VERDICT,
            Scope.EVIDENCE_READ,
            Scope.JOURNAL_READ,
            Scope.KEYS_WRITE);

    @TempDir
    private Path folder;

    private static UUID id(int table, int number) {
        return new UUID(table, number);
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(1_700_000_000L + second);
    }

    private static byte[] bytes(int length, int first) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) first;
        return bytes;
    }

    private static <T> T nth(List<T> all, int n) {
        return all.get(n % all.size());
    }

    private static ActorRef actor(int n) {
        return new ActorRef(nth(ACTORS, n), id(9, n));
    }

    private static List<RealmRow> realms() {
        return List.of(
                new RealmRow(new Realm(1, "acme", Environment.TEST), bytes(60, 1)),
                new RealmRow(new Realm(2, "acme", Environment.PRODUCTION), bytes(60, 2)));
    }

    /// Returns one user for each kind of hold, and one without holds.
    private static List<UserRow> users() {
        List<UserRow> rows = new ArrayList<>();
        for (int n = 0; n <= KINDS.size(); n++) {
            User.Draft draft = new User.Draft(id(1, n), n + 1, at(n));
            draft.email = TestRows.identifier(Identifier.Kind.EMAIL, "user" + n + "@example.com");
            draft.tag = n % 2 == 0 ? Tag.USER : Tag.GUEST;
            draft.rank = nth(RANKS, n);
            draft.version = 1;
            if (n < KINDS.size()) {
                draft.holds = draft.holds.with(new Hold(
                        KINDS.get(n),
                        "main",
                        "reason",
                        null,
                        actor(n),
                        at(n),
                        at(1000 + n),
                        new Hold.Alteration(actor(n + 1), at(n + 2))));
            }
            rows.add(new UserRow(1, draft.build(), bytes(32, n), null));
        }
        return rows;
    }

    private static List<JournalRow> journal() {
        List<JournalRow> rows = new ArrayList<>();
        for (int n = 0; n < SUBJECTS.size(); n++) {
            rows.add(new JournalRow(
                    1,
                    n + 1,
                    bytes(100, n),
                    bytes(32, n),
                    at(n),
                    actor(n),
                    "user.updated",
                    new Event.Subject(SUBJECTS.get(n), id(3, n))));
        }
        return rows;
    }

    private static List<RetryRow> retries() {
        List<RetryRow> rows = new ArrayList<>();
        for (int n = 0; n < SUBJECTS.size(); n++) {
            rows.add(new RetryRow(
                    1, id(4, n), bytes(16, n), bytes(32, n), n, at(n), new Event.Subject(SUBJECTS.get(n), id(3, n))));
        }
        return rows;
    }

    /// Returns one key for each scope.
    private static List<KeyRow> keys() {
        List<KeyRow> rows = new ArrayList<>();
        for (int n = 0; n < SCOPES.size(); n++) {
            ApiKey key = new ApiKey(
                    id(5, n),
                    "key " + n,
                    null,
                    EnumSet.of(SCOPES.get(n), Scope.USERS_READ),
                    nth(RANKS, n),
                    false,
                    new Digest(bytes(32, n)),
                    null,
                    null,
                    null,
                    at(n),
                    null,
                    null,
                    new Creator(actor(n), null),
                    null,
                    null);
            rows.add(new KeyRow(1, key, bytes(60, n), bytes(32, n)));
        }
        return rows;
    }

    private static List<OperatorRow> operators() {
        List<OperatorRow> rows = new ArrayList<>();
        List<Role> roles = List.of(Role.VIEWER, Role.MANAGER, Role.ADMIN);
        for (int n = 0; n < ACTORS.size(); n++) {
            Operator operator = new Operator(
                    id(6, n),
                    TestRows.identifier(Identifier.Kind.USERNAME, "operator" + n),
                    nth(roles, n),
                    "$argon2id$",
                    0,
                    at(n),
                    null,
                    null,
                    null,
                    new Creator(actor(n), null),
                    null);
            rows.add(new OperatorRow(1, operator, bytes(32, n), bytes(32, n)));
        }
        return rows;
    }

    /// Returns a job for each stage and outcome, and for each kind of hold at submission.
    private static List<JobRow> jobs() {
        List<JobRow> rows = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            boolean judged = n > 1;
            Job.Submission submission = new Job.Submission(at(n), judged ? KINDS.get(n - 2) : null);
            Job.Review closed = new Job.ClosedReview(actor(n), at(n), null, null);
            Job.Stage stage = n == 0
                    ? new Job.Reserved(new Job.Reservation(
                            new Digest(bytes(32, n)), at(n), actor(2), JobRequest.bare("job-0", new JobType(1))))
                    : n == 1
                            ? new Job.Awaiting(submission, null)
                            : new Job.Completed(
                                    submission,
                                    new Verdict(nth(OUTCOMES, n + 1), null, null),
                                    nth(OUTCOMES, n),
                                    null,
                                    at(n),
                                    nth(List.of(new Job.NoReview(), new Job.OpenReview(), closed), n));
            Job job = new Job(
                    id(7, n), "job-" + n, n, new JobType(1), id(1, 6), null, null, null, false, stage, null, null);
            rows.add(new JobRow(1, job, bytes(20, n), bytes(32, n), false, null));
        }
        return rows;
    }

    /// Checks the recorded counters, which have the values 1001 to 1025 in the order of the former list of numbers.
    private static void assertCounters(Counters counters) {
        for (int n = 0; n < 6; n++) {
            assertThat(counters.status(Status.of(KINDS.get(n)))).isEqualTo(1001 + n);
            assertThat(counters.hold(KINDS.get(n))).isEqualTo(1008 + n);
        }
        assertThat(counters.status(Status.ACTIVE)).isEqualTo(1007);
        assertThat(counters.tag(Tag.USER)).isEqualTo(1014);
        assertThat(counters.tag(Tag.GUEST)).isEqualTo(1015);
        for (int n = 0; n < 3; n++) {
            assertThat(counters.rank(RANKS.get(n))).isEqualTo(1016 + n);
        }
        assertThat(counters.supersInService()).isEqualTo(1019);
        assertThat(counters.jobs()).isEqualTo(1020);
    }

    private static void assertRead(Database database) {
        database.read(reads -> {
            OnDatabase.assertSame(
                    List.of(reads.realms().realm(1), reads.realms().realm(2)), realms());
            OnDatabase.assertSame(reads.users().list(TestRows.allUsers(1, 0), 100, 0), users());
            OnDatabase.assertSame(reads.journal().entries(1, 0, 100, 100), journal());
            OnDatabase.assertSame(
                    reads.credentials()
                            .keys(1, keys().stream().map(row -> row.key().id()).toList()),
                    keys());
            OnDatabase.assertSame(reads.credentials().operatorsWithDeleted(1), operators());
            for (JobRow job : jobs()) {
                OnDatabase.assertSame(reads.jobs().job(1, job.id()), job);
            }
            BatchRow present = reads.journal().present(1);
            assertCounters(present.counters());
            assertThat(present.counters().holdsPlaced()).isEqualTo(1021);
            assertThat(present.counters().holdsEnded()).isEqualTo(1022);
            assertThat(present.counters().groups()).isEqualTo(1023);
            assertThat(present.counters().policies()).isEqualTo(1024);
            assertThat(present.counters().keys()).isEqualTo(1025);
            // One of the days was recorded by a version with five fewer counters.
            List<DayEndRow> days = reads.journal().dayEnds(1, 18_000);
            assertThat(days).hasSize(2).allMatch(DayEndRow::readable);
            days.forEach(day -> assertCounters(day.counters()));
            assertThat(days.getFirst().counters().holdsPlaced()).isZero();
            assertThat(days.getLast().counters().keys()).isEqualTo(1025);
            return "";
        });
    }

    /// Checks that users are found by the recorded codes, including through the partial indexes.
    private static void assertFound(Database database) {
        database.read(reads -> {
            for (int n = 0; n < 6; n++) {
                assertNumbers(reads, filter(Status.of(KINDS.get(n)), null, null, null), n + 1);
                assertNumbers(reads, filter(null, KINDS.get(n), null, null), n + 1);
            }
            assertNumbers(reads, filter(Status.ACTIVE, null, null, null), 7);
            assertNumbers(reads, filter(null, null, null, Rank.SUPER), 3, 6);
            assertNumbers(reads, filter(null, null, Tag.GUEST, null), 2, 4, 6);
            return "";
        });
    }

    private static UserFilter filter(Status status, HoldKind hold, Tag tag, Rank rank) {
        return new UserFilter(1, status, hold, tag, rank, null, null, null, null, 0);
    }

    private static void assertNumbers(Reads reads, UserFilter filter, long... numbers) {
        assertThat(reads.users().list(filter, 10, 0).stream()
                        .mapToLong(UserRow::number)
                        .toArray())
                .containsExactly(numbers);
        assertThat(reads.users().count(filter, 10)).isEqualTo(numbers.length);
    }

    private static void write(Database database) {
        try (LaneStore lane = database.lane()) {
            lane.lock(List.of(), true);
            Batch realms = new Batch();
            realms.newRealms.addAll(realms());
            lane.save(realms);
            lane.commit();
            lane.lock(List.of(1L), true);
            Batch batch = new Batch();
            batch.newUsers.addAll(users());
            batch.journal.addAll(journal());
            batch.newKeys.addAll(keys());
            batch.newOperators.addAll(operators());
            batch.retries.addAll(retries());
            batch.newJobs.addAll(jobs());
            lane.save(batch);
            lane.commit();
        }
    }

    private static void load(String url, String file) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String insert : Files.readAllLines(RECORDED.resolve(file))) {
                statement.execute(insert);
            }
            // In the recording, even open reviews have a reviewer, which no version ever writes.
            statement.execute("update job set reviewed_by_kind = null, reviewed_by = null, reviewed_at = null"
                    + " where review <> 2");
        }
    }

    /// Returns all rows of the tables whose format has not changed, as text.
    ///
    /// @param quote an SQL expression that turns a column into a literal
    private static List<String> dump(String url, String quote) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                StringJoiner literals = new StringJoiner(", ");
                try (ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
                    for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                        literals.add(quote.formatted(none.getMetaData().getColumnName(i)));
                    }
                }
                try (ResultSet results =
                        statement.executeQuery("select " + literals + " from " + table + " order by 1, 2, 3")) {
                    while (results.next()) {
                        StringJoiner row = new StringJoiner(", ", table + ": ", "");
                        for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
                            row.add(results.getString(i));
                        }
                        rows.add(row.toString());
                    }
                }
            }
        }
        return rows;
    }

    @Test
    void sqliteReadsRecordedRowsAndWritesTheSame() throws Exception {
        String recorded = "jdbc:sqlite:" + folder.resolve("recorded/muster.db");
        Database.sqlite(folder.resolve("recorded"), 0).close();
        load(recorded, "sqlite.sql");
        try (Database database = Database.sqlite(folder.resolve("recorded"), 0)) {
            assertRead(database);
            assertFound(database);
        }
        try (Database database = Database.sqlite(folder.resolve("written"), 0)) {
            write(database);
        }
        assertThat(dump("jdbc:sqlite:" + folder.resolve("written/muster.db"), "quote(%s)"))
                .containsExactlyElementsOf(dump(recorded, "quote(%s)"));
    }

    @Test
    void postgresReadsRecordedRowsAndWritesTheSame() throws Exception {
        String recorded = TestPostgres.newDatabase();
        Database.postgres(recorded, null).close();
        load(recorded, "postgres.sql");
        try (Database database = Database.postgres(recorded, null)) {
            assertRead(database);
            assertFound(database);
        }
        String written = TestPostgres.newDatabase();
        try (Database database = Database.postgres(written, null)) {
            write(database);
        }
        assertThat(dump(written, "quote_nullable(%s::text)"))
                .containsExactlyElementsOf(dump(recorded, "quote_nullable(%s::text)"));
    }
}
