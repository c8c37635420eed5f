package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ServeCalled;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
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

    /// The tenant is in the other cell already, but requests are still led to the first one.
    @Test
    void aMoveThatWasInterruptedLastIsFinished() throws Exception {
        awaitRead(200);
        ServeCalled moved = run(Map.of("MUSTER_TO_DATABASE", second), "tenant", "move", "acme");
        assertThat(moved.exitCode()).as("%s", moved).isZero();
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
