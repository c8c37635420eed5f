package dev.muster.api.rest;

import static dev.muster.api.rest.RestServer.JSON;
import static dev.muster.api.rest.RestServer.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.model.value.Timestamps;
import dev.muster.testing.OnBothDatabases;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records every call of this API and its response, byte for byte, in one golden file per test.
@OnBothDatabases
final class TranscriptTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/rest");
    private static final String PATCH = "Content-Type: application/merge-patch+json";
    private static final int MANY = 1_000;

    /// The server shared by all tests except those that would see objects created by other tests.
    private static RestServer shared;

    private static int tenants;

    private RestServer server;
    private Transcript t;

    /// The header line with an admin key of the test realm of a new tenant.
    private String admin;

    @BeforeAll
    static void open(@TempDir Path folder) {
        shared = new RestServer(folder, MANY);
    }

    @AfterAll
    static void close() {
        shared.close();
    }

    @BeforeEach
    void begin() {
        begin(shared, "tenant-" + ++tenants);
    }

    private void begin(RestServer with, String partnerId) {
        server = with;
        t = new Transcript(server.port());
        // Everything in the golden files must match the document.
        t.watch(server.document()::check);
        admin = server.tenant(t, partnerId);
    }

    // Setup, and requests that are not recorded

    /// Registers a user and returns the user's id.
    private String registered(String body) {
        Transcript.Answer answer = t.quietly("POST /v1/users", body, admin, JSON);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.field("id");
    }

    /// Creates a key of the realm and returns its header line.
    private String key(String name, String rights) {
        Transcript.Answer answer =
                t.quietly("POST /v1/keys", "{\"name\":\"" + name + "\"," + rights + "}", admin, JSON);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        t.name(answer.field("apiKey"), "<" + name + " key>");
        return "Authorization: Bearer " + answer.field("apiKey");
    }

    private static String in(int seconds) {
        return Timestamps.text(Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS));
    }

    // Users

    @Test
    void register() {
        t.remark("With everything that can be given. Texts are trimmed.");
        t.tell("POST /v1/users", """
                {"email":"Ann@Example.org","externalId":"c-1","username":" ann ","name":"Ann Ames","givenName":"Ann",\
                "familyName":"Ames","tag":"USER","metadata":{"plan": {"tier": 2}, "ok": true}}""", admin, JSON);
        t.remark("With the minimum; null counts as absent.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-2\",\"email\":null}", admin, JSON);
        t.remark("A guest.");
        t.tell("POST /v1/users", "{\"username\":\"gast\",\"tag\":\"GUEST\"}", admin, JSON);
        t.remark("Without an identifier.");
        t.tell("POST /v1/users", "{\"name\":\"Nobody\"}", admin, JSON);
        t.remark("All faults at once.");
        t.tell("POST /v1/users?dry=1", """
                {"email":"ann","externalId":7,"username":" ","name":"a\\u0000b","tag":"user","metadata":[],"age":7}""", admin, JSON);
        t.remark("An address that another user has, whatever its letter case.");
        t.tell("POST /v1/users", "{\"email\":\"ANN@example.ORG\"}", admin, JSON);
        t.remark("An external id that is another user's id.");
        String ann = t.quietly("GET /v1/users/external:c-1", null, admin).field("id");
        t.tell("POST /v1/users", "{\"externalId\":\"" + ann + "\"}", admin, JSON);
        t.check(GOLDEN.resolve("register.txt"));
    }

    @Test
    void find() throws InterruptedException {
        String ann = registered("{\"email\":\"ann@example.org\",\"externalId\":\"c/1 ü\",\"username\":\"ann\"}");
        String between = Timestamps.text(Instant.now());
        Thread.sleep(5);
        t.quietly("PATCH /v1/users/" + ann, "{\"name\":\"Ann\"}", admin, PATCH);
        t.remark("By id, and by everything else that names a user.");
        t.ask("GET /v1/users/" + ann, admin);
        t.ask("HEAD /v1/users/number:1", admin);
        t.ask("HEAD /v1/users/email:ANN@example.org", admin);
        t.ask("HEAD /v1/users/username:Ann", admin);
        t.ask("HEAD /v1/users/external:c%2F1%20%C3%BC", admin);
        t.remark("As the user was then: without the name.");
        t.ask("GET /v1/users/number:1?at=" + between, admin);
        t.remark("Before the registration, and in the future.");
        t.ask("GET /v1/users/number:1?at=2026-01-01T00:00:00Z", admin);
        t.ask("GET /v1/users/number:1?at=2999-01-01T00:00:00Z", admin);
        t.remark("Nobody.");
        t.ask("GET /v1/users/email:bob@example.org", admin);
        t.ask("GET /v1/users/0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11", admin);
        t.remark("Not a reference, not a timestamp, not a parameter, and one given twice.");
        t.ask("GET /v1/users/ann@example.org?at=yesterday&fields=id", admin);
        t.ask("GET /v1/users/number:1?at=2026-01-01T00:00:00Z&at=2026-01-02T00:00:00Z", admin);
        t.check(GOLDEN.resolve("find.txt"));
    }

    @Test
    void list() {
        registered("{\"externalId\":\"c-1\",\"name\":\"Ann\"}");
        registered("{\"externalId\":\"c-2\",\"name\":\"Bob\"}");
        registered("{\"externalId\":\"c-3\",\"tag\":\"GUEST\"}");
        t.quietly("PUT /v1/users/external:c-2/holds/suspended", "{}", admin, JSON);
        t.remark("In order of registration, a page at a time.");
        Transcript.Answer first = t.ask("GET /v1/users?limit=2", admin);
        t.ask("GET /v1/users?limit=2&after=" + first.field("page", "next"), admin);
        t.ask("GET /v1/users?limit=1&offset=2", admin);
        t.ask("GET /v1/users?limit=1&offset=1&q=c-", admin);
        t.remark("Filters combine.");
        t.ask("GET /v1/users?status=suspended", admin);
        t.ask("GET /v1/users?hold=suspended&tag=GUEST", admin);
        t.ask("GET /v1/users?q=ANN&rank=REGULAR&registeredAfter=2026-01-01T00:00:00Z", admin);
        t.ask("GET /v1/users?registeredBefore=2026-01-01T00:00:00Z", admin);
        t.remark("All faults at once.");
        t.ask("GET /v1/users?status=ok&hold=x&tag=user&rank=0&q=&registeredAfter=x&limit=0&after=!&offset=1&z", admin);
        t.ask("GET /v1/users?after=bm90IGEgbnVtYmVy&limit=1001", admin);
        t.check(GOLDEN.resolve("list.txt"));
    }

    @Test
    void update() {
        registered("{\"externalId\":\"c-1\",\"email\":\"ann@example.org\",\"name\":\"Ann\",\"metadata\":{\"a\":1}}");
        registered("{\"externalId\":\"c-2\"}");
        t.remark("Absent fields stay, null clears a field, metadata is replaced as a whole.");
        t.tell("PATCH /v1/users/external:c-1", """
                {"name":null,"givenName":"Ann","username":"ann","metadata":{"b":[1.50,2e3]},\
                "deviceAddedAt":"2026-11-21T18:01:02.1239+01:00"}""", admin, PATCH);
        t.remark("Plain JSON is accepted as a patch too. An empty patch changes nothing.");
        t.tell("PATCH /v1/users/external:c-1", "{}", admin, JSON);
        t.remark("Another address is unconfirmed.");
        t.tell("POST /v1/users/external:c-1/confirm-email", "{\"note\":\"link\"}", admin, JSON);
        t.tell("PATCH /v1/users/external:c-1", "{\"email\":\"ann@example.com\"}", admin, PATCH);
        t.remark("The last identifier stays.");
        t.tell("PATCH /v1/users/external:c-2", "{\"externalId\":null}", admin, PATCH);
        t.remark("No address to confirm.");
        t.ask("POST /v1/users/external:c-2/confirm-email", admin);
        t.remark("Another user's.");
        t.tell("PATCH /v1/users/external:c-2", "{\"email\":\"ANN@EXAMPLE.COM\"}", admin, PATCH);
        t.remark("All faults at once.");
        t.tell(
                "PATCH /v1/users/c-2",
                "{\"id\":\"x\",\"name\":7,\"deviceAddedAt\":\"now\",\"metadata\":{\"a\":\"\\ud800\"},\"tag\":\"GUEST\"}",
                admin,
                PATCH);
        t.check(GOLDEN.resolve("update.txt"));
    }

    @Test
    void cardsWorkstationsAndReenrolment() {
        registered("{\"externalId\":\"c-1\"}");
        registered("{\"externalId\":\"c-2\"}");
        t.tell(
                "PUT /v1/users/external:c-1/cards",
                "{\"cards\":[{\"number\":\"0012\",\"label\":\"door\"},{\"number\":\"77\"}]}",
                admin,
                JSON);
        t.remark("Another user's card.");
        t.tell("PUT /v1/users/external:c-2/cards", "{\"cards\":[{\"number\":\"77\"}]}", admin, JSON);
        t.tell(
                "PUT /v1/users/external:c-2/cards",
                "{\"cards\":[{\"number\":\"77\"}],\"allowDuplicates\":true}",
                admin,
                JSON);
        t.remark("Faulty ones.");
        t.tell(
                "PUT /v1/users/external:c-1/cards",
                "{\"cards\":[{\"number\":\"x\"},{\"number\":\"1\"},{\"number\":\"1\"}]}",
                admin,
                JSON);
        t.tell(
                "PUT /v1/users/external:c-1/cards",
                "{\"cards\":[7,{\"number\":7,\"color\":\"red\"},{\"label\":\"x\"}],\"allowDuplicates\":\"yes\"}",
                admin,
                JSON);
        t.tell("PUT /v1/users/external:c-1/cards", "{}", admin, JSON);
        t.tell("PUT /v1/users/external:c-1/workstations", "{\"workstations\":[\"ACME\\\\ann\",\"ann\"]}", admin, JSON);
        t.tell("PUT /v1/users/external:c-1/workstations", "{\"workstations\":[\"ann\",\"ann\",\"\",7]}", admin, JSON);
        t.tell("PUT /v1/users/external:c-1/workstations", "{\"workstations\":null}", admin, JSON);
        t.remark("For a user who is not enrolled, nothing changes.");
        t.tell("PUT /v1/users/external:c-1/reenrolment", "{\"allowed\":true}", admin, JSON);
        t.tell("PUT /v1/users/external:c-1/reenrolment", "{\"allowed\":1}", admin, JSON);
        t.tell("PUT /v1/users/external:c-1/reenrolment", "{}", admin, JSON);
        t.check(GOLDEN.resolve("cards-workstations-reenrolment.txt"));
    }

    @Test
    void guestsAndRanks() {
        registered("{\"externalId\":\"c-1\"}");
        registered("{\"externalId\":\"g-1\",\"tag\":\"GUEST\"}");
        t.remark("Guests have no rank.");
        t.tell("PUT /v1/users/external:g-1/rank", "{\"rank\":\"ADMIN\"}", admin, JSON);
        t.tell("POST /v1/users/external:g-1/promote", "{\"reason\":\"hired\",\"note\":\"from May on\"}", admin, JSON);
        t.ask("POST /v1/users/external:g-1/promote", admin);
        t.remark("The last SUPER must keep the rank.");
        t.tell("PUT /v1/users/external:c-1/rank", "{\"rank\":\"SUPER\"}", admin, JSON);
        t.tell("PUT /v1/users/external:c-1/rank", "{\"rank\":\"REGULAR\"}", admin, JSON);
        t.ask("DELETE /v1/users/external:c-1", admin);
        t.remark("A manager has the scope but not the rank.");
        String manager = key("manager", "\"role\":\"manager\"");
        t.tell("PUT /v1/users/external:g-1/rank", "{\"rank\":\"SUPER\"}", manager, JSON);
        t.tell("PUT /v1/users/external:g-1/rank", "{\"rank\":\"KING\"}", admin, JSON);
        t.check(GOLDEN.resolve("guests-and-ranks.txt"));
    }

    @Test
    void removeRestoreBarAndErase() {
        registered("{\"externalId\":\"c-1\",\"email\":\"ann@example.org\",\"name\":\"Ann\"}");
        registered("{\"externalId\":\"c-2\"}");
        registered("{\"externalId\":\"c-3\",\"email\":\"eve@example.org\",\"metadata\":{\"a\":1}}");
        t.remark("Removed, again, and calls that are refused for removed users.");
        t.tell("DELETE /v1/users/external:c-1", "{\"reason\":\"left\"}", admin, JSON);
        t.ask("DELETE /v1/users/external:c-1", admin);
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"Anna\"}", admin, PATCH);
        t.tell("POST /v1/users", "{\"email\":\"ann@example.org\"}", admin, JSON);
        t.tell("POST /v1/users/external:c-1/restore", "{\"reason\":\"back\",\"note\":\"by letter\"}", admin, JSON);
        t.ask("DELETE /v1/users/external:c-2?expel=true", admin);
        t.ask("POST /v1/users/external:c-2/reinstate", admin);
        t.ask("DELETE /v1/users/external:c-2?expel=yes", admin);
        t.remark("Barred for good, with a reason.");
        t.tell("POST /v1/users/external:c-3/bar", "{}", admin, JSON);
        t.tell("POST /v1/users/external:c-3/bar", "{\"reason\":\" \"}", admin, JSON);
        t.tell("POST /v1/users/external:c-3/bar", "{\"reason\":\"theft\",\"note\":\"file 7\"}", admin, JSON);
        t.ask("POST /v1/users/external:c-3/restore", admin);
        t.tell("POST /v1/users", "{\"email\":\"eve@example.org\"}", admin, JSON);
        t.remark("Erased: personal fields are null, and the bar remains.");
        t.tell("POST /v1/users/external:c-3/erase", "{\"reason\":\"asked\"}", admin, JSON);
        t.ask("GET /v1/users/external:c-3", admin);
        t.ask("POST /v1/users/number:3/restore", admin);
        t.ask("GET /v1/users/number:3?at=" + Timestamps.text(Instant.now()), admin);
        t.tell("POST /v1/users", "{\"email\":\"eve@example.org\"}", admin, JSON);
        t.check(GOLDEN.resolve("remove-restore-bar-erase.txt"));
    }

    // Holds and standing

    @Test
    void holdsAndStanding() throws InterruptedException {
        String ann = registered("{\"externalId\":\"c-1\"}");
        String soon = in(8);
        t.name(soon, "<soon>");
        t.ask("GET /v1/users/external:c-1/standing", admin);
        t.remark("Two of one kind stand side by side; the same again changes nothing.");
        t.tell(
                "PUT /v1/users/external:c-1/holds/suspended",
                "{\"reason\":\"chargeback\",\"note\":\"file 7\",\"until\":\"" + soon + "\"}",
                admin,
                JSON);
        t.ask("PUT /v1/users/external:c-1/holds/suspended?label=legal", admin);
        t.ask("PUT /v1/users/external:c-1/holds/suspended?label=legal", admin);
        t.remark("Another key gives it another reason: that changes the hold, and it is still placed by the first.");
        String desk = key("desk", "\"role\":\"manager\"");
        t.tell("PUT /v1/users/external:c-1/holds/suspended?label=legal", "{\"reason\":\"court\"}", desk, JSON);
        t.ask("GET /v1/journal?action=user.hold.changed&subject=user:" + ann, admin);
        t.remark("Names are for those who may read the journal.");
        t.ask("GET /v1/users/external:c-1/standing", key("app", "\"scopes\":[\"users:read\"]"));
        t.tell("PUT /v1/users/" + ann + "/holds/fraud", "{\"until\":\"2099-01-01T00:00:00Z\"}", admin, JSON);
        t.remark("The user is still held.");
        t.ask("PUT /v1/users/external:c-1/holds/blocked", admin);
        t.ask("POST /v1/users/external:c-1/reinstate", admin);
        t.ask("DELETE /v1/users/external:c-1/holds/blocked", admin);
        t.tell("DELETE /v1/users/external:c-1/holds/suspended?label=legal", "{\"note\":\"settled\"}", admin, JSON);
        t.ask("DELETE /v1/users/external:c-1/holds/suspended?label=legal", admin);
        t.remark("By POST, with a reason.");
        t.quietly("PUT /v1/users/external:c-1/holds/deactivated", "{}", admin, JSON);
        t.tell(
                "POST /v1/users/external:c-1/holds/deactivated/release",
                "{\"reason\":\"paid\",\"note\":\"file 7\"}",
                admin,
                JSON);
        t.ask("POST /v1/users/external:c-1/holds/deactivated/release", admin);
        t.ask("GET /v1/journal?action=user.hold.released&subject=user:" + ann, admin);
        t.remark("At that instant it is over.");
        Thread.sleep(Math.max(0, Instant.parse(soon).toEpochMilli() - System.currentTimeMillis()) + 10);
        t.ask("GET /v1/users/external:c-1/standing", admin);
        t.remark("As it was then, before the registration, and in the future.");
        String before = Timestamps.text(Instant.parse(soon).minusMillis(1));
        t.name(before, "<before soon>");
        t.ask("GET /v1/users/external:c-1/standing?at=" + before, admin);
        t.ask("GET /v1/users/external:c-1/standing?at=2026-01-01T00:00:00Z", admin);
        t.ask("GET /v1/users/external:c-1/standing?at=2999-01-01T00:00:00Z", admin);
        t.remark("Kinds that cannot be placed and released.");
        t.ask("PUT /v1/users/external:c-1/holds/barred", admin);
        t.ask("DELETE /v1/users/external:c-1/holds/removed", admin);
        t.ask("PUT /v1/users/external:c-1/holds/sad", admin);
        t.remark("All faults at once, and an end in the past.");
        t.tell(
                "PUT /v1/users/c-1/holds/blocked?label=Legal&lable=x",
                "{\"reason\":\"" + "x".repeat(101) + "\",\"until\":1,\"kind\":\"blocked\"}",
                admin,
                JSON);
        t.tell("PUT /v1/users/external:c-1/holds/blocked", "{\"until\":\"2026-01-01T00:00:00Z\"}", admin, JSON);
        t.check(GOLDEN.resolve("holds-and-standing.txt"));
    }

    @Test
    void standings() {
        registered("{\"externalId\":\"c-1\"}");
        registered("{\"email\":\"eve@example.org\"}");
        t.quietly("PUT /v1/users/number:1/holds/fraud", "{\"reason\":\"pattern\"}", admin, JSON);
        t.quietly("POST /v1/users/number:2/bar", "{\"reason\":\"theft\"}", admin, JSON);
        t.quietly("POST /v1/users/number:2/erase", "{}", admin, JSON);
        t.remark("An answer for each, in their order.");
        t.tell(
                "POST /v1/standings",
                "{\"refs\":[\"external:c-1\",\"number:9\",\"number:2\",\"email:eve@example.org\",\"external:c-1\"]}",
                admin,
                JSON);
        t.tell("POST /v1/standings", "{\"refs\":[]}", admin, JSON);
        t.remark("Faulty ones.");
        t.tell("POST /v1/standings", "{\"refs\":[\"c-1\",7,null,\"number:x\"],\"at\":\"now\"}", admin, JSON);
        t.tell("POST /v1/standings", "{}", admin, JSON);
        Transcript.Answer tooMany = t.quietly(
                "POST /v1/standings", "{\"refs\":[\"number:1\"" + ",\"number:1\"".repeat(1_000) + "]}", admin, JSON);
        assertThat(tooMany.body()).contains("too_many");
        t.check(GOLDEN.resolve("standings.txt"));
    }

    // Headers of writes

    @Test
    void idempotency() {
        t.remark("Carried out once.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-1\"}", admin, JSON, "Idempotency-Key: k-1");
        t.tell("POST /v1/users", "{ \"externalId\" : \"c-1\" }", admin, JSON, "Idempotency-Key: k-1");
        t.quietly("PATCH /v1/users/external:c-1", "{\"name\":\"Ann\"}", admin, PATCH);
        t.remark("The first answer, whatever has happened since.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-1\"}", admin, JSON, "Idempotency-Key: k-1");
        t.remark("Another request under the same key.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-2\"}", admin, JSON, "Idempotency-Key: k-1");
        t.remark("A refused request is decided again.");
        t.tell("PUT /v1/users/external:c-2/rank", "{\"rank\":\"ADMIN\"}", admin, JSON, "Idempotency-Key: k-2");
        t.quietly("POST /v1/users", "{\"externalId\":\"c-2\"}", admin, JSON);
        t.tell("PUT /v1/users/external:c-2/rank", "{\"rank\":\"ADMIN\"}", admin, JSON, "Idempotency-Key: k-2");
        t.remark("Secrets are shown once.");
        t.tell("POST /v1/keys", "{\"name\":\"k\",\"role\":\"viewer\"}", admin, JSON, "Idempotency-Key: k-3");
        t.tell("POST /v1/keys", "{\"name\":\"k\",\"role\":\"viewer\"}", admin, JSON, "Idempotency-Key: k-3");
        t.remark("A tenant's name that was made is the same one.");
        Transcript.Answer tenant =
                t.quietly("POST /v1/tenants", "{\"name\":\"B\"}", ROOT, JSON, "Idempotency-Key: k-4");
        assertThat(tenant.status()).isEqualTo(201);
        assertThat(tenant.field("partnerId")).matches("[a-z2-9]{10}");
        t.tell("POST /v1/tenants", "{\"name\":\"B\"}", ROOT, JSON, "Idempotency-Key: k-4");
        t.remark("Not keys.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-3\"}", admin, JSON, "Idempotency-Key: two words");
        t.tell("POST /v1/users", "{\"externalId\":\"c-3\"}", admin, JSON, "Idempotency-Key: a", "Idempotency-Key: b");
        t.tell("POST /v1/users", "{\"externalId\":\"c-3\"}", admin, JSON, "Idempotency-Key:");
        t.tell("POST /v1/users", "{\"externalId\":\"c-3\"}", admin, JSON, "Idempotency-Key: " + "k".repeat(256));
        t.check(GOLDEN.resolve("idempotency.txt"));
    }

    @Test
    void put() {
        String path = "PUT /v1/users/external:c-1";
        t.remark("Nobody has the external id: registered.");
        t.tell(path, "{\"email\":\"ann@example.org\",\"name\":\"Ann\",\"metadata\":{\"plan\":2}}", admin, JSON);
        t.remark("The same once more changes nothing.");
        t.tell(path, "{\"email\":\"ann@example.org\",\"name\":\"Ann\",\"metadata\":{\"plan\":2}}", admin, JSON);
        t.remark("Absent fields are cleared; holds stay.");
        t.quietly("PUT /v1/users/external:c-1/holds/suspended", "{}", admin, JSON);
        t.tell(path, "{\"externalId\":\"c-1\",\"username\":\"ann\"}", admin, JSON);
        t.remark("Only to create a user.");
        t.tell(path, "{\"name\":\"Other\"}", admin, JSON, "If-None-Match: *");
        t.tell("PUT /v1/users/external:c-2", "{\"name\":\"Bob\"}", admin, JSON, "If-None-Match: *");
        t.remark("Only to replace a user.");
        t.tell("PUT /v1/users/external:c-3", "{}", admin, JSON, "If-Match: *");
        t.tell("PUT /v1/users/external:c-3", "{}", admin, JSON, "If-Match: \"1\"");
        t.tell("PUT /v1/users/external:c-2", "{}", admin, JSON, "If-Match: \"7\"");
        t.tell("PUT /v1/users/external:c-2", "{\"name\":\"Bob B.\"}", admin, JSON, "If-Match: W/\"1\"");
        t.remark("Sent again under its key.");
        t.tell("PUT /v1/users/external:c-4", "{\"name\":\"Dan\"}", admin, JSON, "Idempotency-Key: put-1");
        t.tell("PUT /v1/users/external:c-4", "{\"name\":\"Dan\"}", admin, JSON, "Idempotency-Key: put-1");
        t.remark("So is one that changed nothing.");
        t.tell("PUT /v1/users/external:c-4", "{\"name\":\"Dan\"}", admin, JSON, "Idempotency-Key: put-2");
        t.tell("PUT /v1/users/external:c-4", "{\"name\":\"Dan\"}", admin, JSON, "Idempotency-Key: put-2");
        t.remark("Refused.");
        t.tell(path, "{\"username\":\"bob\",\"tag\":\"GUEST\"}", admin, JSON);
        t.tell("PUT /v1/users/external:c-2", "{\"username\":\"ann\"}", admin, JSON);
        t.tell(path, "{\"externalId\":\"c-2\",\"age\":7}", admin, JSON);
        t.tell("PUT /v1/users/email:ann@example.org", "{}", admin, JSON);
        t.tell("PUT /v1/users/external:", "{}", admin, JSON);
        t.tell(path, "{}", admin, JSON, "If-None-Match: \"1\"");
        t.check(GOLDEN.resolve("put.txt"));
    }

    @Test
    void versions() {
        registered("{\"externalId\":\"c-1\"}");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"A\"}", admin, PATCH, "If-Match: \"1\"");
        t.remark("Changed in the meantime.");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"B\"}", admin, PATCH, "If-Match: \"1\"");
        t.remark("One of several, and any.");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"B\"}", admin, PATCH, "If-Match: \"1\", \"7\", \"2\"");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"C\"}", admin, PATCH, "If-Match: *");
        t.remark("Weak tags and tags of others never match.");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"D\"}", admin, PATCH, "If-Match: W/\"4\"");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"D\"}", admin, PATCH, "If-Match: \"abc\"");
        t.remark("Not tags, and not about one user.");
        t.tell("PATCH /v1/users/external:c-1", "{\"name\":\"D\"}", admin, PATCH, "If-Match: 4");
        t.tell("POST /v1/users", "{\"externalId\":\"c-2\"}", admin, JSON, "If-Match: \"1\"");
        t.remark("Standing changes with time alone, so there is no reply without it.");
        t.ask("GET /v1/users/external:c-1/standing", admin, "If-None-Match: \"4\"");
        t.check(GOLDEN.resolve("versions.txt"));
    }

    @Test
    void rehearsals() {
        registered("{\"externalId\":\"c-1\"}");
        t.remark("Everything is answered as it would be, and nothing is kept.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-2\"}", admin, JSON, "Muster-Dry-Run: true");
        t.ask("GET /v1/users/external:c-2", admin);
        t.ask("PUT /v1/users/external:c-1/holds/blocked", admin, "Muster-Dry-Run: true");
        t.ask("GET /v1/users/external:c-1/standing", admin);
        t.tell("POST /v1/users", "{\"externalId\":\"c-1\"}", admin, JSON, "Muster-Dry-Run: true");
        t.remark("A dry run creates nothing, so it returns no secrets.");
        t.tell("POST /v1/keys", "{\"name\":\"k\",\"role\":\"viewer\"}", admin, JSON, "Muster-Dry-Run: true");
        t.tell("POST /v1/tenants", "{\"name\":\"B\",\"partnerId\":\"b\"}", ROOT, JSON, "Muster-Dry-Run: true");
        t.remark("Without a dry run, and with an invalid header.");
        t.tell("POST /v1/users", "{\"externalId\":\"c-2\"}", admin, JSON, "Muster-Dry-Run: false");
        t.tell("POST /v1/users", "{\"externalId\":\"c-3\"}", admin, JSON, "Muster-Dry-Run: yes");
        t.check(GOLDEN.resolve("rehearsals.txt"));
    }

    // The journal

    @Test
    void journal() {
        String ann = registered("{\"externalId\":\"c-1\",\"name\":\"Ann\"}");
        t.quietly("PATCH /v1/users/external:c-1", "{\"name\":\"Anna\"}", admin, PATCH);
        t.quietly("PUT /v1/users/external:c-1/holds/blocked", "{\"reason\":\"law\",\"note\":\"7\"}", admin, JSON);
        t.remark("A user's, newest first.");
        Transcript.Answer first = t.ask("GET /v1/users/external:c-1/history?limit=2", admin);
        t.ask("GET /v1/users/external:c-1/history?limit=2&after=" + first.field("page", "next"), admin);
        t.ask("GET /v1/users/number:9/history", admin);
        t.ask("GET /v1/users/external:c-1/history?offset=1&limit=x", admin);
        t.remark("The realm's, in order.");
        Transcript.Answer page = t.ask("GET /v1/journal?limit=1", admin);
        t.ask("GET /v1/journal?limit=1&after=" + page.field("page", "next"), admin);
        t.ask("GET /v1/journal?action=user.hold&since=2026-01-01T00:00:00Z&until=2999-01-01T00:00:00Z", admin);
        Transcript.Answer last = t.ask("GET /v1/journal?subject=user:" + ann + "&action=user.registered", admin);
        t.remark("A client that follows the journal uses the last next again.");
        t.ask("GET /v1/journal?after=" + last.field("page", "next"), admin);
        t.ask("GET /v1/journal?actor=0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11", admin);
        t.ask("GET /v1/journal?subject=ann&actor=ann&since=x&until=&offset=1", admin);
        t.remark("The head, the verification, and the export.");
        t.ask("GET /v1/journal/head", admin);
        t.ask("GET /v1/journal/verify", admin);
        t.ask("GET /v1/journal/reconcile", admin);
        t.ask("GET /v1/journal/export", admin);
        t.ask("GET /v1/journal/export?from=1", admin);
        t.remark("The entries of an erased user show only their actions.");
        t.quietly("POST /v1/users/number:1/erase", "{}", admin, JSON);
        t.ask("GET /v1/users/number:1/history?limit=2", admin);
        t.remark("After an entry, by its number.");
        t.ask("GET /v1/journal?limit=1&after=2", admin);
        t.check(GOLDEN.resolve("journal.txt"));
    }

    // Keys, operators, tenants

    @Test
    void keys() {
        t.remark("By role, or by scopes and rank.");
        t.tell("POST /v1/keys", "{\"name\":\"reports\",\"role\":\"viewer\"}", admin, JSON);
        Transcript.Answer made = t.tell("POST /v1/keys", """
                {"name":"desk","scopes":["users:read","users:write"],"rank":"ADMIN",\
                "expiresAt":"2099-01-01T00:00:00Z"}""", admin, JSON);
        String desk = "Authorization: Bearer " + made.field("apiKey");
        t.remark("Faulty ones.");
        t.tell("POST /v1/keys", "{\"name\":\"x\"}", admin, JSON);
        t.tell("POST /v1/keys", "{\"name\":\"x\",\"role\":\"admin\",\"scopes\":[\"users:read\"]}", admin, JSON);
        t.tell("POST /v1/keys", "{\"scopes\":[],\"rank\":\"KING\",\"expiresAt\":\"x\",\"id\":1}", admin, JSON);
        t.tell("POST /v1/keys", "{\"name\":\"x\",\"scopes\":[\"users:read\",\"all\",7]}", admin, JSON);
        t.tell(
                "POST /v1/keys",
                "{\"name\":\"x\",\"role\":\"viewer\",\"expiresAt\":\"2026-01-01T00:00:00Z\"}",
                admin,
                JSON);
        t.remark("Callers cannot create a key with more rights than their own.");
        String maker = key("maker", "\"scopes\":[\"keys:write\"]");
        t.tell("POST /v1/keys", "{\"name\":\"x\",\"role\":\"viewer\"}", maker, JSON);
        t.tell("POST /v1/keys", "{\"name\":\"x\",\"scopes\":[\"keys:write\"],\"rank\":\"SUPER\"}", maker, JSON);
        t.ask("GET /v1/keys", desk);
        t.remark("All of them, without secrets.");
        t.ask("GET /v1/keys", admin);
        t.ask("GET /v1/keys?limit=1&offset=1", admin);
        t.remark("Callers cannot revoke a key with more rights than their own.");
        t.ask("DELETE /v1/keys/" + made.field("keyId"), maker);
        t.remark("Revoked, again, unknown; and the last one that can make others stays.");
        t.ask("DELETE /v1/keys/" + made.field("keyId"), admin);
        t.ask("DELETE /v1/keys/" + made.field("keyId"), admin);
        t.ask("GET /v1/users", desk);
        t.ask("DELETE /v1/keys/7", admin);
        t.ask("DELETE /v1/keys/0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11", admin);
        String mine = t.quietly("GET /v1/keys", null, admin).field("keyId");
        String other = t.quietly("GET /v1/keys?offset=3&limit=1", null, admin).field("keyId");
        t.quietly("DELETE /v1/keys/" + other, null, admin);
        t.ask("DELETE /v1/keys/" + mine, admin);
        t.remark("A key's expiry can be brought forward, but not postponed.");
        String ending = t.quietly("POST /v1/keys", """
                {"name":"ending","role":"viewer","expiresAt":"2099-01-01T00:00:00Z"}""", admin, JSON).field("keyId");
        String expiry = "PUT /v1/keys/" + ending + "/expiry";
        t.tell(expiry, "{\"expiresAt\":\"2098-01-01T00:00:00Z\"}", admin, JSON);
        t.tell(expiry, "{\"expiresAt\":\"2099-01-01T00:00:00Z\"}", admin, JSON);
        t.tell(expiry, "{\"expiresAt\":\"2026-01-01T00:00:00Z\"}", admin, JSON);
        t.tell(expiry, "{}", admin, JSON);
        t.tell("PUT /v1/keys/" + mine + "/expiry", "{\"expiresAt\":\"2098-01-01T00:00:00Z\"}", admin, JSON);
        t.check(GOLDEN.resolve("keys.txt"));
    }

    @Test
    void keysCreatedByKeys() {
        Transcript.Answer made = t.tell("POST /v1/keys", """
                {"name":"deploy","role":"admin","expiresAt":"2099-01-01T00:00:00Z"}""", admin, JSON);
        String deploy = "Authorization: Bearer " + made.field("apiKey");
        t.remark("Keys that it creates expire when it does, or earlier.");
        t.tell("POST /v1/keys", "{\"name\":\"child\",\"role\":\"viewer\"}", deploy, JSON);
        t.tell(
                "POST /v1/keys",
                "{\"name\":\"x\",\"role\":\"viewer\",\"expiresAt\":\"2099-01-01T00:00:00.001Z\"}",
                deploy,
                JSON);
        t.remark("So it can neither create operators nor change their passwords.");
        String eve = "{\"username\":\"eve\",\"password\":\"correct horse battery\",\"role\":\"viewer\"}";
        t.tell("POST /v1/operators", eve, deploy, JSON);
        t.quietly("POST /v1/operators", eve, admin, JSON);
        t.tell("PUT /v1/operators/eve/password", "{\"password\":\"correct horse battery 2\"}", deploy, JSON);
        t.ask("POST /v1/operators/eve/enable", deploy);
        t.remark("Revoked with all that it made.");
        t.ask("DELETE /v1/keys/" + made.field("keyId") + "?descendants=true", admin);
        t.ask("DELETE /v1/keys/" + made.field("keyId") + "?descendants=all", admin);
        t.ask("GET /v1/keys", admin);
        t.ask("GET /v1/journal?action=key.revoked", admin);
        t.check(GOLDEN.resolve("keys-that-keys-make.txt"));
    }

    /// Every signing key is tried for each signed request, so a realm may have only a few of them. The number of
    /// other keys is not limited.
    @Test
    void keysThatSign() {
        t.tell("POST /v1/keys", "{\"name\":\"x\",\"role\":\"viewer\",\"signing\":\"no\"}", admin, JSON);
        String last = "";
        for (int i = 2; i <= 8; i++) {
            last = t.quietly("POST /v1/keys", "{\"name\":\"n" + i + "\",\"scopes\":[\"users:read\"]}", admin, JSON)
                    .field("keyId");
        }
        t.remark("The ninth that signs, and one that does not.");
        t.tell("POST /v1/keys", "{\"name\":\"ninth\",\"scopes\":[\"users:read\"]}", admin, JSON);
        t.tell("POST /v1/keys", "{\"name\":\"silent\",\"scopes\":[\"users:read\"],\"signing\":false}", admin, JSON);
        t.remark("The same for root.");
        String path = "POST /v1/tenants/tenant-" + tenants + "/test/keys";
        t.name("/v1/tenants/tenant-" + tenants + "/", "/v1/tenants/<partner id>/");
        t.tell(path, "{\"name\":\"rescue\"}", ROOT, JSON);
        t.tell(path, "{\"name\":\"rescue\",\"signing\":false}", ROOT, JSON);
        t.remark("A revoked one makes room.");
        t.quietly("DELETE /v1/keys/" + last, null, admin);
        t.tell("POST /v1/keys", "{\"name\":\"ninth\",\"scopes\":[\"users:read\"],\"signing\":true}", admin, JSON);
        t.ask("GET /v1/keys?offset=7&limit=10", admin);
        t.check(GOLDEN.resolve("keys-that-sign.txt"));
    }

    @Test
    void operators() {
        String create = "{\"username\":\"Ann\",\"password\":\"correct horse battery\",\"role\":\"manager\"}";
        t.tell("POST /v1/operators", create, admin, JSON);
        t.remark("The name is taken.");
        t.tell("POST /v1/operators", create.replace("Ann", "ANN"), admin, JSON);
        t.remark("Faulty ones.");
        t.tell(
                "POST /v1/operators",
                "{\"username\":\" \",\"password\":\"short\",\"role\":\"king\",\"x\":1}",
                admin,
                JSON);
        t.tell("POST /v1/operators", "{\"password\":null}", admin, JSON);
        t.ask("GET /v1/operators", admin);
        t.remark("Disabled, enabled, and with a new password.");
        t.ask("POST /v1/operators/ann/disable", admin);
        t.tell("POST /v1/operators/ann/enable", "{}", admin, JSON);
        t.tell("PUT /v1/operators/ann/password", "{\"password\":\"correct horse battery 2\"}", admin, JSON);
        t.tell("PUT /v1/operators/ann/password", "{\"password\":\"short\"}", admin, JSON);
        t.remark("Signed out everywhere.");
        t.ask("POST /v1/operators/ann/sign-out", admin);
        t.ask("POST /v1/operators/bob/sign-out", admin);
        t.ask("POST /v1/operators/bob/disable", admin);
        t.remark("In another role.");
        t.tell("PUT /v1/operators/ann/role", "{\"role\":\"viewer\"}", admin, JSON);
        t.tell("PUT /v1/operators/ann/role", "{\"role\":\"king\"}", admin, JSON);
        t.tell("PUT /v1/operators/bob/role", "{\"role\":\"viewer\"}", admin, JSON);
        t.remark("Deleted, and once more.");
        t.ask("DELETE /v1/operators/ann", admin);
        t.ask("DELETE /v1/operators/ann", admin);
        t.ask("GET /v1/operators", admin);
        t.check(GOLDEN.resolve("operators.txt"));
    }

    @Test
    void sso() {
        String put = """
                {"issuer":"https://login.acme.com/realms/staff","clientId":"muster","clientSecret":"the secret",\
                "roleClaim":"realm_access.roles","roles":{"muster-admin":"admin"},"domains":["ACME.com"],\
                "required":true,"breakGlass":["Emergency"]}""";
        t.remark("In the test realm there are none, and none is set.");
        t.ask("GET /v1/sso", admin);
        t.tell("PUT /v1/sso", put, admin, JSON);
        String production = production();
        t.remark("In production.");
        t.tell("PUT /v1/sso", put, production, JSON);
        t.remark("All other settings are replaced; the secret stays if none is given.");
        Transcript.Answer answer = t.tell(
                "PUT /v1/sso",
                "{\"issuer\":\"https://login.acme.com/realms/staff\",\"clientId\":\"muster\",\"roles\":{\"a\":\"viewer\"}}",
                production,
                JSON);
        t.ask("GET /v1/sso", production);
        t.remark("Without a secret for a new issuer, and beside one without domains.");
        String other = "{\"issuer\":\"https://other.acme.com\",\"clientId\":\"m\",\"roles\":{\"a\":\"viewer\"}";
        t.tell("PUT /v1/sso", other + "}", production, JSON);
        t.tell("PUT /v1/sso", other + ",\"clientSecret\":\"s\"}", production, JSON);
        t.remark("Faulty ones.");
        t.tell(
                "PUT /v1/sso",
                "{\"issuer\":\"http://login.acme.com\",\"clientId\":\"\",\"roles\":{\"a\":\"king\"},\"domains\":[\"acme\"]}",
                production,
                JSON);
        t.tell("PUT /v1/sso", "{}", production, JSON);
        t.remark("Removed, and once more.");
        t.ask("DELETE /v1/sso/" + answer.field("id"), production);
        t.ask("DELETE /v1/sso/" + answer.field("id"), production);
        t.check(GOLDEN.resolve("sso.txt"));
    }

    @Test
    void webhooks() {
        t.tell("POST /v1/users", "{\"externalId\":\"c-1\"}", admin, JSON);
        t.remark("Created; the secret is shown once.");
        String id = t.tell(
                        "POST /v1/webhooks",
                        "{\"url\":\"https://example.org/muster\",\"types\":[\"user.standing.changed\",\"job.*\"],"
                                + "\"description\":\"the ledger\"}",
                        admin,
                        JSON)
                .field("webhookId");
        t.ask("GET /v1/webhooks/" + id, admin);
        t.remark("From the first entry, with the full payload, as a dry run and in fact.");
        String full = "{\"url\":\"https://audit.example.org\",\"types\":[\"*\"],\"payload\":\"full\","
                + "\"strict\":true,\"from\":1}";
        t.tell("POST /v1/webhooks", full, admin, JSON, "Muster-Dry-Run: true");
        t.tell("POST /v1/webhooks", full, admin, JSON);
        t.ask("GET /v1/webhooks", admin);
        t.remark("Repeated with the same key, which does not show the secret again.");
        String second = "{\"url\":\"https://second.example.org\",\"types\":[\"*\"]}";
        t.tell("POST /v1/webhooks", second, admin, JSON, "Idempotency-Key: once");
        t.tell("POST /v1/webhooks", second, admin, JSON, "Idempotency-Key: once");
        t.remark("Invalid ones.");
        t.tell("POST /v1/webhooks", "{}", admin, JSON);
        t.tell(
                "POST /v1/webhooks",
                "{\"url\":\"http://example.org\",\"types\":[\"user.vanished\"],\"payload\":\"fat\",\"from\":\"then\"}",
                admin,
                JSON);
        t.tell("POST /v1/webhooks", "{\"url\":\"https://me@example.org#x\",\"types\":[]}", admin, JSON);
        t.tell("POST /v1/webhooks", "{\"url\":\"https://127.0.0.1\",\"types\":[\"*\"]}", admin, JSON);
        t.tell("POST /v1/webhooks", "{\"url\":\"https://example.org\",\"types\":[\"*\"],\"from\":99}", admin, JSON);
        t.remark("Changed; fields that are left out stay.");
        String one = "/v1/webhooks/" + id;
        t.tell("PATCH " + one, "{\"types\":[\"user.*\"],\"description\":null}", admin, JSON);
        t.tell("PATCH " + one, "{\"types\":null,\"payload\":\"fat\",\"secret\":\"mine\"}", admin, JSON);
        t.remark("Paused, resumed where it stopped, and then from now on.");
        t.ask("POST " + one + "/pause", admin);
        t.remark("What is sent again waits until then.");
        t.tell("POST " + one + "/replay", "{\"from\":1,\"to\":3}", admin, JSON);
        t.ask("POST " + one + "/resume", admin);
        t.tell("POST " + one + "/resume", "{\"from\":\"now\"}", admin, JSON);
        t.remark("With another secret.");
        t.tell("POST " + one + "/rotate-secret", "{\"overlapHours\":2}", admin, JSON);
        t.tell("POST " + one + "/rotate-secret", "{\"overlapHours\":200}", admin, JSON);
        t.remark("Deleted, and once more.");
        t.ask("DELETE " + one, admin);
        t.ask("DELETE " + one, admin);
        t.ask("GET /v1/webhooks/1", admin);
        t.check(GOLDEN.resolve("webhooks.txt"));
    }

    @Test
    void passkeys() {
        t.quietly(
                "POST /v1/operators",
                "{\"username\":\"ann\",\"password\":\"a password of ann's\",\"role\":\"viewer\"}",
                admin,
                JSON);
        t.remark("Operators add theirs in the console.");
        t.ask("GET /v1/operators/ann/passkeys", admin);
        t.ask("DELETE /v1/operators/ann/passkeys", admin);
        t.ask("DELETE /v1/operators/ann/passkeys/01900000-0000-7000-8000-000000000000", admin);
        t.ask("DELETE /v1/operators/bob/passkeys", admin);
        t.ask("GET /v1/operators/bob/passkeys", admin);
        t.remark("Who must use one.");
        t.ask("GET /v1/passkey-policy", admin);
        t.tell("PUT /v1/passkey-policy", "{\"requiredFor\":[\"admin\",\"viewer\"]}", admin, JSON);
        t.ask("GET /v1/passkey-policy", admin);
        t.tell("PUT /v1/passkey-policy", "{\"requiredFor\":[\"king\"]}", admin, JSON);
        t.tell("PUT /v1/passkey-policy", "{}", admin, JSON);
        t.check(GOLDEN.resolve("passkeys.txt"));
    }

    /// Creates an admin key of the tenant's production realm and returns its header line.
    private String production() {
        Transcript.Answer made = t.quietly(
                "POST /v1/tenants/tenant-" + tenants + "/production/keys", "{\"name\":\"production\"}", ROOT, JSON);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        t.name(made.field("apiKey"), "<production key>");
        return "Authorization: Bearer " + made.field("apiKey");
    }

    @Test
    void me() {
        t.name("\"tenant-" + tenants + "\"", "\"<partner id>\"");
        t.ask("GET /v1/me", admin);
        t.remark("A key with scopes and an end.");
        t.ask("GET /v1/me", key("desk", "\"scopes\":[\"jobs:write\"],\"expiresAt\":\"2099-01-01T00:00:00Z\""));
        t.remark("Root.");
        t.ask("GET /v1/me", ROOT);
        t.remark("Nobody.");
        t.ask("GET /v1/me");
        t.check(GOLDEN.resolve("me.txt"));
    }

    @Test
    void tenants(@TempDir Path folder) {
        try (RestServer own = new RestServer(folder, MANY)) {
            begin(own, "acme");
            tenantsAndBars();
        }
    }

    private void tenantsAndBars() {
        t.remark("A tenant with its two realms, and an admin key in each.");
        t.tell("POST /v1/tenants", "{\"name\":\"Beta Ltd\",\"partnerId\":\"beta\"}", ROOT, JSON);
        t.tell("POST /v1/tenants", "{\"name\":\"Beta Ltd\",\"partnerId\":\"beta\"}", ROOT, JSON);
        t.tell("POST /v1/tenants", "{\"partnerId\":\"b e\",\"plan\":1}", ROOT, JSON);
        Transcript.Answer page = t.ask("GET /v1/tenants?limit=1", ROOT);
        t.ask("GET /v1/tenants?after=" + page.field("page", "next"), ROOT);
        t.remark("An admin key for a realm that lost its own.");
        t.tell("POST /v1/tenants/acme/test/keys", "{\"name\":\"rescue\"}", ROOT, JSON);
        t.tell("POST /v1/tenants/acme/live/keys", "{\"name\":\"rescue\"}", ROOT, JSON);
        t.tell("POST /v1/tenants/nobody/test/keys", "{\"name\":\"rescue\"}", ROOT, JSON);
        t.tell("POST /v1/tenants/acme/test/keys", "{}", ROOT, JSON);
        t.remark("A bar made in error.");
        String eve = registered("{\"email\":\"eve@example.org\"}");
        t.quietly("POST /v1/users/number:1/bar", "{\"reason\":\"theft\"}", admin, JSON);
        String annul = "POST /v1/tenants/acme/test/users/" + eve + "/annul-bar";
        t.tell(annul, "{\"reason\":\"mixed up\"}", admin, JSON);
        t.tell(annul, "{}", ROOT, JSON);
        t.tell(annul, "{\"reason\":\"mixed up\"}", ROOT, JSON);
        t.ask("GET /v1/users/number:1/standing", admin);
        t.tell("POST /v1/tenants/acme/test/users/eve/annul-bar", "{\"reason\":\"mixed up\"}", ROOT, JSON);
        t.remark("Root cannot read users; a realm's admin cannot create tenants.");
        t.ask("GET /v1/users/number:1", ROOT);
        t.ask("GET /v1/tenants", admin);
        t.remark("A realm's quotas, and requests beyond them.");
        String quotas = "/v1/tenants/acme/test/quotas";
        t.ask("GET " + quotas, ROOT);
        t.tell("PUT " + quotas, "{\"users\":1,\"groups\":0}", ROOT, JSON, "Muster-Dry-Run: true");
        t.tell("PUT " + quotas, "{\"users\":1,\"groups\":0}", ROOT, JSON);
        t.tell("POST /v1/users", "{\"email\":\"one-more@example.org\"}", admin, JSON);
        t.tell("POST /v1/groups", "{\"name\":\"Staff\"}", admin, JSON);
        t.tell("PUT " + quotas, "{\"users\":-1,\"requestsPerSecond\":0,\"webhooks\":1}", ROOT, JSON);
        t.tell("PUT " + quotas, "{}", admin, JSON);
        t.ask("GET " + quotas, admin);
        t.ask("GET /v1/tenants/nobody/test/quotas", ROOT);
        t.check(GOLDEN.resolve("tenants.txt"));
    }

    // Behaviour common to all calls

    @Test
    void refusedBeforeAnythingIsDone() {
        t.remark("No credential, and no valid one.");
        t.ask("GET /v1/users");
        t.ask("GET /v1/users", "Authorization: Basic YTpi");
        t.ask("GET /v1/users", "Authorization: Bearer nonsense");
        t.remark("Not allowed; refused before the body is read.");
        String viewer = key("viewer", "\"role\":\"viewer\"");
        t.tell("POST /v1/users", "nonsense", viewer, JSON);
        t.remark("Not JSON, not an object, nothing at all, of another kind.");
        t.tell("POST /v1/users", "{\"email\":", admin, JSON);
        t.tell("POST /v1/users", "{\"email\":\"a@b.c\",\"email\":\"a@b.c\"}", admin, JSON);
        t.tell("POST /v1/users", "[]", admin, JSON);
        t.ask("POST /v1/users", admin, JSON);
        t.tell("POST /v1/users", "email=a@b.c", admin, "Content-Type: application/x-www-form-urlencoded");
        t.tell("POST /v1/users", "{\"email\":\"a@b.c\"}", admin);
        t.tell("PATCH /v1/users/number:1", "{}", admin, "Content-Type: text/plain");
        t.remark("No such path, no such method, a path that is badly encoded.");
        t.ask("GET /v1/people", admin);
        t.ask("PUT /v1/users", admin);
        t.ask("GET /v1/users/%zz", admin);
        t.remark("Too long.");
        t.ask("POST /v1/users", admin, JSON, "Content-Length: 1048577");
        t.check(GOLDEN.resolve("refused.txt"));
    }

    @Test
    void tooManyFailures(@TempDir Path folder) {
        try (RestServer own = new RestServer(folder, 2)) {
            begin(own, "acme");
            t.ask("GET /v1/users", "Authorization: Bearer nonsense");
            t.ask("GET /v1/users", "Authorization: Bearer nonsense");
            Transcript.Answer limited = t.quietly("GET /v1/users", null, admin);
            assertThat(limited.status()).isEqualTo(429);
            assertThat(limited.head()).containsPattern("Retry-After: [1-9][0-9]*\r\n");
            assertThat(limited.head()).containsPattern("RateLimit: \"failures\";r=0;t=[1-9][0-9]*\r\n");
            t.check(GOLDEN.resolve("too-many-failures.txt"));
        }
    }

    @Test
    void health() {
        t.ask("GET /health/live");
        t.ask("GET /health/ready");
        t.ask("POST /health/live");
        t.check(GOLDEN.resolve("health.txt"));
    }

    @Test
    void nothingCrossesARealm() {
        String ann = registered("{\"externalId\":\"c-1\"}");
        String other = server.tenant(t, "other");
        t.remark("Another tenant's user is unknown.");
        t.ask("GET /v1/users/" + ann, other);
        t.ask("GET /v1/users/external:c-1/standing", other);
        t.ask("PUT /v1/users/" + ann + "/holds/blocked", other);
        t.ask("GET /v1/users", other);
        t.check(GOLDEN.resolve("another-realm.txt"));
    }
}
