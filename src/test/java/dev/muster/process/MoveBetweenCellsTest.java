package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.ServeCalled;
import dev.muster.directory.transfer.MoveStep;
import dev.muster.directory.transfer.TenantMove;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.Database;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantSource;
import dev.muster.storage.transfer.TenantTarget;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A tenant is moved between two cells of one server while its clients write at full rate. They neither reconnect nor
/// learn another address.
@UsesPostgres
@Timeout(600)
final class MoveBetweenCellsTest {
    private static final int CONNECTIONS = 8;
    private static final int TRIES = 600;

    @TempDir
    private Path folder;

    private String first;
    private String second;
    private Path masterKey;
    private ServerProcess server;
    private String key;
    private int written;

    @BeforeEach
    void start() throws Exception {
        first = TestPostgres.newDatabase();
        second = TestPostgres.newDatabase();
        masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        server = ServerProcess.startOnPostgres(folder.resolve("one"), first, masterKey);
        key = Tenancy.make(server.address(), "acme").productionKey();
        done("cell", "create", "b", "--url", second);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ServeCalled run(Map<String, String> more, String... arguments) {
        Map<String, String> environment =
                new HashMap<>(Map.of("MUSTER_DATABASE", first, "MUSTER_MASTER_KEY_FILE", masterKey.toString()));
        environment.putAll(more);
        return ServeCalled.with(environment, arguments);
    }

    private ServeCalled done(String... arguments) {
        ServeCalled called = run(Map.of(), arguments);
        assertThat(called.exitCode()).as("%s", called).isZero();
        return called;
    }

    private int statusOfRead() throws Exception {
        try (Client client = new Client(server.address(), key)) {
            return client.send("GET", "/v1/users?limit=1", new byte[0]).status();
        }
    }

    private void awaitRead(int status) throws Exception {
        for (int i = 0; statusOfRead() != status; i++) {
            assertThat(i).as("%s", server.output()).isLessThan(TRIES);
            Thread.sleep(50);
        }
    }

    @Test
    void noAnsweredWriteIsLostOrDoubled() throws Exception {
        Load load = new Load(key, CONNECTIONS, 5);
        load.start(server.address());
        load.awaitAnswered(200);
        for (String cell : new String[] {"b", "first"}) {
            ServeCalled moved = done("tenant", "move", "acme", "--to-cell", cell);
            System.out.println(moved.out());
            load.awaitAnswered(load.answered() + 200);
            done("tenant", "move", "acme", "--forget", "--from-cell", cell.equals("b") ? "first" : "b");
            load.awaitAnswered(load.answered() + 50);
        }
        load.finish();
        load.compare(server.address(), Tenancy.FIRST_ENTRIES);
        assertThat(run(Map.of(), "tenant", "move", "acme", "--to-cell", "first").err())
                .anyMatch(line -> line.contains("is in cell first already"));
        assertThat(run(Map.of(), "tenant", "move", "acme", "--to-cell", "c").err())
                .anyMatch(line -> line.contains("there is no cell c"));
    }

    /// So the client connects again, and is led to the other cell.
    @Test
    void aStreamOfEventsEndsWhereTheTenantWas() throws Exception {
        awaitRead(200);
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/v1/events/stream?after=0"))
                .header("Authorization", "Bearer " + key)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> stream = http.send(request, HttpResponse.BodyHandlers.ofLines());
            assertThat(stream.statusCode()).isEqualTo(200);
            done("tenant", "move", "acme", "--to-cell", "b");
            try (Stream<String> lines = stream.body()) {
                assertThat(lines).contains("event: stream.started");
            }
            awaitRead(200);
            stream = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = stream.body()) {
                assertThat(lines.anyMatch(line -> line.startsWith("event: key.")))
                        .isTrue();
            }
        }
    }

    /// Ends a move as if its process had been killed: no failure is handled.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /// Begins to move the tenant to the second cell, and kills the move when it has reached a step.
    private void killAt(MoveStep step) {
        MasterKeys keys = MasterKeys.load(masterKey);
        TenantMove move = new TenantMove(keys, keys, new SecureRandom(), (reached, _) -> {
            if (reached == step) {
                throw new Killed();
            }
        });
        assertThatThrownBy(() -> move.move(
                        "acme",
                        new TenantMove.Route(
                                () -> TenantGate.postgres(first),
                                () -> TenantSource.postgres(first),
                                () -> TenantTarget.postgres(second))))
                .isInstanceOf(Killed.class);
    }

    private int statusOfWrite() throws Exception {
        try (Client client = new Client(server.address(), key)) {
            return client.jsonOnce("POST", "/v1/users", Map.of("externalId", "refused"))
                    .status();
        }
    }

    private void assertWritable() throws Exception {
        try (Client client = new Client(server.address(), key)) {
            Client.Answer answer = client.json("POST", "/v1/users", Map.of("externalId", "written-" + ++written));
            assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        }
    }

    private void refused(ServeCalled called, String reason) {
        assertThat(called.exitCode()).as("%s", called).isEqualTo(1);
        assertThat(called.err().toString()).contains(reason);
    }

    private List<String> doctor() {
        return run(
                        Map.of("MUSTER_ROOT_KEY", ServerProcess.ROOT_KEY),
                        "doctor",
                        "--data",
                        server.data().toString(),
                        "--disk-floor",
                        "0",
                        "--port",
                        Integer.toString(server.address().getPort()))
                .out();
    }

    /// An operator finds a tenant whose writes are refused, and lets them continue.
    @Test
    void aMoveThatWasInterruptedIsFoundAndAborted() throws Exception {
        awaitRead(200);
        assertThat(doctor())
                .contains(
                        "ok       cell b: open, 0 tenants",
                        "ok       cell b: PostgreSQL's settings",
                        "ok       cell b: PostgreSQL's clock",
                        "ok       cell b: schema version " + Database.SCHEMA,
                        "ok       cell b: the database is the cell")
                .noneMatch(line -> line.startsWith("wrong"));
        for (MoveStep step : new MoveStep[] {MoveStep.FROZEN, MoveStep.ARRIVED}) {
            killAt(step);
            assertThat(statusOfWrite()).isEqualTo(503);
            assertThat(doctor()).contains("ok       cell first: open, 1 tenants");
            assertThat(doctor())
                    .anyMatch(line ->
                            line.matches("wrong    writes of acme are refused, because a move was interrupted\\."
                                    + " It was last changed at 20.*Z\\. Run .* muster tenant move acme --abort"));
            assertThat(doctor().stream().anyMatch(line -> line.contains("cell b: a copy of acme is not valid yet")))
                    .isEqualTo(step == MoveStep.ARRIVED);
            assertThat(done("tenant", "move", "acme", "--abort").out())
                    .containsExactly("Aborted the move of acme, which can be written to again.");
            assertWritable();
            assertThat(doctor()).noneMatch(line -> line.contains("acme"));
        }
        assertThat(done("tenant", "move", "acme", "--abort", "--to-cell", "b").out())
                .containsExactly("Nothing to abort: writes of acme are not refused, and no copy was found.");
        refused(run(Map.of(), "tenant", "move", "acme", "--abort", "--to-cell", "c"), "there is no cell c");
        killAt(MoveStep.LEFT);
        refused(run(Map.of(), "tenant", "move", "acme", "--abort"), "has left this database already");
        // The old copy must not be deleted while the new one is not open yet.
        refused(run(Map.of(), "tenant", "move", "acme", "--forget"), "finish the move with --to-cell b");

        // A full cell gets no tenants, but a move to it that was begun is finished.
        done("cell", "full", "b");
        done("tenant", "move", "acme", "--to-cell", "b");
        awaitRead(200);
        assertThat(doctor()).anyMatch(line -> line.matches("ok +old copies of 1 tenants that have moved: acme.*"));
        done("tenant", "move", "acme", "--forget");
        done("tenant", "move", "acme", "--to-cell", "first");
        done("tenant", "move", "acme", "--forget", "--from-cell", "b");
        refused(run(Map.of(), "tenant", "move", "acme", "--to-cell", "b"), "cell b is full");
        done("cell", "drain", "b");
        refused(run(Map.of(), "tenant", "move", "acme", "--to-cell", "b"), "cell b is draining");
        done("cell", "full", "first");
        assertThat(doctor()).anyMatch(line -> line.startsWith("warning  no cell is open"));
        done("tenant", "move", "acme", "--to-cell", "b", "--force");
        awaitRead(200);
        assertWritable();
    }

    /// A move by URL is refused if requests would no longer reach the tenant.
    @Test
    void aMoveByUrlDoesNotLoseThePlace() throws Exception {
        awaitRead(200);
        refused(run(Map.of("MUSTER_TO_DATABASE", second), "tenant", "move", "acme"), "--to-cell b");
        assertWritable();
        done("tenant", "move", "acme", "--to-cell", "b");
        refused(
                run(Map.of("MUSTER_DATABASE", second, "MUSTER_TO_DATABASE", first), "tenant", "move", "acme"),
                "--to-cell first");
        refused(run(Map.of("MUSTER_DATABASE", second), "tenant", "move", "acme", "--forget"), "--from-cell b");
        done("tenant", "move", "acme", "--forget");

        // To another installation, and back.
        String third = TestPostgres.newDatabase();
        ServeCalled moved =
                run(Map.of("MUSTER_DATABASE", second, "MUSTER_TO_DATABASE", third), "tenant", "move", "acme");
        assertThat(moved.exitCode()).as("%s", moved).isZero();
        refused(
                run(Map.of("MUSTER_DATABASE", third, "MUSTER_TO_DATABASE", first), "tenant", "move", "acme"),
                "are led to cell b");
        done("tenant", "move", "acme", "--forget", "--from-cell", "b");
        moved = run(Map.of("MUSTER_DATABASE", third, "MUSTER_TO_DATABASE", first), "tenant", "move", "acme");
        assertThat(moved.exitCode()).as("%s", moved).isZero();
        awaitRead(200);
        assertWritable();
    }

    /// Servers follow a cell to its new URL, which must lead to that cell's database.
    @Test
    void theUrlOfACellIsChanged() throws Exception {
        awaitRead(200);
        done("tenant", "move", "acme", "--to-cell", "b");
        awaitRead(200);
        refused(run(Map.of(), "cell", "set-url", "b", "--url", first), "is the cell first, not the cell b");
        refused(run(Map.of(), "cell", "set-url", "c", "--url", second), "there is no cell c");
        refused(run(Map.of(), "cell", "set-url", "first", "--url", second), "servers are started with");
        String empty = TestPostgres.newDatabase();
        assertThat(run(Map.of(), "cell", "set-url", "b", "--url", empty).err().toString())
                .contains("schema version 0");
        Database.migrate(empty);
        refused(run(Map.of(), "cell", "set-url", "b", "--url", empty), "is no cell, not the cell b");
        try (Connection connection = DriverManager.getConnection(empty);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into cell (name, state, created_at) values ('b', 0, 0)");
        }
        refused(run(Map.of(), "cell", "set-url", "b", "--url", empty), "has none of the tenants of cell b");
        assertWritable();

        String other = second + (second.contains("?") ? "&" : "?") + "tcpNoDelay=true";
        try (Connection connection = DriverManager.getConnection(second);
                Statement statement = connection.createStatement()) {
            statement.execute("create role muster_b superuser login password 'secret'");
        }
        other = other.replaceAll("user=[^&]*", "user=muster_b");
        done("cell", "set-url", "b", "--url", other);
        for (int i = 0; !isUsed("muster_b"); i++) {
            assertThat(i).as("%s", server.output()).isLessThan(TRIES);
            Thread.sleep(50);
        }
        awaitRead(200);
        assertWritable();
    }

    private boolean isUsed(String role) throws SQLException {
        try (Connection connection = DriverManager.getConnection(second);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from pg_stat_activity where usename = '" + role
                        + "' and application_name <> 'muster doctor'")) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    /// The tenant is in the other cell already, but requests are still led to the first one.
    @Test
    void aMoveThatWasInterruptedLastIsFinished() throws Exception {
        awaitRead(200);
        killAt(MoveStep.OPENED);
        awaitRead(503);
        assertThat(run(Map.of(), "tenant", "move", "acme", "--forget", "--from-cell", "first")
                        .err())
                .anyMatch(line -> line.contains("are still led to cell first"));
        assertThat(done("tenant", "move", "acme", "--to-cell", "b").out())
                .containsExactly("Finished the move of acme that was begun earlier.");
        awaitRead(200);
        assertThat(done("cell", "list").out())
                .anyMatch(line -> line.matches("first +open +0 .*"))
                .anyMatch(line -> line.matches("b +open +1 .*"));
    }
}
