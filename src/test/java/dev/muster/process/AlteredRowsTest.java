package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestDatabase;
import dev.muster.security.format.ApiKeyText;
import dev.muster.testing.OnBothDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An attacker who has none of the keys writes to the database behind the running server's back. Altered credentials
/// are rejected; reconciliation reports all other alterations.
@OnBothDatabases
@Timeout(120)
class AlteredRowsTest {
    /// The id of every row that a test inserts.
    private static final UUID ID = UUID.fromString("11111111-1111-4111-8111-111111111111");

    private static final String PASSWORD = "correct horse battery staple";

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static String database;
    private static int tenants;

    private String admin;
    private long realm;
    private Client client;

    @BeforeAll
    static void start() {
        Path data = folder.resolve("data");
        String url = TestDatabase.newPostgres();
        if (url == null) {
            server = ServerProcess.start(data);
            database = "jdbc:sqlite:" + data.resolve("muster.db");
        } else {
            server = ServerProcess.startOnPostgres(data, url, ServerProcess.masterKey(folder.resolve("master.key")));
            database = url;
        }
    }

    @AfterAll
    static void stop() {
        server.kill();
    }

    /// Creates a new realm for each test. Its users have holds, a bar or a high rank, and one has been erased.
    @BeforeEach
    void fill() throws IOException {
        tenants++;
        admin = Tenancy.make(server.address(), "acme-" + tenants).testKey();
        realm = realmOf(admin);
        client = new Client(server.address(), admin);
        for (int i = 1; i <= 5; i++) {
            assertThat(client.json("POST", "/v1/users", Map.of("externalId", "user-" + i, "name", "Person " + i))
                            .status())
                    .isEqualTo(201);
        }
        hold("user-1", "blocked");
        hold("user-2", "suspended");
        done("POST", "/v1/users/external:user-3/bar", Map.of("reason", "fraud"));
        done("POST", "/v1/users/external:user-4/erase", Map.of());
        done("PUT", "/v1/users/external:user-5/rank", Map.of("rank", "ADMIN"));
        assertThat(differences()).isEmpty();
    }

    @AfterEach
    void leave() {
        client.close();
    }

    private static long realmOf(String key) {
        return Long.parseLong(key.split("_", -1)[2]);
    }

    private void hold(String user, String kind) throws IOException {
        done("PUT", "/v1/users/external:" + user + "/holds/" + kind, Map.of("reason", "a reason", "note", "a note"));
    }

    private void done(String method, String target, Map<String, ?> body) throws IOException {
        assertThat(client.json(method, target, body).status()).as(target).isLessThan(300);
    }

    private String number(int user) {
        return " where realm = " + realm + " and number = " + user;
    }

    /// Changes rows directly in the database, as an attacker would.
    private void sql(String statement, Object... values) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            assertThat(prepared.executeUpdate()).as(statement).isPositive();
        }
    }

    private Fields reconciled() throws IOException {
        Client.Answer answer = client.get("/v1/journal/reconcile");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json();
    }

    /// Returns each difference as its subject type, field, value in the journal and value in the row.
    private List<String> differences() throws IOException {
        List<String> all = new ArrayList<>();
        for (Fields difference : reconciled().items("differences")) {
            all.add(difference.text("subject").split(":", -1)[0] + " " + difference.text("field") + ": "
                    + shown(difference.any("journal")) + " / " + shown(difference.any("row")));
        }
        return all;
    }

    private static Object shown(Object value) {
        return value == null ? "-" : value;
    }

    private String standing(String user) throws IOException {
        return client.get("/v1/users/external:" + user + "/standing").json().text("decision");
    }

    // Users

    @Test
    void aDeletedHoldIsFound() throws Exception {
        sql("update users set status = 6, hold_kinds = 0, holds = null" + number(1));
        assertThat(standing("user-1")).isEqualTo("allow");
        assertThat(differences()).singleElement().asString().matches("user holds\\.blocked\\.main: placedBy=.* / -");
        ServerProcess.Ended ran = ServerProcess.run(
                folder.resolve("run"),
                Map.of("MUSTER_URL", server.address().toString(), "MUSTER_KEY", admin),
                "journal",
                "reconcile");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out().getLast()).startsWith("NOT CONSISTENT: of 5 users, 1 keys, 0 operators");
        assertThat(ran.out().toString()).contains("holds.blocked.main").doesNotContain("a reason", "a note", "Person");
    }

    @Test
    void aStatusThatTheHoldsDoNotGiveIsFound() throws Exception {
        sql("update users set status = 6, hold_kinds = 0" + number(2));
        assertThat(differences())
                .containsExactlyInAnyOrder("user status: suspended / active", "user holdKinds: suspended / ");
    }

    @Test
    void anAlteredNoteOfAHoldIsFound() throws Exception {
        sql("update users set holds = replace(holds, 'a note', 'another')" + number(2));
        assertThat(differences())
                .singleElement()
                .asString()
                .contains("holds.suspended.main")
                .endsWith("(other words)");
    }

    @Test
    void aRaisedRankIsFound() throws Exception {
        sql("update users set rank = 2" + number(5));
        assertThat(differences()).containsExactly("user rank: ADMIN / SUPER");
    }

    @Test
    void aChangedNameIsFoundAndNotTold() throws Exception {
        sql("update users set name = 'Somebody else'" + number(5));
        assertThat(differences()).containsExactly("user name: (withheld) / (withheld)");
    }

    @Test
    void aDeletedUserIsFound() throws Exception {
        sql("delete from users" + number(2));
        assertThat(differences()).containsExactly("user row: registered / -");
    }

    @Test
    void anInsertedUserIsFound() throws Exception {
        sql("insert into users (realm, id, number, version, tag, rank, status, hold_kinds, folding, external_key,"
                + " registered_at, updated_at) values (" + realm + ", " + id() + ", 6, 1, 0, 2, 6, 0, 1, 'x', 5, 5)");
        assertThat(differences()).containsExactly("user row: - / present");
    }

    @Test
    void aBarThatWasTakenAwayIsFound() throws Exception {
        sql("delete from bar where realm = " + realm);
        assertThat(differences()).containsExactly("user bar.externalId: barred / -");
    }

    @Test
    void aForgedBarIsFound() throws Exception {
        sql("update bar set user_id = (select id from users" + number(1) + ") where realm = " + realm);
        assertThat(differences())
                .containsExactlyInAnyOrder("user bar.externalId: barred / of another user", "user bar: - / present");
    }

    @Test
    void anErasureThatWasUndoneIsFound() throws Exception {
        sql("update users set erased_at = null, status = 6, hold_kinds = 0, holds = null, name = 'back'" + number(4));
        assertThat(differences())
                .anyMatch(found -> found.startsWith("user erasedAt: 2"))
                .contains("user holds.removed.main: placed / -", "user erasure: nothing left / something is left");
    }

    @Test
    void aUserMadeUnreadableIsFound() throws Exception {
        sql("update users set seed = null, status = 6, hold_kinds = 0, holds = null" + number(1));
        sql("update users set seed = (select text_hash from api_key where realm = " + realm + ")" + number(2));
        sql("update users set seed = (select sealed_secret from api_key where realm = " + realm + ")" + number(3));
        sql("update users set rank = 77" + number(5));
        assertThat(differences())
                .containsExactlyInAnyOrder(
                        "user erasure: not erased / its key is gone",
                        "user seed: the one that sealed the entries / one that does not open them",
                        "user-number row: - / unreadable",
                        "user-number row: - / unreadable");
    }

    @Test
    void countersThatWereChangedAreFound() throws Exception {
        sql("update batch set counters = '0,0,0,0,0,0,5' where realm = " + realm);
        assertThat(differences()).contains("realm counters.status.active: 1 / 5", "realm counters.hold.blocked: 1 / 0");
    }

    // Credentials

    @Test
    void anInsertedKeyOpensNothing() throws Exception {
        ApiKeyText text = ApiKeyText.make(false, realm, ID, new byte[32]);
        for (String mac : List.of("null", "mac")) {
            sql(
                    "insert into api_key (realm, id, name, role, scopes, rank, signs, text_hash, sealed_secret,"
                            + " created_at, mac) select realm, " + id()
                            + ", name, role, scopes, rank, signs, ?, sealed_secret, created_at, " + mac
                            + " from api_key where realm = " + realm,
                    text.hash().bytes());
            try (Client forger = new Client(server.address(), text.text())) {
                assertThat(forger.get("/v1/users").status()).isEqualTo(401);
                assertThat(forger.json("POST", "/v1/users", Map.of("externalId", "x"))
                                .status())
                        .isEqualTo(401);
            }
            assertThat(differences())
                    .containsExactlyInAnyOrder(
                            "key row: - / present", "key mac: written by the server / not written by the server");
            sql("delete from api_key where realm = " + realm + " and id = " + id());
        }
        assertThat(server.output()).contains("ERROR").contains("is ignored");
    }

    private static String id() {
        return TestDatabase.isPostgres()
                ? "'" + ID + "'::uuid"
                : "x'" + ID.toString().replace("-", "") + "'";
    }

    @Test
    void aKeyRaisedOrRevivedOpensNothing() throws Exception {
        Fields made = client.json("POST", "/v1/keys", Map.of("name", "reader", "role", "viewer"))
                .json();
        try (Client reader = new Client(server.address(), made.text("apiKey"))) {
            assertThat(reader.get("/v1/users").status()).isEqualTo(200);
            sql("update api_key set scopes = 4095, rank = 2, role = 'admin' where realm = " + realm
                    + " and name = 'reader'");
            awaitRefused(reader);
            assertThat(reader.json("POST", "/v1/users", Map.of("externalId", "x"))
                            .status())
                    .isEqualTo(401);
            assertThat(differences())
                    .contains("key rank: REGULAR / SUPER", "key role: viewer / admin")
                    .anyMatch(found -> found.startsWith("key mac"));
        }
    }

    @Test
    void anOperatorWhoWasAlteredIsNotLetIn() throws Exception {
        for (String name : List.of("ann", "bob")) {
            done("POST", "/v1/operators", Map.of("username", name, "password", PASSWORD, "role", "viewer"));
        }
        for (String[] change : new String[][] {
            {"role = 'admin'", "operator role: viewer / admin"},
            {
                "password_hash = (select password_hash from operator where realm = " + realm + " and username = 'bob')",
                "operator mac: written by the server / not written by the server"
            },
            {"generation = 9", "operator generation: 1 / 9"},
            {"disabled_at = 5", "operator disabledAt: - / 1970-01-01T00:00:00.005Z"},
            {"mac = null", "operator mac: written by the server / not written by the server"}
        }) {
            assertThat(signIn("ann")).isEqualTo(200);
            try (Restored _ = new Restored(this)) {
                sql("update operator set " + change[0] + " where realm = " + realm + " and username = 'ann'");
                assertThat(signIn("ann")).as(change[0]).isEqualTo(401);
                assertThat(signIn("bob")).isEqualTo(200);
                assertThat(differences()).as(change[0]).contains(change[1]);
                // The name is still taken, and the request does not fail with a 500.
                assertThat(client.json(
                                        "POST",
                                        "/v1/operators",
                                        Map.of("username", "ann", "password", PASSWORD, "role", "viewer"))
                                .status())
                        .isEqualTo(409);
            }
        }
    }

    /// Restores the row of the operator ann when it is closed.
    private static final class Restored implements AutoCloseable {
        private final AlteredRowsTest test;

        Restored(AlteredRowsTest test) throws SQLException {
            this.test = test;
            test.define("create table kept as select * from operator where username = 'ann' and realm = " + test.realm);
        }

        @Override
        public void close() throws SQLException {
            test.sql("delete from operator where username = 'ann' and realm = " + test.realm);
            test.sql("insert into operator select * from kept");
            test.define("drop table kept");
        }
    }

    /// Executes a statement that does not change any row.
    private void define(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database)) {
            connection.createStatement().execute(statement);
        }
    }

    private int signIn(String operator) throws IOException {
        String form = "{\"username\":\"" + operator + "\",\"password\":\"" + PASSWORD + "\"}";
        return client.send(
                        "POST",
                        "/api/v1/user/login/",
                        form.getBytes(StandardCharsets.UTF_8),
                        "Content-Type: application/json",
                        "apikey: " + admin)
                .status();
    }

    @Test
    void aQuotaThatWasRaisedDoesNotHold() throws Exception {
        String quotas = "/v1/tenants/acme-" + tenants + "/test/quotas";
        try (Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            Client.Answer set = root.json("PUT", quotas, Map.of("users", 7));
            assertThat(set.status()).as("%s", set).isEqualTo(200);
            assertThat(differences()).isEmpty();
            sql("update quota set max_users = 20000000 where realm = " + realm);
            assertThat(root.get(quotas).text()).contains("10000000").doesNotContain("20000000");
            assertThat(differences())
                    .containsExactlyInAnyOrder(
                            "realm quotas.users: 7 / 20000000",
                            "realm quotas.mac: written by the server / not written by the server");
            sql("delete from quota where realm = " + realm);
            assertThat(differences()).containsExactly("realm quotas.users: 7 / 10000000");
        }
        assertThat(server.output()).contains("the row of its quotas");
    }

    @Test
    void anInsertedOperatorIsNotListed() throws Exception {
        done("POST", "/v1/operators", Map.of("username", "ann", "password", PASSWORD, "role", "viewer"));
        sql("insert into operator (realm, id, folding, username_key, username, role, password_hash, generation,"
                + " created_at, seed) select realm, " + id() + ", folding, 'eve', 'eve', 'admin', password_hash,"
                + " generation, created_at, seed from operator where realm = " + realm);
        assertThat(client.get("/v1/operators").text()).contains("\"ann\"").doesNotContain("\"eve\"");
        assertThat(differences()).contains("operator mac: written by the server / not written by the server");
    }

    // Values that no version writes

    @Test
    void aKeyOrOperatorThatCannotBeReadCostsNoOther() throws Exception {
        done("POST", "/v1/keys", Map.of("name", "second", "role", "viewer"));
        done("POST", "/v1/operators", Map.of("username", "ann", "password", PASSWORD, "role", "viewer"));
        String[] changes = {"made_by_kind = 77", "role = 'zzz'", "created_at = 4611686018427387904"};
        for (String change : changes) {
            sql("update api_key set " + change + " where realm = " + realm + " and name = 'second'");
            sql("update operator set " + change + " where realm = " + realm);
            Client.Answer keys = client.get("/v1/keys");
            assertThat(keys.status()).as(change).isEqualTo(200);
            assertThat(keys.text()).as(change).doesNotContain("\"second\"");
            assertThat(client.get("/v1/operators").status()).as(change).isEqualTo(200);
            assertThat(signIn("ann")).as(change).isEqualTo(401);
            assertThat(client.json("POST", "/v1/keys", Map.of("name", "third", "role", "viewer"))
                            .status())
                    .as(change)
                    .isEqualTo(201);
            assertThat(differences())
                    .as(change)
                    .contains(
                            "key mac: written by the server / not written by the server",
                            "operator mac: written by the server / not written by the server");
        }
        // Altered rows of one kind do not hide those of another, although each kind is logged only once a minute.
        assertThat(server.output())
                .contains("realm " + realm + ": the row of key ", "realm " + realm + ": the row of operator ");
    }

    @Test
    void aUserWhoCannotBeReadCostsNoOther() throws Exception {
        String[] changes = {
            "rank = 3", "tag = 9", "holds = '[{'", "holds = '{\"x\":1}'", "enrolment = 'zz'", "workstations = '{'"
        };
        for (String change : changes) {
            String column = change.substring(0, change.indexOf(' '));
            define("create table kept_user as select * from users" + number(2));
            sql("update users set " + change + number(2));
            for (String list : List.of("/v1/users?limit=1", "/v1/users?limit=1&registeredAfter=2000-01-01T00:00:00Z")) {
                assertThat(listed(list)).as("%s, %s", change, list).containsExactly(1L, 3L, 4L, 5L);
            }
            assertThat(client.get("/v1/users/external:user-2").text())
                    .as(change)
                    .contains("\"unreadable\"");
            assertThat(client.get("/v1/users/external:user-3").status())
                    .as(change)
                    .isEqualTo(200);
            Client.Answer standings =
                    client.json("POST", "/v1/standings", Map.of("refs", List.of("external:user-2", "external:user-5")));
            assertThat(standings.status()).as(change).isEqualTo(200);
            assertThat(standings.text()).as(change).contains("allow");
            if (column.equals("holds")) {
                assertThat(client.get("/v1/users/external:user-2/standing").text())
                        .as(change)
                        .contains("\"unreadable\"");
            }
            assertThat(client.json("PUT", "/v1/users/external:user-2/holds/blocked", Map.of("reason", "r"))
                            .text())
                    .as(change)
                    .contains("\"unreadable\"");
            hold("user-5", "blocked");
            done("DELETE", "/v1/users/external:user-5/holds/blocked", Map.of());
            assertThat(differences()).as(change).contains("user-number row: - / unreadable");
            sql("update users set " + column + " = (select " + column + " from kept_user)" + number(2));
            define("drop table kept_user");
        }
        assertThat(server.output()).contains("what is stored of user");
    }

    /// Returns the numbers of the users on all pages of a list.
    private List<Long> listed(String list) throws IOException {
        List<Long> found = new ArrayList<>();
        String next = null;
        do {
            Fields page =
                    client.get(list + (next == null ? "" : "&after=" + next)).json();
            page.items("items").forEach(user -> found.add(user.number("number")));
            Object more = page.in("page").any("next");
            next = more == null ? null : more.toString();
        } while (next != null);
        return found;
    }

    // Sessions and tokens

    @Test
    void anInsertedSessionRowIsNotAccepted() throws Exception {
        for (String name : List.of("ann", "bob")) {
            done("POST", "/v1/operators", Map.of("username", name, "password", PASSWORD, "role", "admin"));
        }
        String cookie = Browser.signedIn(server.address(), "acme-" + tenants, "test", "ann", PASSWORD)
                .cookie();
        String page = "/console/acme-" + tenants + "/test/users";
        assertThat(shown(page, cookie)).isTrue();
        byte[] token = new byte[32];
        String forged = "muster=" + realm + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        for (String mac : List.of("null", "mac")) {
            sql(
                    "insert into session (realm, token_hash, operator, generation, begun_at, seen_at, mac)"
                            + " select realm, ?, operator, generation, begun_at, seen_at, " + mac
                            + " from session where realm = " + realm,
                    MessageDigest.getInstance("SHA-256").digest(token));
            assertThat(shown(page, forged)).as("with the MAC %s", mac).isFalse();
            sql(
                    "delete from session where token_hash = ?",
                    MessageDigest.getInstance("SHA-256").digest(token));
        }
        assertThat(server.output()).contains("ERROR").contains("a session of operator");
        assertThat(shown(page, cookie)).isTrue();
        sql("update session set operator = (select id from operator where username = 'bob' and realm = " + realm
                + ") where realm = " + realm);
        assertThat(shown(page, cookie)).as("the session of another").isFalse();
    }

    private static boolean shown(String page, String cookie) throws IOException {
        return Client.once(server.address(), null, "GET", page, new byte[0], "Cookie: " + cookie)
                        .status()
                == 200;
    }

    private static void awaitRefused(Client reader) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (reader.get("/v1/users").status() == 200 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertThat(reader.get("/v1/users").status()).isEqualTo(401);
    }
}
