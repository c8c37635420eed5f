package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.rest.UserText;
import dev.muster.directory.ExportedJournal;
import dev.muster.model.user.User;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.format.ApiKeyText;
import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one PostgreSQL database act as one.
@UsesPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(1_800)
class TwoServersTest {
    private static final boolean LONG = Boolean.getBoolean("muster.long");
    private static final int RACES = LONG ? 1_000 : 50;
    private static final int FREEZES = LONG ? 10 : 1;
    private static final int WRITES = LONG ? 5_000 : 400;
    private static final int WRITES_AWAKE = 400;
    private static final int MIXED = LONG ? 20_000 : 1_500;
    private static final int CONNECTIONS = 8;

    /// How long to wait for something that should happen soon. Even on a busy machine, only a server that hangs
    /// takes longer.
    private static final Duration TIMEOUT = Duration.ofSeconds(LONG ? 600 : 60);

    /// The documented maximum time until the other server takes over.
    private static final Duration PROMISED = Duration.ofSeconds(10);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ServerProcess one;
    private ServerProcess other;
    private String database;
    private Path masterKey;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        database = TestPostgres.newDatabase();
        masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        // Each server names its connections, so that queries can tell them apart.
        one = ServerProcess.startOnPostgres(folder.resolve("one"), database + "&ApplicationName=one", masterKey);
        other = ServerProcess.startOnPostgres(folder.resolve("other"), database + "&ApplicationName=other", masterKey);
    }

    @AfterAll
    void stop() {
        threads.close();
        one.close();
        other.close();
    }

    @Test
    void underLoadOnOneRealmBothKeepOneJournal() throws Exception {
        Load load = new Load(Tenancy.make(one.address(), "load").testKey(), CONNECTIONS, 1);
        load.start(one.address(), other.address());
        for (ServerProcess server : List.of(one, other)) {
            assertThat(load.goesOn(server.address(), WRITES, TIMEOUT)).isTrue();
        }
        load.finish();
        checked(() -> {
            // Each server sees the other's writes, and replays the responses to requests that were sent to the other.
            load.settle(other.address(), false);
            load.compare(one.address(), Tenancy.FIRST_ENTRIES);
            load.compare(other.address(), Tenancy.FIRST_ENTRIES);
        });
    }

    private interface Check {
        void check() throws Exception;
    }

    /// Runs a check and, if it fails, adds the output of both servers to the failure.
    private void checked(Check check) throws Exception {
        try {
            check.check();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + one.output() + "\n" + other.output(), e);
        }
    }

    /// Both servers make all kinds of changes to the same users. Afterwards, replaying the journal results in the
    /// same users that both servers show.
    @Test
    void theJournalOfBothAloneMakesTheSameUsers() throws Exception {
        Tenancy tenancy = Tenancy.make(one.address(), "replayed");
        String key = tenancy.testKey();
        AtomicLong done = new AtomicLong();
        AtomicInteger serial = new AtomicInteger();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            MixedLoad load = new MixedLoad((i % 2 == 0 ? one : other).address(), key, i, done, serial);
            writers.add(() -> {
                load.write(MIXED);
                return null;
            });
        }
        for (Future<Void> writer : threads.invokeAll(writers)) {
            writer.get();
        }
        try (Client client = new Client(other.address(), key)) {
            // A background task adds an entry when a hold expires, which may happen between these requests; they are
            // then repeated.
            Client.Answer page;
            String export;
            long seq;
            do {
                seq = client.get("/v1/journal/head").json().number("seq");
                page = client.get("/v1/users?limit=1000");
                // The export itself adds an entry.
                export = client.get("/v1/journal/export").text();
            } while (client.get("/v1/journal/head").json().number("seq") != seq + 1);
            assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();
            Map<UUID, User> replayed = replay(export, key);
            List<Fields> users = page.json().items("items");
            assertThat(users).hasSizeGreaterThan(10).hasSize(replayed.size());
            Map<String, Long> statuses = new TreeMap<>();
            for (Fields user : users) {
                Instant at = Instant.parse(user.in("standing").text("at"));
                User made = replayed.get(UUID.fromString(user.text("id")));
                assertThat(user).isEqualTo(Fields.of(UserText.of(made.at(at), at, _ -> "admin")));
                statuses.merge(made.standing(at).status().wireName(), 1L, Long::sum);
            }
            assertThat(statuses).hasSizeGreaterThan(3);
        }
    }

    private Map<UUID, User> replay(String export, String key) {
        try (Database opened = Database.postgres(database, null)) {
            long realm = ApiKeyText.parse(key).orElseThrow().realm();
            return new ExportedJournal(opened, MasterKeys.load(masterKey), realm).users(export.lines());
        }
    }

    /// Both servers receive the same email address at the same time: one of them registers it, and the other
    /// refuses it.
    @Test
    void uniqueValuesStayUnique() throws Exception {
        String key = Tenancy.make(one.address(), "unique").testKey();
        Set<Long> numbers = new HashSet<>();
        for (int race = 0; race < RACES; race++) {
            Map<String, String> body = Map.of("email", "ada-" + race + "@example.org");
            List<Client.Answer> answers = both(client -> client.json("POST", "/v1/users", body), key);
            assertThat(answers).extracting(Client.Answer::status).containsExactlyInAnyOrder(201, 409);
            for (Client.Answer answer : answers) {
                if (answer.status() == 201) {
                    numbers.add(answer.json().number("number"));
                }
            }
        }
        assertThat(numbers).hasSize(RACES).contains(1L, (long) RACES);
    }

    /// Both servers receive the same request with the same idempotency key at the same time. It is executed once,
    /// and both send the same response.
    @Test
    void anIdempotencyKeyCountsOnBoth() throws Exception {
        String key = Tenancy.make(one.address(), "retries").testKey();
        for (int race = 0; race < RACES; race++) {
            Map<String, String> body = Map.of("username", "ada-" + race);
            String header = "Idempotency-Key: race-" + race;
            List<Client.Answer> answers = both(client -> client.json("POST", "/v1/users", body, header), key);
            assertThat(answers).extracting(Client.Answer::status).containsExactly(201, 201);
            assertThat(answers)
                    .extracting(answer -> answer.header("Idempotency-Replayed"))
                    .containsExactlyInAnyOrder("", "true");
            assertThat(answers)
                    .extracting(answer -> answer.json().number("number"))
                    .containsExactly(race + 1L, race + 1L);
        }
    }

    private interface Ask {
        Client.Answer ask(Client client) throws IOException;
    }

    private List<Client.Answer> both(Ask ask, String key) throws Exception {
        List<Callable<Client.Answer>> calls = List.of(() -> ask(one, ask, key), () -> ask(other, ask, key));
        return threads.invokeAll(calls).stream().map(done -> done.resultNow()).toList();
    }

    private static Client.Answer ask(ServerProcess server, Ask ask, String key) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            return ask.ask(client);
        }
    }

    /// Once one server has confirmed the revocation of a key, the other refuses writes with it immediately, and
    /// soon reads too.
    @Test
    void aKeyThatOneRevokesIsOfNoUseOnTheOther() throws Exception {
        String admin = Tenancy.make(one.address(), "revoked").testKey();
        try (Client asAdmin = new Client(one.address(), admin)) {
            Fields made = asAdmin.json("POST", "/v1/keys", Map.of("name", "soon gone", "role", "manager"))
                    .json();
            String key = made.text("apiKey");
            AtomicBoolean revoked = new AtomicBoolean();
            AtomicLong before = new AtomicLong();
            List<Callable<Long>> writers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                writers.add(() -> writesAfter(revoked, before, key));
            }
            var writing = writers.stream().map(threads::submit).toList();
            while (before.get() < WRITES) {
                assertThat(writing).noneMatch(Future::isDone);
                Thread.sleep(1);
            }
            assertThat(asAdmin.send("DELETE", "/v1/keys/" + made.text("keyId"), new byte[0])
                            .status())
                    .isEqualTo(200);
            revoked.set(true);
            for (var writer : writing) {
                assertThat(writer.get()).isZero();
            }
            // Writes with the key are refused immediately, reads within a second.
            try (Client reader = new Client(other.address(), key)) {
                long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                Client.Answer read = reader.get("/v1/users?limit=1");
                while (read.status() == 200 && System.nanoTime() < deadline) {
                    read = reader.get("/v1/users?limit=1");
                }
                assertThat(reader.get("/v1/users?limit=1").status()).isEqualTo(401);
            }
            List<Fields> entries = asAdmin.get("/v1/journal?limit=1000&action=key.revoked")
                    .json()
                    .items("items");
            long revocation = entries.getLast().number("seq");
            assertThat(asAdmin.get("/v1/journal/head").json().number("seq")).isEqualTo(revocation);
        }
    }

    /// Writes to the other server until a write is refused. Returns how many writes were sent after the revocation
    /// and still executed.
    private long writesAfter(AtomicBoolean revoked, AtomicLong before, String key) throws IOException {
        long tooLate = 0;
        try (Client client = new Client(other.address(), key)) {
            while (true) {
                boolean was = revoked.get();
                Client.Answer answer = client.json(
                        "POST",
                        "/v1/users",
                        Map.of("externalId", UUID.randomUUID().toString()));
                if (answer.status() == 401) {
                    return tooLate;
                }
                assertThat(answer.status()).as("%s", answer).isEqualTo(201);
                before.incrementAndGet();
                tooLate += was ? 1 : 0;
            }
        }
    }

    /// A server that is suspended in the middle of a transaction holds the realm's lock. The database ends the
    /// transaction. When the server resumes, it notices this and repeats the requests that were not executed.
    @Test
    void theOtherServerContinuesWhileOneIsFrozen() throws Exception {
        Load load = new Load(Tenancy.make(one.address(), "frozen").testKey(), CONNECTIONS, 2);
        load.start(one.address(), other.address());
        for (int freeze = 0; freeze < FREEZES; freeze++) {
            freezeInATransaction();
            Duration left = whenItsTransactionHasEnded();
            // When the server was suspended, each connection may have been about to receive one response, so one
            // response more proves a new write.
            assertThat(load.goesOn(other.address(), CONNECTIONS + 1, left))
                    .as("the other goes on")
                    .isTrue();
            one.thaw();
            for (ServerProcess server : List.of(one, other)) {
                assertThat(load.goesOn(server.address(), WRITES_AWAKE, TIMEOUT))
                        .as(server::output)
                        .isTrue();
            }
        }
        load.finish();
        checked(() -> {
            load.settle(one.address(), true);
            load.compare(other.address(), Tenancy.FIRST_ENTRIES);
        });
    }

    /// Suspends the server repeatedly until it happens to be in a transaction that holds a realm's lock.
    private void freezeInATransaction() throws Exception {
        while (true) {
            one.freeze();
            // Statements that are already running in the database need time to finish.
            Thread.sleep(100);
            if (transactionsOfTheOne() > 0) {
                return;
            }
            one.thaw();
            Thread.sleep(7);
        }
    }

    /// Waits until the transaction of the suspended server ends, at most for the documented time, and returns the
    /// time left.
    private Duration whenItsTransactionHasEnded() throws Exception {
        long deadline = System.nanoTime() + PROMISED.toNanos();
        while (transactionsOfTheOne() > 0) {
            assertThat(System.nanoTime())
                    .as("the frozen one's transaction has ended")
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    private long transactionsOfTheOne() throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select count(distinct pid) from pg_locks"
                        + " join pg_stat_activity using (pid) where application_name = 'one'"
                        // A transaction without an id does not hold any row locks.
                        + " and state = 'idle in transaction' and backend_xid is not null"
                        + " and relation = 'realm'::regclass"
                        + " and mode = 'RowShareLock' and granted")) {
            found.next();
            return found.getLong(1);
        }
    }
}
