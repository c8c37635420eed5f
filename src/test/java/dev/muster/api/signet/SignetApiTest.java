package dev.muster.api.signet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.Transcript;
import dev.muster.http.json.Json;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.KeyGenerator;
import dev.muster.testing.OnBothDatabases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the dialect end to end, with a real server and database. The exchanges are recorded in
/// src/test/resources/golden/signet.
@OnBothDatabases
final class SignetApiTest {
    private static final String JSON = "Content-Type: application/json";
    private static final UUID NOBODY = UUID.fromString("00000000-0000-7000-8000-000000000000");

    @TempDir
    private Path folder;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Transcript transcript;
    private String key;
    private Actor admin;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                () -> Instant.now().plus(ahead.get()),
                6,
                (core, gate, _) -> List.of(new SignetApi(core.directory(), gate).httpApi()));
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.test(), tenancy.testKey());
        transcript = new Transcript(server.port());
        transcript.name(tenancy.testKey().apiKey(), "<api key>");
        transcript.name(tenancy.testKey().apiSecret(), "<api secret>");
        transcript.name(NOBODY.toString(), NOBODY.toString());
        transcript.name("2099-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z");
        key = "Authorization: Bearer " + tenancy.testKey().apiKey();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /// Runs the commands of the vendor's documentation, unchanged except for host, key and ids.
    @Test
    void page() {
        String id = idOf(curl("""
                curl -X POST https://localhost:4401/partner/v1/register-user \\
                -H "Content-Type: application/json" \\
                -H "Authorization: Bearer YOUR_API_KEY" \\
                -d '{
                "name": "John Doe",
                "email": "johasdn.doe@example.com"
                }'"""));
        curl("""
                curl -X GET https://localhost:4401/partner/v1/all-users \\
                -H "Authorization: Bearer YOUR_API_KEY\"""");
        curl("""
                curl -X GET https://localhost:4401/partner/v1/get-user?userId=ID \\
                -H "Authorization: Bearer YOUR_API_KEY\"""".replace("ID", id));
        curl("""
                curl -X PATCH https://localhost:4401/partner/v1/update-user \\
                -H "Content-Type: application/json" \\
                -H "Authorization: Bearer YOUR_API_KEY" \\
                -d '{
                "userId": "ID",
                "status": "suspended"
                }'""".replace("ID", id));
        curl("""
                curl -X DELETE https://localhost:4401/partner/v1/remove-user \\
                -H "Content-Type: application/json" \\
                -H "Authorization: Bearer YOUR_API_KEY" \\
                -d '{
                "userId": "ID"
                }'""".replace("ID", id));
        check("page.txt");
    }

    private String curl(String command) {
        String run = command.replace("https://localhost:4401", server.address().toString())
                .replace("YOUR_API_KEY", tenancy.testKey().apiKey());
        String printed = transcript.command(run, run.replaceFirst("curl ", "curl -sSi "));
        return printed.substring(printed.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void register() {
        registers("{\"name\":\"John Doe\",\"email\":\"john.doe@example.com\"}");
        transcript.remark("Unknown fields are ignored; values are trimmed.");
        registers(
                "{\"email\":\" zoe@example.com \",\"plan\":\"gold\",\"name\":\" Zoé 髙橋 \",\"metadata\":{\"tags\":[1,\"a\",null]}}");
        transcript.remark("All faults at once.");
        registers("{}");
        registers("{\"name\":7,\"email\":null,\"metadata\":[]}");
        registers("{\"name\":\" \",\"email\":\"john@\",\"metadata\":\"{}\"}");
        registers("{\"name\":\"a\\u0000b\",\"email\":\"\\ud800@example.com\"}");
        registers("{\"name\":\"a\\u0007b\",\"email\":\"a@b@c\"}");
        registers("{\"name\":\"" + "n".repeat(201) + "\",\"email\":\"long@example.com\"}");
        registers("{\"name\":\"Big\",\"email\":\"big@example.com\",\"metadata\":{\"a\":\"" + "x".repeat(8200) + "\"}}");
        transcript.remark("Bodies that cannot be read.");
        registers("[]");
        registers("{\"name\":");
        registers("{\"name\":\"a\",\"name\":\"b\"}");
        posts("/register-user", List.of(key), "");
        posts("/register-user", List.of(key, "Content-Type: application/x-www-form-urlencoded"), "name=John");
        transcript.remark("Duplicates, whatever the letter case.");
        registers("{\"name\":\"Jane Doe\",\"email\":\"John.Doe@Example.COM\"}");
        User removed = person("gone", new Command.Remove(null, null));
        registers("{\"name\":\"Jane Doe\",\"email\":\"gone@example.com\"}");
        assertThat(removed.isRemoved()).isTrue();
        transcript.remark("Barred.");
        person("barred", new Command.Bar("identity_theft", null));
        registers("{\"name\":\"Jane Doe\",\"email\":\"barred@example.com\"}");
        check("register.txt");
    }

    @Test
    void credentials() {
        String body = "{\"name\":\"John Doe\",\"email\":\"john.doe@example.com\"}";
        transcript.remark("None, and what counts as none.");
        posts("/register-user", List.of(JSON), body);
        posts("/register-user", List.of("Authorization: Basic am9objpkb2U=", JSON), body);
        posts("/register-user", List.of("Authorization: Bearer nonsense", JSON), body);
        KeyGenerator.GeneratedKey viewer = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        transcript.name(viewer.apiKey(), "<viewer's key>");
        transcript.remark("Not enough.");
        posts("/register-user", List.of("Authorization: Bearer " + viewer.apiKey(), JSON), body);
        gets("/all-users", List.of("Authorization: Bearer " + viewer.apiKey()));
        transcript.name(TestServer.ROOT_KEY, "<root key>");
        transcript.remark("Root reads no user and writes none.");
        gets("/all-users", List.of("Authorization: Bearer " + TestServer.ROOT_KEY));
        gets("/get-user?userId=" + NOBODY, List.of("Authorization: Bearer " + TestServer.ROOT_KEY));
        posts("/register-user", List.of("Authorization: Bearer " + TestServer.ROOT_KEY, JSON), body);
        transcript.remark("Another environment is another realm: what is here is not there.");
        String id = idOf(registers(body));
        transcript.name(tenancy.productionKey().apiKey(), "<production key>");
        List<String> production =
                List.of("Authorization: Bearer " + tenancy.productionKey().apiKey(), JSON);
        gets("/get-user?userId=" + id, production);
        patches(production, "{\"userId\":\"" + id + "\",\"status\":\"suspended\"}");
        deletes("", production, "{\"userId\":\"" + id + "\"}");
        gets("/all-users", production);
        transcript.remark("Too many failures from one address.");
        for (int i = 0; i < 5; i++) {
            gets("/all-users", List.of("Authorization: Bearer nonsense"));
        }
        gets("/all-users", List.of(key));
        check("credentials.txt");
    }

    @Test
    void list() {
        gets("/all-users", List.of(key));
        for (String name : List.of("ada", "grace", "mary", "joan")) {
            person(name);
        }
        person("erased", new Command.Erase(null, null));
        person("barred", new Command.Bar(null, null));
        person("removed", new Command.Remove(null, null));
        gets("/all-users", List.of(key));
        gets("/all-users?limit=2&offset=3", List.of(key));
        gets("/all-users?limit=100&offset=5", List.of(key));
        gets("/all-users?offset=999999999999999999", List.of(key));
        gets("/all-users?limit=2&limit=2", List.of(key));
        transcript.remark("Out of range, or no number.");
        for (String query : List.of(
                "limit=0",
                "limit=101",
                "limit=-1",
                "limit=",
                "limit",
                "limit=ten",
                "limit=1.0",
                "limit=%2B1",
                "limit=%D9%A3",
                "offset=-1",
                "limit=-99999999999999999999",
                "offset=99999999999999999999",
                "limit=2&limit=3",
                "limit=0&offset=x",
                "limit=%zz")) {
            gets("/all-users?" + query, List.of(key));
        }
        check("list.txt");
    }

    @Test
    void get() {
        User ada = person("ada");
        gets("/get-user?userId=" + ada.id(), List.of(key));
        String upper = ada.id().toString().toUpperCase(Locale.ROOT);
        transcript.name(upper, "<ID 1>");
        gets("/get-user?userId=" + upper, List.of(key));
        transcript.remark("Whatever their standing: blocked, fraud, deactivated, removed, barred.");
        for (HoldKind kind : List.of(HoldKind.BLOCKED, HoldKind.FRAUD, HoldKind.DEACTIVATED)) {
            gets(
                    "/get-user?userId="
                            + person(kind.wireName(), held(kind, Hold.MAIN, null))
                                    .id(),
                    List.of(key));
        }
        gets(
                "/get-user?userId="
                        + person("removed", new Command.Remove(null, null)).id(),
                List.of(key));
        gets("/get-user?userId=" + person("barred", new Command.Bar(null, null)).id(), List.of(key));
        transcript.remark("A suspension that ends by itself is over when it ends.");
        User brief = person(
                "brief", held(HoldKind.SUSPENDED, Hold.MAIN, Instant.now().plusSeconds(30)));
        gets("/get-user?userId=" + brief.id(), List.of(key));
        ahead.set(Duration.ofSeconds(60));
        gets("/get-user?userId=" + brief.id(), List.of(key));
        transcript.remark("Known by username alone: nothing is null here.");
        User nameless = server.execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(
                                null,
                                null,
                                new Validator().identifier(Identifier.Kind.USERNAME, "nameless"),
                                null,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
        gets("/get-user?userId=" + nameless.id(), List.of(key));
        transcript.remark("Unknown; and erased, of whom there is nothing left to show.");
        gets("/get-user?userId=" + NOBODY, List.of(key));
        gets(
                "/get-user?userId="
                        + person("erased", new Command.Erase(null, null)).id(),
                List.of(key));
        transcript.remark("Missing, or no UUID.");
        gets("/get-user", List.of(key));
        gets("/get-user?userId", List.of(key));
        gets("/get-user?userId=1", List.of(key));
        gets("/get-user?userId=1-1-1-1-1", List.of(key));
        gets("/get-user?userId=" + ada.id() + "&userId=" + NOBODY, List.of(key));
        check("get.txt");
    }

    @Test
    void update() {
        String ada = person("ada").id().toString();
        person("grace");
        updates(ada, "\"name\":\"Ada Lovelace\"");
        updates(ada, "\"email\":\"ada.lovelace@example.com\",\"metadata\":{\"plan\":\"gold\"}");
        updates(ada, "\"metadata\":null");
        transcript.remark("Each status after each other, and once more.");
        updates(ada, "\"status\":\"inactive\"");
        updates(ada, "\"status\":\"suspended\"");
        updates(ada, "\"status\":\"suspended\"");
        updates(ada, "\"status\":\"inactive\"");
        updates(ada, "\"status\":\"active\"");
        updates(ada, "\"status\":\"active\"");
        transcript.remark("All faults at once.");
        patches(List.of(key, JSON), "{}");
        patches(
                List.of(key, JSON),
                "{\"userId\":\"1\",\"name\":\"\",\"email\":\"x\",\"status\":\"ACTIVE\",\"metadata\":1}");
        patches(List.of(key, JSON), "{\"userId\":null,\"name\":null,\"email\":null,\"status\":null}");
        patches(List.of(key, JSON), "{\"userId\":\"" + ada + "\"}");
        patches(List.of(key, JSON), "{\"userId\":\"" + ada + "\",\"plan\":\"gold\"}");
        transcript.remark("Unknown, erased.");
        updates(NOBODY.toString(), "\"name\":\"Nobody\"");
        updates(id("erased", new Command.Erase(null, null)), "\"status\":\"active\"");
        transcript.remark("Another's address: nothing is changed, the status neither.");
        updates(ada, "\"status\":\"suspended\",\"email\":\"GRACE@example.com\"");
        gets("/get-user?userId=" + ada, List.of(key));
        check("update.txt");
    }

    @Test
    void status() {
        transcript.remark("Blocked elsewhere: the block is named, and nothing of the request is done.");
        String blocked = id("blocked", held(HoldKind.BLOCKED, Hold.MAIN, null));
        updates(blocked, "\"status\":\"active\",\"name\":\"New Name\"");
        updates(blocked, "\"status\":\"inactive\",\"name\":\"New Name\"");
        gets("/get-user?userId=" + blocked, List.of(key));
        updates(blocked, "\"status\":\"suspended\"");
        transcript.remark("Fraud.");
        String fraud = id("fraud", held(HoldKind.FRAUD, Hold.MAIN, null));
        updates(fraud, "\"status\":\"active\"");
        updates(fraud, "\"status\":\"inactive\"");
        updates(fraud, "\"status\":\"active\"");
        transcript.remark("A hold of the same kind under another label, and one with an end.");
        String labelled = id("labelled", held(HoldKind.SUSPENDED, "legal", Instant.parse("2099-01-01T00:00:00Z")));
        updates(labelled, "\"status\":\"active\"");
        updates(labelled, "\"status\":\"inactive\"");
        updates(labelled, "\"status\":\"suspended\"");
        String ending = id("ending", held(HoldKind.SUSPENDED, Hold.MAIN, Instant.parse("2099-01-01T00:00:00Z")));
        updates(ending, "\"status\":\"suspended\"");
        transcript.remark("Removed, which is inactive here: changed like anybody else.");
        String removed = id("removed", new Command.Remove(null, null));
        updates(removed, "\"name\":\"New Name\",\"metadata\":{\"plan\":\"gold\"}");
        updates(removed, "\"status\":\"inactive\",\"name\":\"Newer Name\"");
        updates(removed, "\"email\":\"removed.too@example.com\"");
        transcript.remark("Suspended: that brings them back.");
        updates(removed, "\"status\":\"suspended\"");
        updates(removed, "\"status\":\"active\"");
        deletes("?userId=" + removed, List.of(key), "");
        transcript.remark("A block prevents it, and the user stays removed.");
        String both = id("both", held(HoldKind.BLOCKED, Hold.MAIN, null), new Command.Remove(null, null));
        updates(both, "\"status\":\"active\"");
        updates(both, "\"status\":\"suspended\",\"name\":\"New Name\"");
        updates(both, "\"status\":\"inactive\"");
        transcript.remark("Active again, with another name and address.");
        updates(removed, "\"status\":\"active\",\"name\":\"New Name\",\"email\":\"back@example.com\"");
        gets("/get-user?userId=" + removed, List.of(key));
        transcript.remark("Barred, and a barred address.");
        String barred = id("barred", new Command.Bar(null, null));
        updates(barred, "\"status\":\"active\"");
        updates(barred, "\"status\":\"inactive\"");
        updates(barred, "\"name\":\"New Name\"");
        updates(removed, "\"email\":\"barred@example.com\"");
        check("status.txt");
    }

    @Test
    void remove() {
        String ada = id("ada");
        deletes("", List.of(key, JSON), "{\"userId\":\"" + ada + "\"}");
        transcript.remark("Again: when it was done first.");
        deletes("", List.of(key, JSON), "{\"userId\":\"" + ada + "\"}");
        deletes("?userId=" + ada, List.of(key), "");
        deletes("?userId=" + ada, List.of(key, JSON), "{\"userId\":\"" + ada + "\"}");
        deletes("?userId=" + ada, List.of(key, JSON), "{}");
        transcript.remark("Missing, two that differ, no UUID, no JSON.");
        deletes("", List.of(key), "");
        deletes("", List.of(key, JSON), "{}");
        deletes("?userId=" + NOBODY, List.of(key, JSON), "{\"userId\":\"" + ada + "\"}");
        deletes("?userId=x", List.of(key), "");
        deletes("", List.of(key, JSON), "{\"userId\":7}");
        deletes("", List.of(key, JSON), "userId");
        transcript.remark("Unknown, erased, barred.");
        deletes("?userId=" + NOBODY, List.of(key), "");
        deletes("?userId=" + id("erased", new Command.Erase(null, null)), List.of(key), "");
        deletes("?userId=" + id("barred", new Command.Bar(null, null)), List.of(key), "");
        transcript.remark("The last SUPER.");
        deletes("?userId=" + id("super", new Command.ChangeRank(Rank.SUPER)), List.of(key), "");
        check("remove.txt");
    }

    @Test
    void tokens() {
        String exchange = "{\"apiKey\":\"" + tenancy.testKey().apiKey() + "\",\"apiSecret\":\""
                + tenancy.testKey().apiSecret() + "\"}";
        Map<?, ?> credentials = credentials(token(exchange));
        String bearer = "Authorization: Bearer " + credentials.get("accessToken");
        gets("/all-users", List.of(bearer));
        posts("/register-user", List.of(bearer, JSON), "{\"name\":\"John Doe\",\"email\":\"john.doe@example.com\"}");
        String refresh = "{\"refreshToken\":\"" + credentials.get("refreshToken") + "\"}";
        transcript.remark("A refresh token is accepted only by the refresh call.");
        gets("/all-users", List.of("Authorization: Bearer " + credentials.get("refreshToken")));
        ahead.set(Duration.ofMinutes(61));
        gets("/all-users", List.of(bearer));
        Object fresh = credentials(token(refresh)).get("accessToken");
        gets("/all-users", List.of("Authorization: Bearer " + fresh));
        transcript.remark("Something is missing, or too much is there.");
        token("{}");
        token("{\"apiKey\":\"\",\"apiSecret\":1}");
        token("{\"refreshToken\":\"x\",\"apiKey\":\"y\"}");
        token("{\"refreshToken\":null}");
        transcript.remark("Not right.");
        token("{\"apiKey\":\"" + tenancy.testKey().apiKey() + "\",\"apiSecret\":\"mss_x\"}");
        token("{\"refreshToken\":\"" + fresh + "\"}");
        ahead.set(Duration.ofHours(27));
        token(refresh);
        check("tokens.txt");
    }

    /// The newer names of the same calls also work.
    @Test
    void clients() {
        String id = (String) data(posts(
                        "/register-client",
                        List.of(key, JSON),
                        "{\"name\":\"John Doe\",\"email\":\"john.doe@example.com\",\"metadata\":{\"plan\":\"gold\"}}"))
                .get("clientId");
        posts("/register-client", List.of(key, JSON), "{\"name\":\"Jane\",\"email\":\"john.doe@example.com\"}");
        gets("/get-client?clientId=" + id, List.of(key));
        client(id, "\"name\":\"John D.\"");
        transcript.remark("Each status after each other.");
        for (String status :
                List.of("suspended", "inactive", "deleted", "inactive", "deleted", "suspended", "active")) {
            client(id, "\"status\":\"" + status + "\"");
        }
        transcript.remark("Removed is deleted here, and inactive on the other page.");
        exchange("DELETE /partner/v1/remove-client", List.of(key, JSON), "{\"clientId\":\"" + id + "\"}");
        exchange("DELETE /partner/v1/remove-client?clientId=" + id, List.of(key), "");
        gets("/get-client?clientId=" + id, List.of(key));
        gets("/get-user?userId=" + id, List.of(key));
        client(id, "\"name\":\"John Doe\",\"email\":\"john@example.com\"");
        person("barred", new Command.Bar(null, null));
        person("erased", new Command.Erase(null, null));
        gets("/all-clients?limit=3&offset=0", List.of(key));
        gets("/all-clients?limit=0", List.of(key));
        transcript.remark("Each page has its own names.");
        gets("/get-client?userId=" + id, List.of(key));
        patches(List.of(key, JSON), "{\"clientId\":\"" + id + "\",\"status\":\"deleted\"}");
        client(id, "\"status\":\"removed\"");
        client(NOBODY.toString(), "\"name\":\"Nobody\"");
        client(id("blocked", held(HoldKind.BLOCKED, Hold.MAIN, null)), "\"status\":\"active\"");
        check("clients.txt");
    }

    private void client(String id, String fields) {
        exchange("PATCH /partner/v1/update-client", List.of(key, JSON), "{\"clientId\":\"" + id + "\"," + fields + "}");
    }

    private String token(String body) {
        return exchange("POST /dpop/v1/api/generate-token", List.of(JSON), body);
    }

    private static Map<?, ?> credentials(String reply) {
        return (Map<?, ?>) data(reply).get("credentials");
    }

    @Test
    void guards() {
        String body = "{\"name\":\"John Doe\",\"email\":\"john.doe@example.com\"}";
        transcript.remark("The same twice: carried out once, answered twice.");
        List<String> once = List.of(key, JSON, "Idempotency-Key: order-7");
        String id = idOf(posts("/register-user", once, body));
        posts("/register-user", once, body);
        posts("/register-user", once, "{\"email\":\"john.doe@example.com\",\"more\":1,\"name\":\"John Doe\"}");
        posts("/register-user", once, "{\"name\":\"Jane Doe\",\"email\":\"jane.doe@example.com\"}");
        patches(once, "{\"userId\":\"" + id + "\",\"status\":\"suspended\"}");
        transcript.remark("A refused request had no effect, and is decided again.");
        List<String> refused = List.of(key, JSON, "Idempotency-Key: order-8");
        posts("/register-user", refused, "{\"name\":\"Jane Doe\",\"email\":\"john.doe@example.com\"}");
        posts("/register-user", refused, "{\"name\":\"Jane Doe\",\"email\":\"jane.doe@example.com\"}");
        transcript.remark("Only if the version matches.");
        String suspend = "{\"userId\":\"" + id + "\",\"status\":\"suspended\"}";
        patches(List.of(key, JSON, "If-Match: \"7\""), suspend);
        patches(List.of(key, JSON, "If-Match: W/\"1\""), suspend);
        patches(List.of(key, JSON, "If-Match: \"1\""), suspend);
        patches(List.of(key, JSON, "If-Match: *"), suspend);
        transcript.remark("A dry run is decided and answered, and nothing is stored.");
        List<String> rehearsal = List.of(key, JSON, "Muster-Dry-Run: true");
        posts("/register-user", rehearsal, "{\"name\":\"Joan Doe\",\"email\":\"joan.doe@example.com\"}");
        posts("/register-user", rehearsal, "{\"name\":\"Joan Doe\",\"email\":\"john.doe@example.com\"}");
        patches(rehearsal, "{\"userId\":\"" + id + "\",\"status\":\"active\"}");
        deletes("?userId=" + id, rehearsal, "");
        gets("/all-users", List.of(key));
        transcript.remark("Invalid preconditions are refused rather than ignored.");
        patches(
                List.of(key, JSON, "Idempotency-Key: two words", "If-Match: 2", "Muster-Dry-Run: maybe"),
                "{\"userId\":\"" + id + "\",\"status\":\"x\"}");
        check("guards.txt");
    }

    @Test
    void faults() {
        gets("/nothing", List.of(key));
        exchange("POST /partner/v1/all-users", List.of(key), "");
        exchange("GET /dpop/v1/api/generate-token", List.of(), "");
        gets("/all-users?limit=%00", List.of(key));
        exchange("POST /partner/v1/register-user", List.of(key, JSON, "Content-Encoding: gzip"), "{}");
        check("faults.txt");
    }

    // Actions

    private User person(String name, Command... then) {
        Validator checks = new Validator();
        User user = server.execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(
                                checks.email(name + "@example.com"), null, null, name, null, null, Tag.USER, null))
                .user();
        for (Command command : then) {
            Change change = server.execute(tenancy.test(), admin, UserRef.id(user.id()), command);
            user = change.user();
        }
        return user;
    }

    private String id(String name, Command... then) {
        return person(name, then).id().toString();
    }

    private static Command held(HoldKind kind, String label, Instant until) {
        return new Command.PlaceHold(kind, label, null, null, until);
    }

    // Requests

    private String registers(String body) {
        return posts("/register-user", List.of(key, JSON), body);
    }

    /// Sends a request, without a body if `body` is empty, and returns the body of the response.
    private String exchange(String line, List<String> headers, String body) {
        String[] lines = headers.toArray(String[]::new);
        return (body.isEmpty() ? transcript.ask(line, lines) : transcript.tell(line, body, lines)).body();
    }

    private void check(String file) {
        transcript.check(Path.of("src/test/resources/golden/signet", file));
    }

    private String posts(String path, List<String> headers, String body) {
        return exchange("POST /partner/v1" + path, headers, body);
    }

    private String gets(String target, List<String> headers) {
        return exchange("GET /partner/v1" + target, headers, "");
    }

    private String updates(String id, String fields) {
        return patches(List.of(key, JSON), "{\"userId\":\"" + id + "\"," + fields + "}");
    }

    private String patches(List<String> headers, String body) {
        return exchange("PATCH /partner/v1/update-user", headers, body);
    }

    private String deletes(String query, List<String> headers, String body) {
        return exchange("DELETE /partner/v1/remove-user" + query, headers, body);
    }

    private static String idOf(String reply) {
        return (String) data(reply).get("userId");
    }

    private static Map<?, ?> data(String reply) {
        Json.Result.Value read = (Json.Result.Value) Json.read(reply.getBytes(StandardCharsets.UTF_8));
        return (Map<?, ?>) ((Map<?, ?>) read.value()).get("data");
    }
}
