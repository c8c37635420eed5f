package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestDatabase;
import dev.muster.http.json.Json;
import dev.muster.testing.OnBothDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLState;

/// Behind the running server's back, sets each column of each table to a value that no version writes. Every later
/// request gets a proper response, and other rows and realms are not affected.
///
/// A third of the columns is altered on PostgreSQL, and the others on SQLite, because the same code reads the rows of
/// both; with `muster.long`, each column on both.
@OnBothDatabases
@Timeout(300)
class AlteredColumnsTest {
    /// How often the rows are restored until no deadlock prevents it.
    private static final int MAX_ATTEMPTS = 10;

    private static final String PASSWORD = "correct horse battery staple";

    /// No enum has this many values, and no environment, type or state has this number as its code.
    private static final int OUT_OF_RANGE = 77;

    /// Tables whose altered rows are rejected, so that requests which need them fail; see [AlteredRowsTest].
    private static final Set<String> LEFT_OUT = Set.of("api_key", "operator", "session");

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static String database;
    private static Tenancy tenancy;
    private static String second;
    private static String secret;
    private static String group;
    private static String webhook;
    private static String policy;
    private static Browser browser;
    private static long realm;
    private static Set<String> tables;

    @BeforeAll
    static void start() throws Exception {
        Path data = folder.resolve("data");
        String url = TestDatabase.newPostgres();
        if (url == null) {
            server = ServerProcess.start(data);
            database = "jdbc:sqlite:" + data.resolve("muster.db");
        } else {
            server = ServerProcess.startOnPostgres(data, url, ServerProcess.masterKey(folder.resolve("master.key")));
            database = url;
        }
        fill();
        tables = tables();
        keep();
    }

    @AfterAll
    static void stop() {
        server.kill();
    }

    private static void fill() throws IOException {
        tenancy = Tenancy.make(server.address(), "acme");
        String admin = tenancy.testKey();
        realm = Long.parseLong(admin.split("_", -1)[2]);
        try (Client client = new Client(server.address(), admin)) {
            for (int i = 1; i <= 3; i++) {
                made(client.json(
                        "POST",
                        "/v1/users",
                        Map.of("externalId", "user-" + i, "email", "user-" + i + "@example.org", "name", "N" + i),
                        "Idempotency-Key: user-" + i));
            }
            made(client.json("PUT", "/v1/users/external:user-2/holds/blocked", Map.of("reason", "a")));
            made(client.json("PUT", "/v1/users/external:user-2/cards", Map.of("cards", List.of(card()))));
            made(client.json("POST", "/v1/users/external:user-3/bar", Map.of("reason", "a")));
            group = made(client.json("POST", "/v1/groups", Map.of("name", "Staff")))
                    .text("id");
            policy = made(client.json("POST", "/v1/policies", Map.of("name", "Doors", "resources", List.of("door"))))
                    .text("id");
            made(client.json("PUT", "/v1/groups/" + group + "/members/external:user-2", null));
            made(client.json("PUT", "/v1/policies/" + policy + "/users/external:user-2", null));
            made(client.json("PUT", "/v1/policies/" + policy + "/groups/" + group, null));
            made(client.json("POST", "/v1/jobs", Map.of("jobId", "job-1", "type", 5, "user", "external:user-1")));
            made(client.json("POST", "/v1/jobs", Map.of("jobId", "job-2", "type", 5, "user", "external:nobody")));
            webhook = made(client.json(
                            "POST", "/v1/webhooks", Map.of("url", "https://receiver.invalid", "types", List.of("*"))))
                    .text("webhookId");
            for (String name : List.of("ann", "bob")) {
                made(client.json(
                        "POST", "/v1/operators", Map.of("username", name, "password", PASSWORD, "role", "admin")));
            }
            Fields key =
                    made(client.json("POST", "/v1/keys", Map.of("name", "second", "role", "admin", "signing", true)));
            second = key.text("apiKey");
            secret = key.text("apiSecret");
        }
        try (Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            made(root.json("PUT", "/v1/tenants/acme/test/quotas", Map.of("users", 50)));
        }
        browser = Browser.signedIn(server.address(), "acme", "test", "ann", PASSWORD);
    }

    private static Map<String, String> card() {
        return Map.of("number", "4711");
    }

    private static Fields made(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isBetween(200, 299);
        return answer.status() == 204 ? null : answer.json();
    }

    private record Column(String table, String name, String typeName) {
        @Override
        public String toString() {
            return table + "." + name;
        }
    }

    private static Set<String> tables() throws SQLException {
        Set<String> ofRealms = new TreeSet<>();
        try (Connection connection = connect();
                ResultSet found = connection.getMetaData().getColumns(null, connection.getSchema(), "%", "realm")) {
            while (found.next()) {
                ofRealms.add(found.getString("TABLE_NAME"));
            }
        }
        ofRealms.removeAll(LEFT_OUT);
        return ofRealms;
    }

    private static List<Column> columns() throws SQLException {
        List<Column> all = new ArrayList<>();
        try (Connection connection = connect()) {
            DatabaseMetaData data = connection.getMetaData();
            for (String table : tables) {
                try (ResultSet found = data.getColumns(null, connection.getSchema(), table, "%")) {
                    while (found.next()) {
                        String name = found.getString("COLUMN_NAME");
                        // Any timestamp could have been written by some version.
                        if (!name.equals("realm") && !name.endsWith("at") && !name.endsWith("until")) {
                            all.add(new Column(table, name, found.getString("TYPE_NAME")));
                        }
                    }
                }
            }
        }
        return all;
    }

    @Test
    void anyColumnValueGetsAProperResponse() throws Exception {
        List<String> faults = new ArrayList<>();
        int altered = 0;
        for (Column column : columns()) {
            if (!isAlteredHere(column)) {
                continue;
            }
            for (String value : values(column)) {
                if (alter(column, value)) {
                    altered++;
                    try {
                        faults.addAll(asked(column + " = " + value));
                    } catch (IOException brokenOff) {
                        faults.add(column + " = " + value + ": " + brokenOff);
                    } finally {
                        restore();
                    }
                }
            }
        }
        assertThat(altered).isGreaterThan(20);
        assertThat(faults).isEmpty();
        assertThat(server.output()).doesNotContain("a write failed");
    }

    private static boolean isAlteredHere(Column column) {
        boolean onPostgres = Math.floorMod(column.toString().hashCode(), 3) == 0;
        return Boolean.getBoolean("muster.long") || onPostgres == TestDatabase.isPostgres();
    }

    @Test
    void eachDialectSaysThatAUserCannotBeRead() throws Exception {
        assertThat(alter(new Column("users", "rank", "integer"), Integer.toString(OUT_OF_RANGE)))
                .isTrue();
        List<Client.Answer> answers = new ArrayList<>();
        ServerProcess.Ended shown;
        try (Client client = new Client(server.address(), tenancy.testKey());
                Client signet = new Client(server.address(), token())) {
            String id = client.get("/v1/users/external:user-2/history?limit=1")
                    .json()
                    .items("items")
                    .getFirst()
                    .in("subject")
                    .text("id");
            answers.add(client.get("/v1/users/external:user-2"));
            answers.add(client.get("/v1/users/external:user-2/standing?at=" + Instant.now()));
            answers.add(client.json("PUT", "/v1/users/external:user-2/holds/suspended", Map.of("reason", "b")));
            answers.add(signet.get("/partner/v1/get-user?userId=" + id));
            answers.add(signet.json("PATCH", "/partner/v1/update-user", Map.of("userId", id, "name", "x")));
            answers.add(Client.once(
                    server.address(), null, "GET", "/user?email_id=2", new byte[0], "X-API-Key: " + tenancy.testKey()));
            answers.add(client.json("POST", "/api/v2/partner/enrollee", enrollee()));
            answers.add(browser.send("GET", "/console/acme/test/users/" + id, Map.of()));
            String access = login(client).json().text("access");
            answers.add(Client.once(
                    server.address(),
                    null,
                    "POST",
                    "/api/v1/block/user/",
                    Json.write(Map.of("unique_id", "user-2")),
                    Client.JSON,
                    "apikey: " + tenancy.testKey(),
                    "Authorization: Bearer " + access));
            shown = ServerProcess.run(
                    folder.resolve("run"),
                    Map.of("MUSTER_URL", server.address().toString(), "MUSTER_KEY", tenancy.testKey()),
                    "user",
                    "show",
                    "external:user-2");
        } finally {
            restore();
        }
        assertThat(answers).hasSize(9).allSatisfy(answer -> {
            assertThat(answer.status()).as("%s", answer).isEqualTo(503);
            assertThat(answer.text()).contains("cannot be read").doesNotContain("Exception");
        });
        assertThat(shown.exitCode()).isEqualTo(1);
        assertThat(shown.err().toString()).contains("cannot be read");
        assertThat(server.output()).contains("realm " + realm + ": what is stored of user");
    }

    private static String token() throws IOException {
        return Client.once(
                        server.address(),
                        null,
                        "POST",
                        "/dpop/v1/api/generate-token",
                        Json.write(Map.of("apiKey", second, "apiSecret", secret)),
                        Client.JSON)
                .json()
                .in("data")
                .in("credentials")
                .text("accessToken");
    }

    private static Map<String, Object> enrollee() {
        return Signing.signed(
                secret,
                "partner_id",
                "acme",
                Map.of("user_id", "user-2", "environment", "test", "email", "a@example.org", "active", true));
    }

    private static Client.Answer login(Client client) throws IOException {
        return client.send(
                "POST",
                "/api/v1/user/login/",
                ("{\"username\":\"bob\",\"password\":\"" + PASSWORD + "\"}").getBytes(StandardCharsets.UTF_8),
                Client.JSON,
                "apikey: " + tenancy.testKey());
    }

    private static List<String> values(Column column) {
        return switch (column.typeName.toLowerCase(Locale.ROOT)) {
            case "integer", "int2", "int4", "int8" -> List.of(Integer.toString(OUT_OF_RANGE));
            case "text" -> List.of("'{'");
            case "blob" -> List.of("x'00'");
            case "bytea" -> List.of("'\\x00'::bytea");
            case "uuid" -> List.of("'11111111-1111-4111-8111-111111111111'::uuid");
            case "bool" -> List.of();
            default -> throw new AssertionError("the test does not know what to put in " + column);
        };
    }

    /// Sets the column to the value in all rows of the realm, or in one row if the value must be unique. Returns
    /// false if the database refuses the value or the table has no row of the realm.
    private static boolean alter(Column column, String value) throws SQLException {
        String rows = column.table + " where realm = " + realm;
        String set = "update " + column.table + " set " + column.name + " = " + value + " where realm = " + realm;
        try {
            return define(set) > 0;
        } catch (SQLException uniqueValue) {
            try {
                return define(set + " and " + column.name + " = (select max(" + column.name + ") from " + rows + ")")
                        > 0;
            } catch (SQLException refused) {
                return false;
            }
        }
    }

    private static void keep() throws SQLException {
        for (String table : tables) {
            define("create table kept_" + table + " as select * from " + table + " where realm = " + realm);
        }
    }

    /// Restores all rows of the realm, including those that requests have changed since the start. The server's tasks
    /// may lock some of them in another order, so PostgreSQL may choose this transaction to resolve a deadlock.
    private static void restore() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                restoreAll();
                return;
            } catch (SQLException e) {
                if (!PSQLState.DEADLOCK_DETECTED.getState().equals(e.getSQLState()) || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void restoreAll() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try (var prepared = connection.createStatement()) {
                for (String table : tables) {
                    prepared.addBatch("delete from " + table + " where realm = " + realm);
                    prepared.addBatch("insert into " + table + " select * from kept_" + table);
                }
                prepared.executeBatch();
            }
            connection.commit();
        }
    }

    private static Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(database);
        if (!TestDatabase.isPostgres()) {
            try (var prepared = connection.createStatement()) {
                prepared.execute("pragma busy_timeout = 10000");
            }
        }
        return connection;
    }

    private static int define(String statement) throws SQLException {
        try (Connection connection = connect();
                var prepared = connection.createStatement()) {
            return prepared.executeUpdate(statement);
        }
    }

    /// Sends requests and returns a description of each wrong response.
    private static List<String> asked(String altered) throws IOException {
        List<String> faults = new ArrayList<>();
        try (Client client = new Client(server.address(), tenancy.testKey());
                Client other = new Client(server.address(), tenancy.productionKey());
                Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            for (String target : List.of(
                    "/v1/me",
                    "/v1/users",
                    "/v1/users?q=user",
                    "/v1/users?status=blocked",
                    "/v1/users?group=" + group,
                    "/v1/users/external:user-2",
                    "/v1/users/external:user-2?at=2100-01-01T00:00:00Z",
                    "/v1/users/external:user-2/standing",
                    "/v1/users/external:user-2/history",
                    "/v1/users/external:user-2/access",
                    "/v1/users/email:user-3@example.org",
                    "/v1/groups",
                    "/v1/groups/" + group,
                    "/v1/policies",
                    "/v1/policies/" + policy,
                    "/v1/policies/" + policy + "/groups",
                    "/v1/jobs",
                    "/v1/jobs?user=external:user-2",
                    "/v1/jobs/job-1",
                    "/v1/jobs/job-2",
                    "/v1/jobs/job-1/evidence",
                    "/v1/keys",
                    "/v1/operators",
                    "/v1/webhooks",
                    "/v1/webhooks/" + webhook,
                    "/v1/webhooks/" + webhook + "/deliveries",
                    "/v1/webhooks/" + webhook + "/deliveries?state=parked",
                    "/v1/webhooks/" + webhook + "/deliveries?state=failed",
                    "/v1/journal",
                    "/v1/journal/verify",
                    "/v1/journal/reconcile",
                    "/v1/journal/export",
                    "/v1/journal/checkpoints",
                    "/v1/events?payload=full&limit=1000")) {
                note(faults, altered, target, client.get(target));
            }
            note(faults, altered, "quotas", root.get("/v1/tenants/acme/test/quotas"));
            note(faults, altered, "tenants", root.get("/v1/tenants"));
            note(
                    faults,
                    altered,
                    "standings",
                    client.json("POST", "/v1/standings", Map.of("refs", List.of("external:user-1", "number:2"))));
            writes(faults, altered, client);
            dialects(faults, altered, client);
            for (String page : List.of(
                    "overview",
                    "users",
                    "users/" + group,
                    "jobs",
                    "jobs/job-1",
                    "groups",
                    "groups/" + group,
                    "policies",
                    "policies/" + policy,
                    "journal",
                    "keys",
                    "operators",
                    "ending")) {
                note(faults, altered, "page " + page, browser.send("GET", "/console/acme/test/" + page, Map.of()));
            }
            Client.Answer neighbour = other.json("POST", "/v1/users", Map.of("name", "x", "externalId", altered));
            if (neighbour.status() != 201) {
                faults.add(altered + ": another realm: " + neighbour);
            }
        }
        return faults;
    }

    private static void writes(List<String> faults, String altered, Client client) throws IOException {
        for (String user : List.of("user-1", "user-2", "user-3", "user-9")) {
            note(
                    faults,
                    altered,
                    "hold of " + user,
                    client.json(
                            "PUT", "/v1/users/external:" + user + "/holds/suspended", Map.of("reason", "b"), dry()));
        }
        note(
                faults,
                altered,
                "a repeated request",
                client.json(
                        "POST",
                        "/v1/users",
                        Map.of("externalId", "user-1", "email", "user-1@example.org", "name", "N1"),
                        "Idempotency-Key: user-1",
                        dry()));
        note(
                faults,
                altered,
                "a card",
                client.json("PUT", "/v1/users/external:user-1/cards", Map.of("cards", List.of(card())), dry()));
        note(faults, altered, "a user", client.json("POST", "/v1/users", Map.of("email", "user-2@example.org"), dry()));
        note(faults, altered, "an expulsion", client.json("POST", "/v1/users/external:user-2/expel", Map.of(), dry()));
        note(faults, altered, "an erasure", client.json("POST", "/v1/users/external:user-2/erase", Map.of(), dry()));
        note(
                faults,
                altered,
                "a member",
                client.json("PUT", "/v1/groups/" + group + "/members/external:user-1", null, dry()));
        note(faults, altered, "a group", client.json("DELETE", "/v1/groups/" + group, null, dry()));
        note(faults, altered, "a webhook", client.json("POST", "/v1/webhooks/" + webhook + "/pause", null, dry()));
        note(faults, altered, "a policy", client.json("DELETE", "/v1/policies/" + policy, null, dry()));
        note(faults, altered, "a group's name", client.json("POST", "/v1/groups", Map.of("name", "Staff"), dry()));
        note(
                faults,
                altered,
                "a verdict",
                client.json("POST", "/v1/jobs/job-1/verdict", Map.of("outcome", "failed", "confidence", 1), dry()));
        note(
                faults,
                altered,
                "a job",
                client.json("POST", "/v1/jobs", Map.of("jobId", "job-1", "type", 5, "user", "external:user-1"), dry()));
        note(faults, altered, "a job's erasure", client.json("POST", "/v1/jobs/job-2/erase", Map.of(), dry()));
        note(faults, altered, "a key", client.json("POST", "/v1/keys", Map.of("name", "k", "role", "viewer"), dry()));
        note(
                faults,
                altered,
                "an operator",
                client.json("POST", "/v1/operators", Map.of("username", "bob", "role", "viewer"), dry()));
        if (altered.startsWith("realm")) {
            // Hashing a password takes as long as all the other requests together. Of all tables, only `realm` affects
            // which passwords are allowed.
            Map<String, String> operator = Map.of("username", "bob", "password", PASSWORD, "role", "viewer");
            note(faults, altered, "a password", client.json("POST", "/v1/operators", operator, dry()));
        }
        note(faults, altered, "quotas", client.json("GET", "/v1/quotas", null));
    }

    /// Returns the header of a dry run, so that nothing needs to be undone.
    private static String dry() {
        return "Muster-Dry-Run: true";
    }

    private static void dialects(List<String> faults, String altered, Client client) throws IOException {
        String admin = tenancy.testKey();
        for (String target : List.of("/user?email_id=2", "/multipleusers", "/modifysmartcard?email_id=2")) {
            note(
                    faults,
                    altered,
                    target,
                    Client.once(server.address(), null, "GET", target, new byte[0], "X-API-Key: " + admin));
        }
        note(faults, altered, "enrollee", client.json("POST", "/api/v2/partner/enrollee", enrollee(), dry()));
        Map<String, Object> status = Signing.signed(
                secret, "partner_id", "acme", Map.of("user_id", "user-2", "job_id", "job-1", "history", true));
        note(faults, altered, "job_status", client.json("POST", "/smileid/v1/job_status", status));
        Map<String, Object> upload = Signing.signed(
                secret,
                "smile_client_id",
                "acme",
                Map.of("partner_params", Map.of("user_id", "user-2", "job_id", "job-1", "job_type", 2)));
        note(faults, altered, "upload", client.json("POST", "/smileid/v1/upload", upload, dry()));
        Client.Answer token = Client.once(
                server.address(),
                null,
                "POST",
                "/dpop/v1/api/generate-token",
                Json.write(Map.of("apiKey", second, "apiSecret", secret)),
                Client.JSON);
        note(faults, altered, "generate-token", token);
        if (token.status() == 200) {
            String bearer = token.json().in("data").in("credentials").text("accessToken");
            try (Client signet = new Client(server.address(), bearer)) {
                for (String target :
                        List.of("/partner/v1/all-users", "/partner/v1/get-user?email=user-2@example.org")) {
                    note(faults, altered, target, signet.get(target));
                }
            }
        }
        if (altered.startsWith("token_family")) {
            // Signing in is slow and starts a token family.
            note(faults, altered, "login", login(client));
        }
    }

    private static void note(List<String> faults, String altered, String what, Client.Answer answer) {
        if (answer.status() == 500 || answer.text().contains("\"internal\"")) {
            faults.add(altered + ": " + what + ": " + answer.status());
        }
    }
}
