package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ServeCalled;
import dev.muster.TestServer;
import dev.muster.storage.Database;
import dev.muster.testing.FreePort;
import dev.muster.testing.PostgresProcess;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One server with two cells: tenants are placed in both, every way to name a tenant reaches its cell, and the failure
/// of one cell is not noticed by the tenants of the other.
@UsesPostgres
@Timeout(600)
final class CellsTest {
    private static final int TRIES = 600;

    @TempDir
    private Path folder;

    private String first;
    private Path masterKey;
    private PostgresProcess second;
    private ServerProcess server;
    private int adminPort;

    /// A tenant as root sees it when it is created.
    private record Made(String partnerId, String apiKey, String apiSecret, String productionKey) {}

    @BeforeEach
    void start() {
        first = TestPostgres.newDatabase();
        masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        second = PostgresProcess.start(folder);
        adminPort = FreePort.find();
        server = ServerProcess.startOnPostgres(
                folder.resolve("one"), first, masterKey, "--admin-port", Integer.toString(adminPort));
    }

    @AfterEach
    void stop() {
        server.close();
        second.close();
    }

    private ServeCalled cell(String... arguments) {
        List<String> all = new ArrayList<>(List.of("cell"));
        all.addAll(List.of(arguments));
        return ServeCalled.with(
                Map.of("MUSTER_DATABASE", first, "MUSTER_MASTER_KEY_FILE", masterKey.toString()),
                all.toArray(String[]::new));
    }

    private static ServeCalled done(ServeCalled called) {
        assertThat(called.exitCode()).as("%s", called).isZero();
        return called;
    }

    private Client.Answer root(String method, String target, Object body, String... headers) throws IOException {
        try (Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            return root.json(method, target, body, headers);
        }
    }

    private Made make(String partnerId) throws IOException {
        Client.Answer answer = root("POST", "/v1/tenants", Map.of("name", partnerId, "partnerId", partnerId));
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        Fields test = answer.json().in("environments").in("test");
        return new Made(
                partnerId,
                test.text("apiKey"),
                test.text("apiSecret"),
                answer.json().in("environments").in("production").text("apiKey"));
    }

    /// Adds the second cell, and creates tenants until one is in it.
    private Made inSecondCell() throws Exception {
        done(cell("create", "b", "--url", second.url()));
        for (int i = 0; i < TRIES; i++) {
            Made made = make("tenant-" + i);
            if (isIn(second.url(), made.partnerId())) {
                return made;
            }
            Thread.sleep(200);
        }
        throw new AssertionError("no tenant is created in the second cell:\n" + server.output());
    }

    private static boolean isIn(String url, String partnerId) throws SQLException {
        return number(url, "select count(*) from tenant where partner_id = '" + partnerId + "'") == 1;
    }

    private static long number(String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void execute(String url, String text) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(text);
        }
    }

    /// Waits until a tenant's request is answered with a status.
    private Client.Answer await(Made tenant, int status) throws Exception {
        Client.Answer answer = null;
        for (int i = 0; i < TRIES; i++) {
            answer = me(tenant);
            if (answer.status() == status) {
                return answer;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(answer + "\n" + server.output());
    }

    private Client.Answer me(Made tenant) throws IOException {
        return Client.once(server.address(), tenant.apiKey(), "GET", "/v1/me", new byte[0]);
    }

    private String metrics() throws IOException {
        return Client.once(URI.create("http://127.0.0.1:" + adminPort), null, "GET", "/metrics", new byte[0])
                .text();
    }

    private List<String> tenants(String query) throws IOException {
        return root("GET", "/v1/tenants" + query, null).json().items("items").stream()
                .map(tenant -> tenant.text("partnerId"))
                .toList();
    }

    @Test
    void everyWayToNameATenantReachesItsCell() throws Exception {
        Made old = make("old");
        Made other = inSecondCell();
        assertThat(isIn(first, other.partnerId())).isFalse();
        assertThat(done(cell("list")).out())
                .anyMatch(line -> line.matches("first +open +\\d+ +this one"))
                .anyMatch(line -> line.matches("b +open +1 +jdbc:postgresql://.*"));

        for (Made tenant : List.of(old, other)) {
            inEveryDialect(tenant);
            inTheConsole(tenant);
            byRoot(tenant);
        }
        assertThat(number(second.url(), "select count(*) from users")).isEqualTo(1);

        // The merged list is complete, also page by page.
        List<String> all = tenants("");
        assertThat(all).contains("old", other.partnerId()).isSorted().doesNotHaveDuplicates();
        List<String> pages = new ArrayList<>();
        for (String query = "?limit=1"; query != null; ) {
            Client.Answer page = root("GET", "/v1/tenants" + query, null);
            page.json().items("items").forEach(tenant -> pages.add(tenant.text("partnerId")));
            Fields about = page.json().in("page");
            query = about.any("next") == null ? null : "?limit=1&after=" + about.text("next");
        }
        assertThat(pages).isEqualTo(all);

        // A partner id is unique among all cells, and a draining cell gets no new tenants.
        assertThat(root("POST", "/v1/tenants", Map.of("name", "again", "partnerId", other.partnerId()))
                        .status())
                .isEqualTo(409);
        assertThat(root("POST", "/v1/tenants", Map.of("name", "again", "partnerId", "old"))
                        .status())
                .isEqualTo(409);
        done(cell("drain", "first"));
        assertThat(isIn(second.url(), make("drained-1").partnerId())).isTrue();
        assertThat(isIn(second.url(), make("drained-2").partnerId())).isTrue();
        Client.Answer once = root(
                "POST", "/v1/tenants", Map.of("name", "repeated", "partnerId", "repeated"), "Idempotency-Key: once");
        Client.Answer twice = root(
                "POST", "/v1/tenants", Map.of("name", "repeated", "partnerId", "repeated"), "Idempotency-Key: once");
        assertThat(once.status()).isEqualTo(201);
        // The same cell knows that it has carried out the request. The keys are not shown again.
        assertThat(twice.text()).contains("secret_not_kept", once.json().text("tenantId"));
    }

    private void inEveryDialect(Made tenant) throws IOException {
        URI address = server.address();
        String key = tenant.apiKey();
        try (Client client = new Client(address, key);
                Client anyone = new Client(address, null)) {
            Client.Answer user =
                    client.json("POST", "/v1/users", Map.of("externalId", "ann", "email", "ann@example.com"));
            assertThat(user.status()).as("%s", user).isEqualTo(201);
            String id = user.json().text("id");

            Client.Answer exchanged = anyone.json(
                    "POST", "/dpop/v1/api/generate-token", Map.of("apiKey", key, "apiSecret", tenant.apiSecret()));
            assertThat(exchanged.status()).as("%s", exchanged).isEqualTo(200);
            Fields tokens = exchanged.json().in("data").in("credentials");
            Client.Answer refreshed = anyone.json(
                    "POST", "/dpop/v1/api/generate-token", Map.of("refreshToken", tokens.text("refreshToken")));
            assertThat(refreshed.status()).as("%s", refreshed).isEqualTo(200);
            assertThat(Client.once(
                                    address,
                                    tokens.text("accessToken"),
                                    "GET",
                                    "/partner/v1/get-user?userId=" + id,
                                    new byte[0])
                            .status())
                    .isEqualTo(200);

            assertThat(Client.once(address, null, "GET", "/user?email_id=1", new byte[0], "X-API-Key: " + key)
                            .status())
                    .isEqualTo(200);
            assertThat(client.get("/user?email_id=1").status()).isEqualTo(200);

            Map<String, Object> call = Signing.signed(
                    tenant.apiSecret(),
                    "partner_id",
                    tenant.partnerId(),
                    Map.of("user_id", "ann", "environment", "test", "email", "a@example.org", "active", true));
            Client.Answer enrollee = anyone.json("POST", "/api/v2/partner/enrollee", call);
            assertThat(enrollee.status()).as("%s", enrollee).isEqualTo(200);
            Client.Answer upload = anyone.json(
                    "POST",
                    "/smileid/v1/upload",
                    Signing.signed(
                            tenant.apiSecret(),
                            "smile_client_id",
                            tenant.partnerId(),
                            Map.of("partner_params", Map.of("user_id", "bob", "job_id", "job-1", "job_type", 4))));
            assertThat(upload.status()).as("%s", upload).isEqualTo(200);
            // What is uploaded is no zip file, which only the cell that reserved the job says.
            Client.Answer sent = Client.once(
                    address,
                    null,
                    "PUT",
                    URI.create(upload.json().text("upload_url")).getPath(),
                    new byte[] {1, 2, 3},
                    "Content-Type: application/zip");
            assertThat(sent.status()).as("%s", sent).isEqualTo(400);

            Map<String, String> operator = Map.of("username", "ada", "password", TestServer.PASSWORD, "role", "admin");
            assertThat(client.json("POST", "/v1/operators", operator).status()).isEqualTo(201);
            Client.Answer in = anyone.json(
                    "POST",
                    "/api/v1/user/login/",
                    Map.of("username", "ada", "password", TestServer.PASSWORD),
                    "apikey: " + key);
            assertThat(in.status()).as("%s", in).isEqualTo(200);
            try (Client both = new Client(address, in.json().text("access"))) {
                Client.Answer blocked =
                        both.json("POST", "/api/v1/block/user/", Map.of("unique_id", "ann"), "apikey: " + key);
                assertThat(blocked.status()).as("%s", blocked).isEqualTo(200);
            }
            assertThat(client.get("/v1/users/" + id).json().in("standing").text("status"))
                    .isEqualTo("blocked");
        }
    }

    private void inTheConsole(Made tenant) throws IOException {
        Browser browser = Browser.signedIn(server.address(), tenant.partnerId(), "test", "ada", TestServer.PASSWORD);
        String base = "/console/" + tenant.partnerId() + "/test";
        assertThat(browser.send("GET", base + "/users", Map.of()).text()).contains("ann@example.com");
        assertThat(browser.send("GET", "/console", Map.of()).header("Location")).isEqualTo(base + "/overview");
        try (Client client = new Client(server.address(), tenant.apiKey())) {
            Client.Answer invited = client.json("POST", "/v1/operators", Map.of("username", "eve", "role", "viewer"));
            assertThat(invited.status()).as("%s", invited).isEqualTo(201);
            String path =
                    URI.create(invited.json().in("invitation").text("link")).getPath();
            Client.Answer page = Client.once(server.address(), null, "GET", path, new byte[0]);
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            assertThat(page.text()).contains("eve", tenant.partnerId());
        }
    }

    private void byRoot(Made tenant) throws IOException {
        String path = "/v1/tenants/" + tenant.partnerId() + "/test";
        assertThat(root("GET", path + "/quotas", null).json().in("used").number("users"))
                .isEqualTo(1);
        Client.Answer key = root("POST", path + "/keys", Map.of("name", "another"));
        assertThat(key.status()).as("%s", key).isEqualTo(201);
        assertThat(Client.once(server.address(), key.json().text("apiKey"), "GET", "/v1/me", new byte[0])
                        .status())
                .isEqualTo(200);
    }

    /// The database of a cell is stopped, and later started again.
    @Test
    void theFailureOfACellConcernsOnlyItsTenants() throws Exception {
        Made old = make("old");
        Made other = inSecondCell();
        assertThat(me(other).status()).isEqualTo(200);

        second.stopHard();
        Client.Answer refused = await(other, 503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.text()).contains("busy");
        awaitLog("cell b is not served");
        assertThat(metrics()).contains("muster_cell_served{cell=\"b\"} 0", "muster_cell_served{cell=\"first\"} 1");
        assertThat(root("GET", "/health/ready", null).status()).isEqualTo(200);
        assertThat(me(old).status()).isEqualTo(200);
        // What is about all cells is refused, rather than answered in part.
        assertThat(Client.once(server.address(), ServerProcess.ROOT_KEY, "GET", "/v1/tenants", new byte[0])
                        .status())
                .isEqualTo(503);
        // The sign-in page needs no cell.
        String cookie = "Cookie: muster=" + other.apiKey().split("_", -1)[2] + ".AAAA";
        assertThat(Client.once(server.address(), null, "GET", "/console/sign-in", new byte[0], cookie)
                        .status())
                .isEqualTo(200);

        // A server that starts meanwhile serves the first cell.
        server.terminate();
        server.await();
        server.restart();
        assertThat(me(old).status()).isEqualTo(200);
        assertThat(me(other).status()).isEqualTo(503);

        second.start();
        await(other, 200);
        assertThat(metrics()).contains("muster_cell_served{cell=\"b\"} 1");
        assertThat(tenants("")).contains("old", other.partnerId());
    }

    private void awaitLog(String text) throws InterruptedException {
        for (int i = 0; i < TRIES && !server.output().contains(text); i++) {
            Thread.sleep(100);
        }
        assertThat(server.output()).contains(text);
    }

    /// A cell is not served at another schema version, or if its URL leads to another database.
    @Test
    void aDatabaseThatIsNotTheCellIsNotServed() throws Exception {
        Made old = make("old");
        Made other = inSecondCell();
        server.terminate();
        server.await();

        String last = "where version = '" + Database.SCHEMA + "'";
        execute(second.url(), "update schema_history set version = '0' " + last);
        server.restart();
        awaitLog("cell b is not served");
        assertThat(server.output()).contains("schema version " + (Database.SCHEMA - 1));
        assertThat(me(other).status()).isEqualTo(503);
        assertThat(me(old).status()).isEqualTo(200);
        execute(second.url(), "update schema_history set version = '" + Database.SCHEMA + "' where version = '0'");
        await(other, 200);
        assertThat(done(cell("migrate", "b")).out()).anyMatch(line -> line.contains("already"));

        // The database is replaced by an empty one. It must not look as if the tenants had never existed.
        execute(second.url(), "update cell set name = 'c' where sealed_url is null");
        await(other, 503);
        execute(second.url(), "update cell set name = 'b' where sealed_url is null");
        await(other, 200);
        server.terminate();
        server.await();
        execute(second.url(), "alter schema public rename to lost; create schema public");
        server.restart();
        awaitLog("schema version 0");
        assertThat(me(other).status()).isEqualTo(503);
        assertThat(number(second.url(), "select count(*) from pg_tables where schemaname = 'public'"))
                .isZero();
    }

    @Test
    void whatCannotBeACellIsRefused() throws Exception {
        Made old = make("old");
        assertThat(cell("create", "B", "--url", second.url()).exitCode()).isEqualTo(1);
        assertThat(cell("create", "first", "--url", second.url()).exitCode()).isEqualTo(1);
        assertThat(cell("create", "b", "--url", first).err()).anyMatch(line -> line.contains("has tenants"));
        String empty = TestPostgres.newDatabase();
        done(cell("create", "b", "--url", empty));
        assertThat(cell("create", "b", "--url", second.url()).err()).anyMatch(line -> line.contains("already"));
        assertThat(cell("create", "c", "--url", empty).err()).anyMatch(line -> line.contains("is the cell b already"));
        assertThat(cell("drain", "c").err()).anyMatch(line -> line.contains("there is no cell c"));
        assertThat(ServeCalled.with(
                                Map.of("MUSTER_DATABASE", empty, "MUSTER_MASTER_KEY_FILE", masterKey.toString()),
                                "cell",
                                "create",
                                "c",
                                "--url",
                                second.url())
                        .err())
                .isNotEmpty();
        // The URL may contain a password, and is sealed.
        assertThat(number(first, "select count(*) from cell where position('postgresql'::bytea in sealed_url) > 0"))
                .isZero();
        assertThat(me(old).status()).isEqualTo(200);
    }
}
