package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import dev.muster.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// While the disk is full, writes are refused and nothing is lost. The tests use a real, small disk.
@Timeout(300)
class FullDiskTest {
    private static final int FILLINGS = Boolean.getBoolean("muster.long") ? 20 : 3;

    /// Large enough for what the load writes before the disk is filled: only the filling can be removed again, so a
    /// smaller disk would run out of space for good. The load writes a few MiB per second, and on a busy machine
    /// this test may wait for many seconds.
    private static final int MEBIBYTES = 128;

    /// So small that the write-ahead log fills the disk before it is long enough to be checkpointed.
    private static final int SMALLEST_MEBIBYTES = 5;

    private static final int CONNECTIONS = 6;
    private static final long WRITES = 200;

    @TempDir
    private Path folder;

    @Test
    void writesAreRefusedReadsWorkAndConfirmedWritesAreKept() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), MEBIBYTES);
                ServerProcess server = ServerProcess.start(disk)) {
            Tenancy tenancy = Tenancy.make(server.address(), "acme");
            Probe probe = new Probe(server, tenancy.productionKey());
            Load load = new Load(tenancy.testKey(), CONNECTIONS, 7);
            load.start(server.address());
            for (int filling = 0; filling < FILLINGS; filling++) {
                load.awaitAnswered(load.answered() + WRITES);
                disk.fill();
                probe.writeUntilThereIsNoRoom();
                probe.read();
                disk.free();
                // Writes resume without intervention.
                load.awaitAnswered(load.answered() + WRITES);
                probe.write();
            }
            disk.fill();
            probe.writeUntilThereIsNoRoom();
            server.kill();
            load.await();
            disk.free();
            server.restart();
            probe.compare();
            load.settle(server.address(), true);
            load.compare(server.address(), Tenancy.FIRST_ENTRIES);
            assertThat(server.output()).contains("no room to write");
        }
    }

    /// The write-ahead log itself may have filled the disk. As soon as a little space is free again, the log is
    /// checkpointed and truncated, before it can use up that space too.
    @Test
    void aWriteAheadLogThatFilledTheDiskIsWrittenBack() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), SMALLEST_MEBIBYTES);
                ServerProcess server = ServerProcess.start(disk)) {
            disk.take(1 << 20);
            Probe probe =
                    new Probe(server, Tenancy.make(server.address(), "acme").productionKey());
            probe.writeUntilThereIsNoRoom();
            disk.free();
            probe.writeAtTheSecondAttempt();
            assertThat(Files.size(disk.fromHere().resolve("muster.db-wal"))).isLessThan(1 << 20);
            for (int i = 0; i < 50; i++) {
                probe.write();
            }
            probe.compare();
        }
    }

    @Test
    void aBackupForWhichThereIsNoRoomTakesNone() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), MEBIBYTES);
                ServerProcess server = ServerProcess.start(disk);
                Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            Probe probe =
                    new Probe(server, Tenancy.make(server.address(), "acme").productionKey());
            disk.fill();
            Fields backup = root.json("POST", "/v1/backups", null).json();
            while (backup.text("state").equals("running")) {
                Thread.sleep(10);
                backup = root.get("/v1/backups/" + backup.text("id")).json();
            }
            assertThat(backup.text("state")).isEqualTo("failed");
            assertThat(backup.text("problem")).contains("SQLITE_FULL");
            try (Stream<Path> left = Files.list(disk.fromHere().resolve("backups"))) {
                assertThat(left).isEmpty();
            }
            disk.free();
            probe.write();
        }
    }

    /// On a full disk, writes that end someone's access still succeed. They use a reserve of disk space, which is
    /// restored afterwards.
    @Test
    void onAFullDiskOnlyUrgentCommandsAreExecuted() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), MEBIBYTES);
                ServerProcess server = ServerProcess.start(disk)) {
            Tenancy tenancy = Tenancy.make(server.address(), "acme");
            Path reserve = disk.fromHere().resolve("muster.reserve");
            try (Client admin = new Client(server.address(), tenancy.testKey())) {
                Fields stolen = ok(admin.json("POST", "/v1/keys", Map.of("name", "stolen", "role", "admin")), 201);
                ok(admin.json("POST", "/v1/users", Map.of("externalId", "ana")), 201);
                for (String operator : List.of("ann", "bob")) {
                    ok(
                            admin.json(
                                    "POST",
                                    "/v1/operators",
                                    Map.of("username", operator, "role", "admin", "password", PASSWORD)),
                            201);
                }
                Browser ann = Browser.signedIn(server.address(), "acme", "test", "ann", PASSWORD);
                assertThat(Files.size(reserve)).isEqualTo(16 << 20);
                disk.fill();
                registerUntilThereIsNoRoom(admin);
                assertThat(reserve).doesNotExist();

                ok(admin.jsonOnce("PUT", "/v1/users/external:ana/holds/blocked", Map.of("reason", "fraud")), 200);
                assertThat(admin.get("/v1/users/external:ana/standing").json().text("decision"))
                        .isEqualTo("deny");
                ok(admin.send("DELETE", "/v1/keys/" + stolen.text("keyId"), new byte[0]), 200);
                assertThat(Client.once(server.address(), stolen.text("apiKey"), "GET", "/v1/users", new byte[0])
                                .status())
                        .isEqualTo(401);
                ok(admin.send("POST", "/v1/operators/bob/disable", new byte[0]), 200);
                assertThat(ann.send("POST", "/console/acme/test/sign-out", Map.of())
                                .status())
                        .isEqualTo(303);
                Browser.signedIn(server.address(), "acme", "test", "ann", PASSWORD);
                // Even many of these writes succeed, while no other write may use the reserve.
                for (int i = 0; i < 300; i++) {
                    ok(admin.jsonOnce("PUT", "/v1/users/external:ana/holds/blocked", Map.of("reason", "r" + i)), 200);
                }
                assertNoRoom(admin.jsonOnce("POST", "/v1/users", Map.of("externalId", "bea")));
                assertNoRoom(admin.jsonOnce("POST", "/v1/groups", Map.of("name", "Staff")));
                assertNoRoom(admin.jsonOnce(
                        "POST", "/v1/jobs", Map.of("jobId", "job-1", "type", 5, "user", "external:cid")));
                assertNoRoom(admin.jsonOnce("POST", "/v1/keys", Map.of("name", "new", "role", "admin")));

                disk.free();
                ok(admin.json("POST", "/v1/users", Map.of("externalId", "bea")), 201);
                assertThat(Files.size(reserve)).isEqualTo(16 << 20);
                assertThat(admin.get("/v1/journal/verify").json().flag("valid")).isTrue();
            }
        }
    }

    private static final String PASSWORD = "a long word of ann's own";

    private static Fields ok(Client.Answer answer, int status) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        return answer.json();
    }

    private static void assertNoRoom(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(503);
        assertThat(answer.json().text("code")).isEqualTo("no_room");
    }

    /// Pages that are already in the write-ahead log need no additional space, so the first writes may succeed.
    private static void registerUntilThereIsNoRoom(Client client) throws IOException {
        Client.Answer answer;
        int n = 0;
        do {
            answer = client.jsonOnce("POST", "/v1/users", Map.of("externalId", "filler-" + n++));
        } while (answer.status() == 201);
        assertNoRoom(answer);
    }

    /// A client that writes a little and remembers which value was confirmed last.
    private static final class Probe {
        private static final String USER = "/v1/users/external:probe";

        private final ServerProcess server;
        private final String key;
        private String name;

        Probe(ServerProcess server, String key) throws IOException {
            this.server = server;
            this.key = key;
            try (Client client = new Client(server.address(), key)) {
                assertThat(client.json("POST", "/v1/users", Map.of("externalId", "probe"))
                                .status())
                        .isEqualTo(201);
            }
            write();
        }

        private Client.Answer send(Client client) throws IOException {
            String next = "name " + System.nanoTime();
            Client.Answer answer = client.send("PATCH", USER, Json.write(Map.of("name", next)), Client.JSON);
            if (answer.status() == 200) {
                name = next;
            }
            return answer;
        }

        void write() throws IOException {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer answer = send(client);
                while (answer.isBusy()) {
                    answer = send(client);
                }
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            }
        }

        void writeUntilThereIsNoRoom() throws IOException {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer answer = send(client);
                while (answer.status() == 200) {
                    answer = send(client);
                }
                assertThat(answer.status()).as("%s", answer).isEqualTo(503);
                assertThat(answer.json().text("code")).isEqualTo("no_room");
                assertThat(answer.header("Retry-After")).isNotEmpty();
            }
        }

        /// Writes, and retries once if the first attempt finds that the disk is full.
        void writeAtTheSecondAttempt() throws IOException {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer answer = send(client);
                if (answer.isBusy()) {
                    answer = send(client);
                }
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            }
        }

        void read() throws IOException {
            compare();
            try (Client client = new Client(server.address(), key)) {
                for (String target : List.of(USER + "/standing", "/v1/users?q=probe", "/health/ready")) {
                    Client.Answer answer = client.send("GET", target, new byte[0]);
                    assertThat(answer.status()).as("%s: %s", target, answer).isEqualTo(200);
                }
            }
        }

        /// Asserts that the last confirmed value is stored and that the journal is valid.
        void compare() throws IOException {
            try (Client client = new Client(server.address(), key)) {
                Client.Answer answer = client.send("GET", USER, new byte[0]);
                assertThat(answer.text()).contains("\"" + name + "\"");
                assertThat(client.get("/v1/journal/verify").json().flag("valid"))
                        .isTrue();
            }
        }
    }
}
