package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.ActorRef;
import dev.muster.model.ApiKey;
import dev.muster.model.Digest;
import dev.muster.model.Environment;
import dev.muster.model.Event;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.JobType;
import dev.muster.model.Maker;
import dev.muster.model.Operator;
import dev.muster.model.Outcome;
import dev.muster.model.Rank;
import dev.muster.model.Realm;
import dev.muster.model.Role;
import dev.muster.model.Scope;
import dev.muster.model.Tag;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import dev.muster.testing.TestPostgres;
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

/// Rows with every value of every stored enum, as the program wrote them when it stored the places of enum constants.
/// They are in `src/test/resources/before/codes`, one file of `insert` statements per database, and are never
/// written anew.
final class RecordedRowsTest {
    private static final Path RECORDED = Path.of("src/test/resources/before/codes");
    private static final List<String> TABLES =
            List.of("realm", "users", "journal", "api_key", "operator", "retry", "job", "batch", "day_end");

    private static final List<Rank> RANKS = List.of(Rank.REGULAR, Rank.ADMIN, Rank.SUPER);
    private static final List<Outcome> OUTCOMES = List.of(Outcome.PASSED, Outcome.FAILED, Outcome.PROVISIONAL);
    private static final List<HoldKind> KINDS = List.of(
            HoldKind.BARRED,
            HoldKind.REMOVED,
            HoldKind.BLOCKED,
            HoldKind.SUSPENDED,
            HoldKind.DEACTIVATED,
            HoldKind.FRAUD);
    private static final List<ActorRef.Kind> ACTORS = List.of(
            ActorRef.Kind.SYSTEM, ActorRef.Kind.ROOT, ActorRef.Kind.API_KEY, ActorRef.Kind.OPERATOR);
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
    private static final List<Rows.JobRow.Review> REVIEWS =
            List.of(Rows.JobRow.Review.NONE, Rows.JobRow.Review.OPEN, Rows.JobRow.Review.CLOSED);

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

    private static List<Rows.RealmRow> realms() {
        return List.of(
                new Rows.RealmRow(new Realm(1, "acme", Environment.TEST), bytes(60, 1)),
                new Rows.RealmRow(new Realm(2, "acme", Environment.PRODUCTION), bytes(60, 2)));
    }

    /// One user for each kind of hold, and one without.
    private static List<Rows.UserRow> users() {
        List<Rows.UserRow> rows = new ArrayList<>();
        for (int n = 0; n <= KINDS.size(); n++) {
            User.Draft draft = new User.Draft(id(1, n), n + 1, at(n));
            draft.email = Rowing.identifier(dev.muster.model.Identifier.Kind.EMAIL, "user" + n + "@example.com");
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
            rows.add(new Rows.UserRow(1, draft.build(), bytes(32, n), null));
        }
        return rows;
    }

    private static List<Rows.JournalRow> journal() {
        List<Rows.JournalRow> rows = new ArrayList<>();
        for (int n = 0; n < SUBJECTS.size(); n++) {
            rows.add(new Rows.JournalRow(
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

    private static List<Rows.RetryRow> retries() {
        List<Rows.RetryRow> rows = new ArrayList<>();
        for (int n = 0; n < SUBJECTS.size(); n++) {
            rows.add(new Rows.RetryRow(
                    1,
                    id(4, n),
                    bytes(16, n),
                    bytes(32, n),
                    n,
                    at(n),
                    new Event.Subject(SUBJECTS.get(n), id(3, n))));
        }
        return rows;
    }

    /// One key for each scope.
    private static List<Rows.KeyRow> keys() {
        List<Rows.KeyRow> rows = new ArrayList<>();
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
                    at(n),
                    null,
                    null,
                    new Maker(actor(n), null),
                    null);
            rows.add(new Rows.KeyRow(1, key, bytes(60, n), bytes(32, n)));
        }
        return rows;
    }

    private static List<Rows.OperatorRow> operators() {
        List<Rows.OperatorRow> rows = new ArrayList<>();
        List<Role> roles = List.of(Role.VIEWER, Role.MANAGER, Role.ADMIN);
        for (int n = 0; n < ACTORS.size(); n++) {
            Operator operator = new Operator(
                    id(6, n),
                    Rowing.identifier(dev.muster.model.Identifier.Kind.USERNAME, "operator" + n),
                    nth(roles, n),
                    "$argon2id$",
                    0,
                    at(n),
                    null,
                    null,
                    new Maker(actor(n), null));
            rows.add(new Rows.OperatorRow(1, operator, bytes(32, n), bytes(32, n)));
        }
        return rows;
    }

    /// A job for each stage and outcome, and for each kind of hold that it was submitted under.
    private static List<Rows.JobRow> jobs() {
        List<Rows.JobRow> rows = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            boolean judged = n > 1;
            rows.add(new Rows.JobRow(
                    1,
                    id(7, n),
                    "job-" + n,
                    n,
                    new JobType(1),
                    id(1, 6),
                    false,
                    n == 0
                            ? Rows.JobRow.Stage.RESERVED
                            : judged ? Rows.JobRow.Stage.JUDGED : Rows.JobRow.Stage.AWAITING,
                    n == 0 ? null : at(n),
                    judged ? KINDS.get(n - 2) : null,
                    n == 0 ? new Digest(bytes(32, n)) : null,
                    n == 0 ? at(n) : null,
                    n == 0 ? actor(2) : null,
                    judged ? nth(OUTCOMES, n + 1) : null,
                    null,
                    judged ? nth(OUTCOMES, n) : null,
                    null,
                    judged ? at(n) : null,
                    judged ? nth(REVIEWS, n) : Rows.JobRow.Review.NONE,
                    judged ? actor(n) : null,
                    judged ? at(n) : null,
                    null,
                    0,
                    null,
                    null,
                    bytes(20, n),
                    bytes(32, n),
                    false,
                    null,
                    null));
        }
        return rows;
    }

    @Test
    void recordSqlite() throws Exception {
        try (Database database = Database.sqlite(folder)) {
            write(database);
        }
        record("jdbc:sqlite:" + folder.resolve("muster.db"), "sqlite", "quote(%s)");
    }

    @Test
    void recordPostgres() throws Exception {
        String url = TestPostgres.newDatabase();
        try (Database database = Database.postgres(url)) {
            write(database);
        }
        record(url, "postgres", "quote_nullable(%s::text)");
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
            long[] counters = new long[dev.muster.model.Counters.SIZE];
            for (int n = 0; n < counters.length; n++) {
                counters[n] = 1001 + n;
            }
            batch.batches.add(new Rows.BatchRow(1, 1, id(8, 1), 1, 8, bytes(32, 1), 7, counters, at(1)));
            batch.dayEnds.add(new Rows.DayEndRow(1, 19_000, 7, counters));
            batch.dayEnds.add(new Rows.DayEndRow(1, 18_000, 7, java.util.Arrays.copyOf(counters, 20)));
            lane.save(batch);
            lane.commit();
        }
    }

    private static void record(String url, String name, String quote) throws SQLException, IOException {
        StringBuilder all = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                StringJoiner names = new StringJoiner(", ");
                StringJoiner literals = new StringJoiner(", ");
                try (ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
                    for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                        names.add(none.getMetaData().getColumnName(i));
                        literals.add(quote.formatted(none.getMetaData().getColumnName(i)));
                    }
                }
                try (ResultSet rows = statement.executeQuery(
                        "select " + literals + " from " + table + " order by 1, 2, 3")) {
                    while (rows.next()) {
                        all.append("insert into ").append(table).append(" (").append(names).append(") values (");
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            all.append(i == 1 ? "" : ", ").append(rows.getString(i));
                        }
                        all.append(");\n");
                    }
                }
            }
        }
        Files.createDirectories(RECORDED);
        Files.writeString(RECORDED.resolve(name + ".sql"), all);
        assertThat(all).isNotEmpty();
    }
}
