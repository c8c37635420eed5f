package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ServeCalled;
import dev.muster.TestServer;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A tenant is moved with the commands `tenant export` and `tenant import`: from a running server with an embedded
/// database to a running server on PostgreSQL with other keys, and back into an empty folder.
@UsesPostgres
@Timeout(300)
final class TenantFilesTest {
    private static final String KEY = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    private static final int CONNECTIONS = 4;

    @TempDir
    private Path folder;

    private ServeCalled muster(Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(Map.of("MUSTER_TRANSFER_KEY", KEY));
        all.putAll(environment);
        return ServeCalled.with(all, arguments);
    }

    private static ServeCalled done(ServeCalled called) {
        assertThat(called.exitCode()).as("%s", called).isZero();
        return called;
    }

    private static Client.Answer register(URI server, String key, String email, String idempotencyKey)
            throws IOException {
        try (Client client = new Client(server, key)) {
            return client.json("POST", "/v1/users", Map.of("email", email), "Idempotency-Key: " + idempotencyKey);
        }
    }

    private static String accessToken(URI server, String apiKey) throws IOException {
        try (Client admin = new Client(server, apiKey);
                Client anyone = new Client(server, null)) {
            Map<String, String> operator = Map.of("username", "ada", "password", TestServer.PASSWORD, "role", "admin");
            assertThat(admin.json("POST", "/v1/operators", operator).status()).isEqualTo(201);
            Client.Answer in = anyone.json(
                    "POST",
                    "/api/v1/user/login/",
                    Map.of("username", "ada", "password", TestServer.PASSWORD),
                    "apikey: " + apiKey);
            assertThat(in.status()).as("%s", in).isEqualTo(200);
            return in.json().text("access");
        }
    }

    /// Checks the journal on the server, and offline with the checkpoints of every server that had the tenant.
    private void assertVerifies(URI server, String apiKey, Path... publicKeys) throws IOException {
        try (Client client = new Client(server, apiKey)) {
            Fields verified = client.get("/v1/journal/verify").json();
            assertThat(verified.flag("valid")).as("%s", verified).isTrue();
            assertThat(client.get("/v1/journal/reconcile").json().flag("consistent"))
                    .isTrue();
            Path journal = Files.write(
                    folder.resolve("journal.ndjson"),
                    client.get("/v1/journal/export").body());
            Path checkpoints = Files.write(
                    folder.resolve("checkpoints.txt"),
                    client.get("/v1/journal/checkpoints").body());
            // The first server signed the tenant's realms together with those of its neighbour.
            assertThat(Files.readAllLines(checkpoints)).anyMatch(line -> line.startsWith("muster-checkpoint-3 "));
            List<String> command = Stream.concat(
                            Stream.of(
                                    "journal",
                                    "verify",
                                    "--file",
                                    journal.toString(),
                                    "--checkpoints",
                                    checkpoints.toString()),
                            Stream.of(publicKeys).flatMap(key -> Stream.of("--public-key", key.toString())))
                    .toList();
            assertThat(done(ServeCalled.with(Map.of(), command.toArray(String[]::new)))
                            .out()
                            .toString())
                    .contains("Valid: ", "Authentic up to entry ");
        }
    }

    @Test
    void aTenantMovesToAnotherDatabaseAndBack() throws Exception {
        Path data = folder.resolve("first");
        Path file = folder.resolve("acme.tenant");
        String token;
        String answered;
        Tenancy tenancy;
        try (ServerProcess server = ServerProcess.start(data)) {
            tenancy = Tenancy.make(server.address(), "acme");
            Tenancy.make(server.address(), "neighbour");
            token = accessToken(server.address(), tenancy.testKey());
            answered = register(server.address(), tenancy.testKey(), "first@example.com", "once")
                    .text();
            // A server signs what it has written before it stops, so there are checkpoints to export.
            server.terminate();
            assertThat(server.await()).isZero();
            server.restart();
            Load load = new Load(tenancy.productionKey(), CONNECTIONS, 3);
            load.start(server.address());
            load.awaitAnswered(100);
            ServeCalled exported =
                    done(muster(Map.of(), "tenant", "export", "acme", "--to", file.toString(), "--data", data + ""));
            assertThat(exported.out()).singleElement().asString().startsWith("Exported acme, ");
            load.awaitAnswered(load.answered() + 50);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(folder.resolve("acme.tenant.part")).doesNotExist();
            server.terminate();
            load.await();
            assertThat(server.await()).isZero();
        }
        // The end of that journal belongs to the first server alone, since it went on.
        Path second = folder.resolve("second");
        Path back = folder.resolve("back.tenant");
        String url = TestPostgres.newDatabase();
        Path masterKey = ServerProcess.masterKey(folder.resolve("second.key"));
        Map<String, String> onPostgres = Map.of("MUSTER_DATABASE", url, "MUSTER_MASTER_KEY_FILE", masterKey.toString());
        try (ServerProcess server = ServerProcess.startOnPostgres(second, url, masterKey)) {
            Tenancy.make(server.address(), "another");
            try (Client client = new Client(server.address(), tenancy.testKey())) {
                assertThat(client.get("/v1/users").status()).isEqualTo(401);
            }
            assertThat(done(muster(onPostgres, "tenant", "import", file.toString()))
                            .out()
                            .toString())
                    .contains("Running servers have it now.");
            assertWorks(server.address(), tenancy, token, answered);
            assertVerifies(
                    server.address(),
                    tenancy.testKey(),
                    data.resolve("checkpoint.key.pub"),
                    second.resolve("checkpoint.key.pub"));
            try (Client client = new Client(server.address(), tenancy.productionKey())) {
                assertThat(client.json("POST", "/v1/users", Map.of("email", "new@example.com"))
                                .status())
                        .isEqualTo(201);
                assertThat(client.get("/v1/journal/verify").json().flag("valid"))
                        .isTrue();
            }
            server.terminate();
            assertThat(server.await()).isZero();
        }
        done(muster(onPostgres, "tenant", "export", "acme", "--to", back.toString()));
        Path third = folder.resolve("third");
        assertThat(done(muster(Map.of(), "tenant", "import", back.toString(), "--data", third + ""))
                        .out()
                        .toString())
                .contains("Start the server now.");
        try (ServerProcess server = ServerProcess.start(third)) {
            assertWorks(server.address(), tenancy, token, answered);
            assertVerifies(
                    server.address(),
                    tenancy.productionKey(),
                    data.resolve("checkpoint.key.pub"),
                    second.resolve("checkpoint.key.pub"),
                    third.resolve("checkpoint.key.pub"));
            try (Client client = new Client(server.address(), ServerProcess.ROOT_KEY)) {
                assertThat(client.get("/v1/tenants").text()).contains("acme").doesNotContain("neighbour", "another");
            }
        }
    }

    private static void assertWorks(URI server, Tenancy tenancy, String token, String answered) throws IOException {
        try (Client client = new Client(server, token)) {
            assertThat(client.get("/v1/users/email:first@example.com").status()).isEqualTo(200);
        }
        assertThat(register(server, tenancy.testKey(), "first@example.com", "once")
                        .text())
                .isEqualTo(answered);
        try (Client client = new Client(server, tenancy.productionKey())) {
            long users = client.get("/v1/users?limit=1").json().in("page").number("total");
            assertThat(users).isGreaterThanOrEqualTo(20);
            assertThat(client.get("/v1/users/number:" + users).status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsRefusedIsSaidInOneLine() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("acme.tenant");
        String[] export = {"tenant", "export", "acme", "--to", file.toString(), "--data", data.toString()};
        String[] importing = {"tenant", "import", file.toString(), "--data", data.toString()};
        assertThat(muster(Map.of(), export).err()).singleElement().asString().contains("master.key");
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(muster(Map.of(), export))
                    .isEqualTo(new ServeCalled(
                            1, List.of(), List.of("muster tenant export: there is no tenant acme in the database")));
            assertThat(file).doesNotExist();
            Tenancy.make(server.address(), "acme");
            Path nowhere = folder.resolve("nowhere/acme.tenant");
            assertThat(muster(
                                    Map.of(),
                                    "tenant",
                                    "export",
                                    "acme",
                                    "--to",
                                    nowhere.toString(),
                                    "--data",
                                    data.toString())
                            .err())
                    .singleElement()
                    .asString()
                    .startsWith("muster tenant export: " + nowhere + " cannot be read or written: ");
            done(muster(Map.of(), export));
            assertThat(muster(Map.of(), export).err())
                    .containsExactly("muster tenant export: " + file + " exists already and is not overwritten");
            assertThat(muster(Map.of(), importing).err())
                    .singleElement()
                    .asString()
                    .contains("another process is using the data folder");
            server.terminate();
            server.await();
        }
        assertThat(muster(Map.of(), importing).err())
                .singleElement()
                .asString()
                .startsWith("muster tenant import: the database already has the tenant acme");
        assertThat(muster(Map.of("MUSTER_TRANSFER_KEY", "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg="), importing)
                        .err())
                .singleElement()
                .asString()
                .contains("was sealed with transfer key");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(muster(Map.of(), importing))
                .isEqualTo(new ServeCalled(
                        1, List.of(), List.of("muster tenant import: the file is damaged, incomplete or altered")));
        Path unused = folder.resolve("unused");
        assertThat(muster(Map.of(), "tenant", "import", file.toString(), "--data", unused.toString())
                        .err())
                .containsExactly("muster tenant import: the file is damaged, incomplete or altered");
        assertThat(unused).isEmptyDirectory();
        assertThat(ServeCalled.with(Map.of(), importing).err())
                .first()
                .asString()
                .startsWith("muster tenant import: --transfer-key-file is missing");
    }
}
