package dev.muster.api.epixel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.Transcript;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RemoteClient;
import dev.muster.security.format.Tokens;
import dev.muster.testing.IgnoringListener;
import dev.muster.testing.OnBothDatabases;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the dialect end to end, with a real server and database. The exchanges are recorded in
/// src/test/resources/golden/epixel.
@OnBothDatabases
final class EpixelApiTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String URLENCODED = "Content-Type: application/x-www-form-urlencoded";
    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=" + "-".repeat(26) + "7";
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";
    private static final int ATTEMPTS = 60;

    @TempDir
    private Path folder;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Transcript transcript;
    private Actor admin;
    private String key;
    private Tokens ada;
    private String token;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                () -> Instant.now().plus(ahead.get()),
                ATTEMPTS,
                (core, authenticator, _) ->
                        List.of(new EpixelApi(core.directory(), authenticator, "/api/v1").httpApi()));
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.test(), tenancy.testKey());
        transcript = new Transcript(server.port());
        transcript.name(NOBODY, NOBODY);
        key = "apikey: " + named(tenancy.testKey().apiKey(), "<api key>");
        ada = operator("ada", Role.MANAGER);
        token = "Authorization: Bearer " + named(ada.accessToken(), "<ada's access token>");
        named(ada.refreshToken(), "<ada's refresh token>");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void signIn() {
        logsIn(MULTIPART, form("username", "ada", "password", TestServer.PASSWORD));
        logsIn(URLENCODED, "username=ada&password=a+password+of+ada%27s");
        String reply = logsIn(JSON, "{\"username\":\" ADA \",\"password\":\"" + TestServer.PASSWORD + "\",\"more\":1}");
        transcript.remark("What was given is good, and so is what it is refreshed for.");
        String body = "{\"unique_id\":\"" + person("grace").externalId().text() + "\"}";
        posts("/block/user/", List.of(key, bearer(field(reply, "access")), JSON), body);
        String refresh = "refresh=" + field(reply, "refresh");
        String fresh = refreshes(refresh);
        posts("/unblock/user/", List.of(key, bearer(field(fresh, "access")), JSON), body);
        transcript.remark("Without its last slash.");
        posts("/user/login", List.of(key, JSON), "{\"username\":\"ada\",\"password\":\"" + TestServer.PASSWORD + "\"}");
        posts("/user/login/refresh", List.of(key, URLENCODED), refresh);
        transcript.remark("Wrong password, unknown name, an operator of the other realm, a disabled one.");
        logsIn(URLENCODED, "username=ada&password=another+password");
        logsIn(URLENCODED, "username=nobody&password=a+password+of+ada%27s");
        posts(
                "/user/login/",
                List.of("apikey: " + named(tenancy.productionKey().apiKey(), "<production key>"), URLENCODED),
                "username=ada&password=a+password+of+ada%27s");
        Tokens left = operator("left", Role.MANAGER);
        server.execute(
                tenancy.test(),
                admin,
                null,
                new OperatorCommand.DisableOperator(new Identifier.Key(Identifier.Kind.USERNAME, "left")));
        logsIn(URLENCODED, "username=left&password=a+password+of+ada%27s");
        refreshes("refresh=" + named(left.refreshToken(), "<refresh token of a disabled operator>"));
        transcript.remark("Fields.");
        logsIn(JSON, "{}");
        logsIn(JSON, "{\"username\":null,\"password\":7}");
        logsIn(JSON, "{\"username\":\"a\\u0000b\",\"password\":\"\\ud800\"}");
        logsIn(URLENCODED, "username=&password=");
        logsIn(URLENCODED, "username=ada&username=grace&password=x");
        refreshes("");
        refreshes("refresh=");
        transcript.remark("What refreshes nothing: an access token, an API key's token, another realm's, nonsense.");
        refreshes("refresh=" + ada.accessToken());
        refreshes("refresh=" + named(keysTokens().refreshToken(), "<an API key's refresh token>"));
        refreshes("refresh=" + named(productionOperator().refreshToken(), "<refresh token of the production realm>"));
        refreshes("refresh=nonsense");
        transcript.remark("Without an API key, with a bad one.");
        posts("/user/login/", List.of(URLENCODED), "username=ada&password=a+password+of+ada%27s");
        posts("/user/login/", List.of("apikey: nonsense", URLENCODED), "username=ada&password=x");
        posts("/user/login/refresh/", List.of(URLENCODED), refresh);
        posts("/user/login/refresh/", List.of("apikey: nonsense", URLENCODED), refresh);
        transcript.remark("A day later.");
        ahead.set(Duration.ofHours(25));
        refreshes(refresh);
        check("sign-in.txt");
    }

    @Test
    void blockAndUnblock() {
        User grace = person("grace");
        transcript.remark("As the page's samples send it.");
        blocks(MULTIPART, form("unique_id", "grace"));
        assertThat(status(grace)).isEqualTo(Status.BLOCKED);
        transcript.remark("Again: the same answer, and nothing changes.");
        blocks(MULTIPART, form("unique_id", "grace"));
        unblocks(MULTIPART, form("unique_id", "grace"));
        assertThat(status(grace)).isEqualTo(Status.ACTIVE);
        unblocks(MULTIPART, form("unique_id", "grace"));
        transcript.remark("Urlencoded, and JSON; what is not known is ignored.");
        blocks(URLENCODED, "unique_id=grace&reason=fraud");
        unblocks(JSON, "{\"unique_id\":\" grace \",\"reason\":null}");
        transcript.remark("As a JSON integer.");
        User seventeen = person("17");
        blocks(JSON, "{\"unique_id\":17}");
        assertThat(status(seventeen)).isEqualTo(Status.BLOCKED);
        transcript.remark("With the misprint of the page's samples in Node.");
        posts("/unblock/user/", List.of(key, token.replace("Bearer", "Beare"), JSON), "{\"unique_id\":17}");
        assertThat(status(seventeen)).isEqualTo(Status.ACTIVE);
        transcript.remark("By user id, and without the last slash.");
        posts("/block/user", List.of(key, token, URLENCODED), "unique_id=" + grace.id());
        assertThat(status(grace)).isEqualTo(Status.BLOCKED);
        posts("/unblock/user", List.of(key, token, URLENCODED), "unique_id=" + grace.id());
        assertThat(status(grace)).isEqualTo(Status.ACTIVE);
        transcript.remark("By an external id that looks like a user id.");
        User looks = person(NOBODY);
        blocks(URLENCODED, "unique_id=" + NOBODY);
        assertThat(status(looks)).isEqualTo(Status.BLOCKED);
        unblocks(URLENCODED, "unique_id=" + NOBODY);
        assertThat(status(looks)).isEqualTo(Status.ACTIVE);
        assertThat(actions(grace))
                .containsExactly(
                        "user.registered",
                        "user.hold.placed",
                        "user.hold.released",
                        "user.hold.placed",
                        "user.hold.released",
                        "user.hold.placed",
                        "user.hold.released");
        check("block.txt");
    }

    @Test
    void theEntryNamesTheOperator() {
        User grace = person("grace");
        blocks(URLENCODED, "unique_id=grace");
        JournalEntry entry = history(grace).getFirst();
        assertThat(entry.actor().kind()).isEqualTo(ActorRef.Kind.OPERATOR);
        assertThat(entry.dialect()).isEqualTo("epixel");
        assertThat(entry.clientRequestId()).isEqualTo("r-1");
    }

    @Test
    void fields() {
        blocks(URLENCODED, "");
        posts("/block/user/", List.of(key, token), "");
        blocks(URLENCODED, "user=grace");
        blocks(MULTIPART, form("user", "grace"));
        blocks(JSON, "{}");
        blocks(URLENCODED, "unique_id=");
        blocks(MULTIPART, form("unique_id", " "));
        blocks(JSON, "{\"unique_id\":\"\"}");
        blocks(JSON, "{\"unique_id\":null}");
        blocks(JSON, "{\"unique_id\":17}");
        blocks(JSON, "{\"unique_id\":-17}");
        blocks(JSON, "{\"unique_id\":1.5}");
        blocks(JSON, "{\"unique_id\":1e999999999}");
        blocks(JSON, "{\"unique_id\":true}");
        blocks(JSON, "{\"unique_id\":[\"a\"]}");
        logsIn(JSON, "{\"username\":17,\"password\":17}");
        blocks(JSON, "{\"unique_id\":\"a\\u0000\"}");
        blocks(URLENCODED, "unique_id=a&unique_id=b");
        transcript.remark("255 characters are not too long, however many bytes they have.");
        blocks(URLENCODED, "unique_id=" + "x".repeat(256));
        blocks(URLENCODED, "unique_id=" + "é".repeat(256));
        blocks(URLENCODED, "unique_id=" + "x".repeat(255));
        person("😀".repeat(255));
        blocks(URLENCODED, "unique_id=" + "😀".repeat(255));
        transcript.remark("Unknown, in either form.");
        blocks(URLENCODED, "unique_id=nobody");
        unblocks(URLENCODED, "unique_id=nobody");
        blocks(URLENCODED, "unique_id=" + NOBODY);
        unblocks(URLENCODED, "unique_id=" + NOBODY);
        transcript.remark("A user of the other realm.");
        User there = person(tenancy.production(), server.actor(tenancy.production(), tenancy.productionKey()), "there");
        blocks(URLENCODED, "unique_id=there");
        blocks(URLENCODED, "unique_id=" + there.id());
        check("fields.txt");
    }

    @Test
    void standings() {
        transcript.remark("Removed: found.");
        User removed = person("removed", new Command.Remove(null, null));
        blocks(URLENCODED, "unique_id=removed");
        unblocks(URLENCODED, "unique_id=removed");
        assertThat(status(removed)).isEqualTo(Status.REMOVED);
        transcript.remark("Erased: as unknown.");
        User erased = person("erased", new Command.Erase(null, null));
        blocks(URLENCODED, "unique_id=erased");
        blocks(URLENCODED, "unique_id=" + erased.id());
        unblocks(URLENCODED, "unique_id=" + erased.id());
        transcript.remark("Barred: as unknown, also where nothing but the bar is left.");
        User barred = person("barred", new Command.Bar(null, null));
        blocks(URLENCODED, "unique_id=barred");
        unblocks(URLENCODED, "unique_id=barred");
        blocks(URLENCODED, "unique_id=" + barred.id());
        person("both", new Command.Bar(null, null), new Command.Erase(null, null));
        blocks(URLENCODED, "unique_id=both");
        transcript.remark("Blocked under another label: that block is not lifted here, and nothing is changed.");
        User legal = person("legal", held(HoldKind.BLOCKED, "legal", null));
        blocks(URLENCODED, "unique_id=legal");
        unblocks(URLENCODED, "unique_id=legal");
        assertThat(standing(legal).holds()).hasSize(2);
        person("ending", held(HoldKind.BLOCKED, "legal", Instant.parse("2099-01-01T00:00:00Z")));
        unblocks(URLENCODED, "unique_id=ending");
        transcript.remark("A block with an end loses it.");
        User brief = person("brief", held(HoldKind.BLOCKED, Hold.MAIN, Instant.parse("2099-01-01T00:00:00Z")));
        blocks(URLENCODED, "unique_id=brief");
        assertThat(standing(brief).until()).isNull();
        transcript.remark("Other holds are left alone.");
        User stacked =
                person("stacked", held(HoldKind.SUSPENDED, Hold.MAIN, null), held(HoldKind.FRAUD, Hold.MAIN, null));
        blocks(URLENCODED, "unique_id=stacked");
        assertThat(standing(stacked).holds()).hasSize(3);
        unblocks(URLENCODED, "unique_id=stacked");
        assertThat(standing(stacked).holds()).hasSize(2);
        transcript.remark("The last SUPER can be blocked.");
        User last = person("super", new Command.ChangeRank(Rank.SUPER));
        blocks(URLENCODED, "unique_id=super");
        assertThat(status(last)).isEqualTo(Status.BLOCKED);
        check("standings.txt");
    }

    @Test
    void credentials() {
        person("grace");
        transcript.remark("Something is missing, and what counts as missing.");
        blocksWith();
        blocksWith(key);
        blocksWith(token);
        blocksWith(key, "Authorization: Basic YWRhOnBhc3N3b3Jk");
        blocksWith(key, "Authorization: Bear " + ada.accessToken());
        blocksWith(key, "Authorization: " + ada.accessToken());
        transcript.remark("Something is not right.");
        blocksWith("apikey: nonsense", token);
        blocksWith(key, bearer("nonsense"));
        blocksWith("apikey: " + tenancy.testKey().apiKey().replaceFirst(".$", "_"), token);
        blocksWith("apikey: " + ada.accessToken(), token);
        blocksWith(key, bearer(ada.refreshToken()));
        transcript.remark("An API key's token does not count, nor does its text, nor the root key.");
        blocksWith(key, bearer(named(keysTokens().accessToken(), "<an API key's access token>")));
        blocksWith(key, bearer(tenancy.testKey().apiKey()));
        blocksWith(key, bearer(named(TestServer.ROOT_KEY, "<root key>")));
        blocksWith("apikey: " + TestServer.ROOT_KEY, token);
        transcript.remark("Key and token of two realms.");
        String productionKey = "apikey: " + named(tenancy.productionKey().apiKey(), "<production key>");
        String productionToken = bearer(named(productionOperator().accessToken(), "<token of the production realm>"));
        blocksWith(productionKey, token);
        blocksWith(key, productionToken);
        blocksWith(productionKey, productionToken);
        transcript.remark("Allowed is what both may do.");
        String viewerToken = bearer(named(operator("vera", Role.VIEWER).accessToken(), "<a viewer's access token>"));
        KeyGenerator.GeneratedKey viewer = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        String viewerKey = "apikey: " + named(viewer.apiKey(), "<a viewer's key>");
        String adminToken = bearer(named(operator("root", Role.ADMIN).accessToken(), "<an admin's access token>"));
        blocksWith(key, viewerToken);
        blocksWith(viewerKey, adminToken);
        blocksWith(viewerKey, viewerToken);
        assertThat(status("grace")).isEqualTo(Status.ACTIVE);
        blocksWith(key, adminToken);
        assertThat(status("grace")).isEqualTo(Status.BLOCKED);
        transcript.remark("The scheme in any letter case.");
        blocksWith(key, "Authorization: bearer " + ada.accessToken());
        transcript.remark("A revoked key, a disabled operator, a token an hour old.");
        KeyGenerator.GeneratedKey revoked = server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER);
        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(revoked.id(), false));
        blocksWith("apikey: " + named(revoked.apiKey(), "<a revoked key>"), token);
        server.execute(
                tenancy.test(),
                admin,
                null,
                new OperatorCommand.DisableOperator(new Identifier.Key(Identifier.Kind.USERNAME, "root")));
        blocksWith(key, adminToken);
        ahead.set(Duration.ofMinutes(61));
        blocksWith(key, token);
        check("credentials.txt");
    }

    @Test
    void tooManyFailures() {
        person("grace");
        for (int i = 0; i < ATTEMPTS; i++) {
            transcript.quietly("POST /api/v1/block/user/", "unique_id=grace", "apikey: nonsense", token, URLENCODED);
        }
        blocksWith(key, token);
        logsIn(URLENCODED, "username=ada&password=a+password+of+ada%27s");
        refreshes("refresh=" + ada.refreshToken());
        transcript.remark("Also without any credentials.");
        blocksWith();
        check("too-many-failures.txt");
    }

    @Test
    void guards() {
        User grace = person("grace");
        person("alan");
        transcript.remark("The same twice: carried out once, answered twice.");
        List<String> once = List.of(key, token, URLENCODED, "Idempotency-Key: order-7");
        posts("/block/user/", once, "unique_id=grace");
        posts("/unblock/user/", List.of(key, token, URLENCODED), "unique_id=grace");
        posts("/block/user/", once, "unique_id=grace&more=1");
        assertThat(status(grace)).isEqualTo(Status.ACTIVE);
        transcript.remark("By user id too.");
        List<String> byId = List.of(key, token, URLENCODED, "Idempotency-Key: order-8");
        posts("/block/user/", byId, "unique_id=" + grace.id());
        posts("/unblock/user/", List.of(key, token, URLENCODED), "unique_id=grace");
        posts("/block/user/", byId, "unique_id=" + grace.id());
        assertThat(status(grace)).isEqualTo(Status.ACTIVE);
        transcript.remark("Another request under the same key.");
        posts("/block/user/", once, "unique_id=alan");
        posts("/unblock/user/", once, "unique_id=grace");
        transcript.remark("A refused request had no effect, and is decided again.");
        List<String> refused = List.of(key, token, URLENCODED, "Idempotency-Key: order-9");
        posts("/block/user/", refused, "unique_id=nobody");
        posts("/block/user/", refused, "unique_id=alan");
        transcript.remark("Only if the version matches.");
        posts("/block/user/", List.of(key, token, URLENCODED, "If-Match: \"1\""), "unique_id=grace");
        posts("/block/user/", List.of(key, token, URLENCODED, "If-Match: W/\"1\""), "unique_id=grace");
        assertThat(status(grace)).isEqualTo(Status.ACTIVE);
        posts("/block/user/", List.of(key, token, URLENCODED, "If-Match: \"5\""), "unique_id=grace");
        posts("/block/user/", List.of(key, token, URLENCODED, "If-Match: *"), "unique_id=grace");
        transcript.remark("A dry run is decided and answered, and nothing is stored.");
        List<String> rehearsal = List.of(key, token, URLENCODED, "Muster-Dry-Run: true");
        posts("/unblock/user/", rehearsal, "unique_id=grace");
        posts("/unblock/user/", rehearsal, "unique_id=nobody");
        assertThat(status(grace)).isEqualTo(Status.BLOCKED);
        transcript.remark("Invalid preconditions are refused rather than ignored.");
        posts(
                "/block/user/",
                List.of(key, token, URLENCODED, "Idempotency-Key: two words", "If-Match: 2", "Muster-Dry-Run: maybe"),
                "unique_id=");
        check("guards.txt");
    }

    @Test
    void faults() {
        person("grace");
        transcript.remark("Other methods, other paths.");
        transcript.ask("GET /api/v1/block/user/", key, token);
        transcript.ask("GET /api/v1/user/login", key);
        transcript.tell("PUT /api/v1/unblock/user/", "unique_id=grace", key, token, URLENCODED);
        transcript.ask("GET /api/v1/nothing/", key, token);
        transcript.ask("POST /api/v1/block/", key, token);
        transcript.remark("Bodies of other types.");
        posts("/block/user/", List.of(key, token, "Content-Type: text/plain"), "grace");
        posts("/block/user/", List.of(key, token), "unique_id=grace");
        posts("/user/login/", List.of(key, "Content-Type: application/xml"), "<username>ada</username>");
        blocks(JSON + "\r\nContent-Encoding: gzip", "{\"unique_id\":\"grace\"}");
        transcript.remark("Bodies that are broken.");
        blocks(MULTIPART, form("unique_id", "grace").replaceFirst("--\r\n$", ""));
        blocks(MULTIPART, "unique_id=grace");
        blocks("Content-Type: multipart/form-data", form("unique_id", "grace"));
        blocks(URLENCODED, "unique_id=%4");
        blocks(URLENCODED, "unique_id=%FF");
        blocks(URLENCODED, "unique_id=%00");
        blocks(JSON, "{\"unique_id\":");
        blocks(JSON, "{\"unique_id\":\"a\",\"unique_id\":\"b\"}");
        blocks(JSON, "[\"grace\"]");
        blocks(JSON, "\"grace\"");
        transcript.remark("An address that is broken.");
        posts("/block/user/?%zz", List.of(key, token, URLENCODED), "unique_id=grace");
        transcript.remark("A body that is too long.");
        Transcript.Answer answer = transcript.quietly(
                "POST /api/v1/block/user/", "unique_id=" + "x".repeat(70_000), key, token, URLENCODED);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body())
                .isEqualTo("{\"status_code\":413,\"errors\":{\"detail\":\"The body is longer than 16384 bytes.\"},"
                        + "\"data\":{}}");
        assertThat(status("grace")).isEqualTo(Status.ACTIVE);
        check("faults.txt");
    }

    /// The base path is configurable, because the clients of each platform already have its prefix and version in
    /// their URLs.
    @Test
    void theBaseIsConfigured(@TempDir Path another) {
        try (TestServer elsewhere = new TestServer(
                another,
                Instant::now,
                ATTEMPTS,
                (core, authenticator, _) ->
                        List.of(new EpixelApi(core.directory(), authenticator, "/gateway/api/v3").httpApi()))) {
            String apikey = "apikey: " + elsewhere.makeTenant("acme").testKey().apiKey();
            Transcript asked = new Transcript(elsewhere.port());
            assertThat(asked.tell("POST /gateway/api/v3/user/login/", "", apikey)
                            .body())
                    .contains("\"username\":[\"This field is required.\"]");
            assertThat(asked.tell("POST /api/v1/user/login/", "", apikey).status())
                    .isEqualTo(404);
        }
    }

    // Actions

    private User person(String externalId, Command... then) {
        return person(tenancy.test(), admin, externalId, then);
    }

    private User person(long realm, Actor actor, String externalId, Command... then) {
        Identifier id = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, externalId);
        User user = server.execute(
                        realm, actor, null, new Command.Register(null, id, null, null, null, null, Tag.USER, null))
                .user();
        for (Command command : then) {
            Change change = server.execute(realm, actor, UserRef.id(user.id()), command);
            user = change.user();
        }
        return user;
    }

    private static Command held(HoldKind kind, String label, Instant until) {
        return new Command.PlaceHold(kind, label, null, null, until);
    }

    private Tokens operator(String name, Role role) {
        return server.signIn(tenancy.test(), tenancy.testKey(), name, role);
    }

    private Tokens productionOperator() {
        return server.signIn(tenancy.production(), tenancy.productionKey(), "paul");
    }

    private Tokens keysTokens() {
        return TestServer.ok(server.authenticator()
                .tokens()
                .exchange(
                        tenancy.testKey().apiKey(),
                        tenancy.testKey().apiSecret(),
                        new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener())));
    }

    private Status status(User user) {
        return standing(user).status();
    }

    private Status status(String externalId) {
        return TestServer.ok(server.directory().standing(admin, tenancy.test(), UserRef.externalIdOrId(externalId)))
                .status();
    }

    private Standing standing(User user) {
        return TestServer.ok(server.directory().standing(admin, tenancy.test(), UserRef.id(user.id())));
    }

    /// Returns the user's history, newest first.
    private List<JournalEntry> history(User user) {
        return TestServer.ok(server.directory().history(admin, tenancy.test(), UserRef.id(user.id()), 100, null))
                .items();
    }

    private List<String> actions(User user) {
        List<String> actions = new ArrayList<>();
        history(user).forEach(entry -> actions.addFirst(entry.action()));
        return actions;
    }

    // Requests

    private String blocks(String type, String body) {
        return posts("/block/user/", List.of(key, token, type), body);
    }

    private String unblocks(String type, String body) {
        return posts("/unblock/user/", List.of(key, token, type), body);
    }

    private void blocksWith(String... credentials) {
        List<String> headers = new ArrayList<>(List.of(credentials));
        headers.add(URLENCODED);
        posts("/block/user/", headers, "unique_id=grace");
    }

    private String logsIn(String type, String body) {
        return posts("/user/login/", List.of(key, type), body);
    }

    private String refreshes(String body) {
        return posts("/user/login/refresh/", List.of(key, URLENCODED), body);
    }

    private String posts(String path, List<String> headers, String body) {
        return transcript
                .tell("POST /api/v1" + path, body, headers.toArray(String[]::new))
                .body();
    }

    /// Encodes the fields as multipart data in the way that browsers and the clients in the vendor's documentation
    /// do.
    private static String form(String... namesAndValues) {
        StringBuilder form = new StringBuilder();
        String boundary = "-".repeat(28) + "7";
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append(boundary)
                    .append("\r\nContent-Disposition: form-data; name=\"")
                    .append(namesAndValues[i])
                    .append("\"\r\n\r\n")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
        return form.append(boundary).append("--\r\n").toString();
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    private static String field(String reply, String name) {
        return new Transcript.Answer(200, "", reply).field(name);
    }

    private String named(String value, String name) {
        transcript.name(value, name);
        return value;
    }

    private void check(String file) {
        transcript.check(Path.of("src/test/resources/golden/epixel", file));
    }
}
