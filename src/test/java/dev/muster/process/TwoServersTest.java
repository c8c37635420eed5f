package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.rest.UserText;
import dev.muster.directory.ExportedJournal;
import dev.muster.model.user.User;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.format.ApiKeyText;
import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
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

/// Two servers over one PostgreSQL act as one.
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

    /// Bounds a wait that only ends where something hangs; the machine may be busy.
    private static final Duration PATIENCE = Duration.ofSeconds(LONG ? 600 : 60);

    /// What the other server is promised.
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
        // The connections of the one can be told from those of the other.
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
            assertThat(load.goesOn(server.address(), WRITES, PATIENCE)).isTrue();
        }
        load.finish();
        checked(() -> {
            // Each finds what the other was told, and answers the other's requests again.
            load.settle(other.address(), false);
            load.compare(one.address(), Tenancy.FIRST_ENTRIES);
            load.compare(other.address(), Tenancy.FIRST_ENTRIES);
        });
    }

    private interface Check {
        void check() throws Exception;
    }

    /// With what the servers have to say, where it fails.
    private void checked(Check check) throws Exception {
        try {
            check.check();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + one.output() + "\n" + other.output(), e);
        }
    }

    /// Both do everything to the same users; afterwards the journal alone says the same of each as both servers do.
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
            // A hold that ends by itself is journalled by a chore, which may come between the two.
            Client.Answer page;
            String export;
            String head;
            do {
                head = client.get("/v1/journal/head").text();
                page = client.get("/v1/users?limit=1000");
                export = client.get("/v1/journal/export").text();
            } while (!client.get("/v1/journal/head").text().equals(head));
            assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();
            Map<UUID, User> replayed = replay(export, key);
            List<Fields> users = page.json().items("items");
            assertThat(users).hasSizeGreaterThan(10).hasSize(replayed.size());
            Map<String, Long> statuses = new TreeMap<>();
            for (Fields user : users) {
                Instant at = Instant.parse(user.in("standing").text("at"));
                User made = replayed.get(UUID.fromString(user.text("id")));
                assertThat(user).isEqualTo(Fields.of(UserText.of(made.at(at), at, _ -> "admin")));
                statuses.merge(made.standing(at).status().word(), 1L, Long::sum);
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

    /// The same address, told to both at the same time: one of them has it, and the other says so.
    @Test
    void whatIsUniqueStaysUnique() throws Exception {
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

    /// The same request under the same key, sent to both at the same time: done once, and both give the same answer.
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

    /// Once the one has answered that a key is revoked, the other lets it write nothing, and soon not read either.
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
            // Its writes are refused at once, its reads within a second: here they already are, or will be.
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

    /// Writes on the other server until it is refused, and gives how many writes were sent and done after the
    /// revocation.
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

    /// A server that stands still in the middle of a transaction holds the realm's lock. The database ends that
    /// transaction; the server that wakes up finds it gone, and does again what was not done.
    @Test
    void whileOneIsFrozenTheOtherGoesOn() throws Exception {
        Load load = new Load(Tenancy.make(one.address(), "frozen").testKey(), CONNECTIONS, 2);
        load.start(one.address(), other.address());
        for (int freeze = 0; freeze < FREEZES; freeze++) {
            freezeInATransaction();
            Duration left = whenItsTransactionHasEnded();
            // Each connection may have had an answer on its way since before: one more, and all of them is new.
            assertThat(load.goesOn(other.address(), CONNECTIONS + 1, left))
                    .as("the other goes on")
                    .isTrue();
            one.thaw();
            for (ServerProcess server : List.of(one, other)) {
                assertThat(load.goesOn(server.address(), WRITES_AWAKE, PATIENCE))
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

    /// Stops it somewhere, until it is where the database waits for it with a realm locked.
    private void freezeInATransaction() throws Exception {
        while (true) {
            one.freeze();
            // What was under way in the database comes to its end first.
            Thread.sleep(100);
            if (transactionsOfTheOne() > 0) {
                return;
            }
            one.thaw();
            Thread.sleep(7);
        }
    }

    /// Waits for that as long as is promised, and gives how much of that time is left.
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
                        // Without a transaction id it has locked no row: the other had them all.
                        + " and state = 'idle in transaction' and backend_xid is not null"
                        + " and relation = 'realm'::regclass"
                        + " and mode = 'RowShareLock' and granted")) {
            found.next();
            return found.getLong(1);
        }
    }
}
