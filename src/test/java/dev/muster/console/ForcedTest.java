package dev.muster.console;

import static dev.muster.http.Method.GET;
import static dev.muster.http.Method.POST;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.http.HttpApi;
import dev.muster.http.Method;
import dev.muster.http.Route;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.user.Card;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Attempts forbidden actions in the console: from other sites, with other roles, in other realms, and with markup in
/// fields.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForcedTest {
    private static final String REALM = "/console/{partner}/{environment}";
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private TestServer server;
    private HttpApi console;
    private TestServer.Tenancy acme;
    private TestServer.Tenancy other;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = new TestServer(folder, InstantSource.system(), 1_000, (core, gate, keyGenerator) -> {
            List<HttpApi> httpApis =
                    new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis();
            console = httpApis.stream()
                    .filter(httpApi -> httpApi.name().equals("console"))
                    .findFirst()
                    .orElseThrow();
            return httpApis;
        });
        acme = server.makeTenant("acme");
        other = server.makeTenant("other");
        for (Role role : Role.values()) {
            server.signIn(acme.production(), acme.productionKey(), role.wireName(), role);
        }
        server.signIn(other.production(), other.productionKey(), "admin", Role.ADMIN);
    }

    @AfterAll
    void close() {
        client.close();
        server.close();
    }

    /// The values that the browser of a signed-in operator would send.
    private record Signed(String cookie, String token, String base) {}

    private Signed signIn(String partner, String username) throws Exception {
        HttpResponse<String> in = send(
                "POST",
                "/console/sign-in",
                Map.of("Origin", server.address().toString()),
                Map.of(
                        "partner",
                        partner,
                        "environment",
                        "production",
                        "username",
                        username,
                        "password",
                        TestServer.PASSWORD));
        assertThat(in.statusCode()).isEqualTo(303);
        String set = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly").contains("SameSite=Lax").contains("Path=/");
        String cookie = set.substring(0, set.indexOf(';'));
        String base = "/console/" + partner + "/production";
        Matcher token = TOKEN.matcher(get(base + "/users", cookie).body());
        assertThat(token.find()).isTrue();
        return new Signed(cookie, token.group(1), base);
    }

    private HttpResponse<String> get(String path, String cookie) throws IOException, InterruptedException {
        return send("GET", path, Map.of("Cookie", cookie), Map.of());
    }

    private HttpResponse<String> send(String method, String path, Map<String, String> headers, Map<String, String> form)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
        headers.forEach(request::header);
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        if (method.equals("POST")) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Signed who, String path, Map<String, String> form) throws Exception {
        Map<String, String> whole = new HashMap<>(form);
        whole.put("csrf", who.token);
        return send(
                "POST",
                path,
                Map.of("Cookie", who.cookie, "Origin", server.address().toString()),
                whole);
    }

    private User register(TestServer.Tenancy tenancy, String name) {
        Actor admin = server.actor(tenancy.production(), tenancy.productionKey());
        return server.execute(
                        tenancy.production(),
                        admin,
                        null,
                        new Command.Register(
                                null,
                                null,
                                new Validator().identifier(Identifier.Kind.USERNAME, name),
                                name,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
    }

    private User now(TestServer.Tenancy tenancy, User user) {
        Actor admin = server.actor(tenancy.production(), tenancy.productionKey());
        return TestServer.ok(server.directory().find(admin, tenancy.production(), UserRef.id(user.id())))
                .value();
    }

    /// Returns the paths, relative to the realm's, of all routes in a realm with this method, for this user.
    private List<String> paths(Method method, User user) {
        List<String> paths = console.routes().stream()
                .filter(route -> route.method() == method)
                .map(Route::template)
                .filter(template -> template.startsWith(REALM))
                .map(template -> template.substring(REALM.length())
                        .replace("{user}", user.id().toString())
                        .replace("{username}", "admin")
                        .replaceAll("\\{[a-z]+}", new UUID(1, 2).toString()))
                .toList();
        assertThat(paths).hasSizeGreaterThan(10);
        return paths;
    }

    private List<String> writes(User user) {
        return paths(POST, user);
    }

    private static final Map<String, String> FIELDS = Map.of(
            "kind",
            "suspended",
            "name",
            "Forced",
            "role",
            "admin",
            "username",
            "forced",
            "password",
            "a password forced",
            "rank",
            "SUPER");

    @Test
    void anotherSiteWritesNothing() throws Exception {
        Signed admin = signIn("acme", "admin");
        User user = register(acme, "Seen Elsewhere");
        for (String write : writes(user)) {
            String path = admin.base + write;
            for (Map<String, String> headers : List.of(
                    Map.of("Cookie", admin.cookie, "Origin", "https://evil.example"),
                    Map.of("Cookie", admin.cookie, "Origin", "null"),
                    Map.of("Cookie", admin.cookie))) {
                Map<String, String> form = new HashMap<>(FIELDS);
                form.put("csrf", admin.token);
                assertThat(send("POST", path, headers, form).statusCode())
                        .as(path)
                        .isEqualTo(403);
            }
            // These requests come from the console's own origin, but without the form's token or with the token of
            // another session.
            Map<String, String> ours =
                    Map.of("Cookie", admin.cookie, "Origin", server.address().toString());
            assertThat(send("POST", path, ours, FIELDS).statusCode()).as(path).isEqualTo(403);
            Map<String, String> wrong = new HashMap<>(FIELDS);
            wrong.put("csrf", signIn("acme", "admin").token);
            assertThat(send("POST", path, ours, wrong).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(now(acme, user)).isEqualTo(user);
    }

    @Test
    void signedOutVisitorsAreSentToTheSignIn() throws Exception {
        User user = register(acme, "Behind The Door");
        for (String page : paths(GET, user)) {
            HttpResponse<String> reply = send("GET", "/console/acme/production" + page, Map.of(), Map.of());
            assertThat(reply.statusCode()).as(page).isEqualTo(303);
            assertThat(reply.headers().firstValue("Location").orElseThrow()).startsWith("/console/sign-in?next=");
            assertThat(reply.body()).isEmpty();
        }
        for (String write : writes(user)) {
            assertThat(send("POST", "/console/acme/production" + write, Map.of(), FIELDS)
                            .statusCode())
                    .as(write)
                    .isEqualTo(303);
        }
        assertThat(now(acme, user)).isEqualTo(user);
    }

    @Test
    void aRoleDoesNoMoreThanItMay() throws Exception {
        Signed viewer = signIn("acme", "viewer");
        User user = register(acme, "Only Looked At");
        for (String write : writes(user)) {
            // Operators who can read the journal may verify it, those who can read users may look up a pasted list, and
            // all operators may manage their own account. Deciding on a request needs the permissions for the requested
            // commands.
            if (!write.matches("/(sign-|account/|confirm|approvals/.*/).*|/journal/verify|/users/pasted")) {
                assertThat(post(viewer, viewer.base + write, FIELDS).statusCode())
                        .as(write)
                        .isEqualTo(403);
            }
        }
        assertThat(get(viewer.base + "/keys", viewer.cookie).statusCode()).isEqualTo(403);
        assertThat(get(viewer.base + "/operators", viewer.cookie).statusCode()).isEqualTo(403);
        assertThat(get(viewer.base + "/jobs/none/evidence", viewer.cookie).statusCode())
                .isEqualTo(403);
        assertThat(now(acme, user)).isEqualTo(user);

        Signed manager = signIn("acme", "manager");
        for (String write :
                List.of("/users/" + user.id() + "/bar", "/users/" + user.id() + "/erase", "/keys", "/operators")) {
            assertThat(post(manager, manager.base + write, FIELDS).statusCode())
                    .as(write)
                    .isEqualTo(403);
        }
        assertThat(now(acme, user)).isEqualTo(user);
    }

    @Test
    void anotherRealmIsNotThere() throws Exception {
        User secret = register(other, "Somebody Elses");
        Signed admin = signIn("acme", "admin");
        // The session is not valid in the other realm, and the session's own realm has no such user.
        assertThat(get("/console/other/production/users/" + secret.id(), admin.cookie)
                        .statusCode())
                .isEqualTo(303);
        assertThat(get("/console/acme/test/users", admin.cookie).statusCode()).isEqualTo(303);
        HttpResponse<String> here = get(admin.base + "/users/" + secret.id(), admin.cookie);
        assertThat(here.statusCode()).isEqualTo(404);
        assertThat(here.body()).doesNotContain("Somebody");
        assertThat(get(admin.base + "/users?q=Somebody", admin.cookie).body()).doesNotContain("Somebody Elses");
        for (String write : writes(secret)) {
            if (write.startsWith("/users/" + secret.id())) {
                assertThat(post(admin, admin.base + write, FIELDS).statusCode())
                        .as(write)
                        .isEqualTo(404);
            }
        }
        assertThat(now(other, secret)).isEqualTo(secret);
    }

    /// Signing in again replaces the session, so the old cookie is no longer valid.
    @Test
    void eachSignInIsASessionOfItsOwn() throws Exception {
        Signed first = signIn("acme", "manager");
        Signed second = signIn("acme", "manager");
        assertThat(second.cookie).isNotEqualTo(first.cookie);
        assertThat(second.token).isNotEqualTo(first.token);
        HttpResponse<String> again = send(
                "POST",
                "/console/sign-in",
                Map.of("Origin", server.address().toString(), "Cookie", first.cookie),
                Map.of(
                        "partner", "acme",
                        "environment", "production",
                        "username", "manager",
                        "password", TestServer.PASSWORD));
        assertThat(again.statusCode()).isEqualTo(303);
        assertThat(get(first.base + "/users", first.cookie).statusCode()).isEqualTo(303);
        assertThat(get(second.base + "/users", second.cookie).statusCode()).isEqualTo(200);
        // An invented or changed cookie is not accepted.
        for (String bad : List.of(
                "muster=",
                "muster=1",
                "muster=1.",
                "muster=x.y",
                second.cookie + "A",
                second.cookie.replace('.', ','))) {
            assertThat(get(second.base + "/users", bad).statusCode()).as(bad).isEqualTo(303);
        }
    }

    @Test
    void signingOutEverywhereEndsOnlyOnesOwnSessions() throws Exception {
        Signed here = signIn("acme", "manager");
        Signed there = signIn("acme", "manager");
        Signed admin = signIn("acme", "admin");
        assertThat(post(here, here.base + "/sign-out-everywhere", Map.of()).statusCode())
                .isEqualTo(303);
        assertThat(get(here.base + "/users", here.cookie).statusCode()).isEqualTo(303);
        assertThat(get(there.base + "/users", there.cookie).statusCode()).isEqualTo(303);
        assertThat(get(admin.base + "/users", admin.cookie).statusCode()).isEqualTo(200);
    }

    /// Sets a password as `PUT /v1/operators/{username}/password` does.
    private void givePassword(String username, String password) {
        Identifier name = new Validator().identifier(Identifier.Kind.USERNAME, username);
        NewPassword sound = server.authenticator()
                .passwords()
                .read(new Validator(), server.credentials().realm(acme.production()), username, password);
        String hash = TestServer.ok(server.authenticator().passwords().hash(acme.production(), sound));
        server.execute(
                acme.production(),
                server.actor(acme.production(), acme.productionKey()),
                null,
                new OperatorCommand.ChangePassword(name.key(), hash));
    }

    /// All sessions of an operator end when the operator's password is changed, or when the operator is disabled or
    /// deleted.
    @Test
    void aNewPasswordAndTheEndOfAnOperatorEndTheirSessions() throws Exception {
        Signed admin = signIn("acme", "admin");
        String operators = admin.base + "/operators";
        server.signIn(acme.production(), acme.productionKey(), "temp", Role.VIEWER);
        Signed temp = signIn("acme", "temp");
        givePassword("temp", "a second password");
        assertThat(get(temp.base + "/users", temp.cookie).statusCode()).isEqualTo(303);
        givePassword("temp", TestServer.PASSWORD);
        Signed back = signIn("acme", "temp");
        assertThat(get(back.base + "/users", back.cookie).statusCode()).isEqualTo(200);
        post(admin, operators + "/temp/disable", Map.of());
        assertThat(get(back.base + "/users", back.cookie).statusCode()).isEqualTo(303);
        post(admin, operators + "/temp/enable", Map.of());
        Signed again = signIn("acme", "temp");
        assertThat(get(again.base + "/users", again.cookie).statusCode()).isEqualTo(200);
        assertThat(post(admin, operators + "/temp/delete", Map.of("name", "admin"))
                        .statusCode())
                .as("another name typed")
                .isEqualTo(422);
        assertThat(get(again.base + "/users", again.cookie).statusCode()).isEqualTo(200);
        assertThat(post(admin, operators + "/temp/delete", Map.of("name", "temp"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(get(again.base + "/users", again.cookie).statusCode()).isEqualTo(303);
        assertThat(get(admin.base + "/operators", admin.cookie).body()).doesNotContain(">temp<");
    }

    /// A changed role takes effect immediately, even for existing sessions.
    @Test
    void aNewRoleAppliesImmediately() throws Exception {
        Signed admin = signIn("acme", "admin");
        String operators = admin.base + "/operators";
        server.signIn(acme.production(), acme.productionKey(), "riser", Role.VIEWER);
        Signed riser = signIn("acme", "riser");
        assertThat(get(riser.base + "/operators", riser.cookie).statusCode()).isEqualTo(403);
        assertThat(post(admin, operators + "/riser/role", Map.of("role", "king"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post(admin, operators + "/riser/role", Map.of("role", "admin"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(get(riser.base + "/operators", riser.cookie).statusCode()).isEqualTo(200);
        post(admin, operators + "/riser/delete", Map.of("name", "riser"));
    }

    /// The right password is accepted after a delay, however many earlier attempts have failed.
    @Test
    void guessingDoesNotLockOutTheOwner() throws Exception {
        for (int i = 0; i < 4; i++) {
            HttpResponse<String> wrong = send(
                    "POST",
                    "/console/sign-in",
                    Map.of("Origin", server.address().toString()),
                    Map.of(
                            "partner", "acme",
                            "environment", "production",
                            "username", "viewer",
                            "password", "not that"));
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
        }
        signIn("acme", "viewer");
    }

    private HttpResponse<String> trySignIn(String partner, String username, String password) throws Exception {
        return send(
                "POST",
                "/console/sign-in",
                Map.of("Origin", server.address().toString()),
                Map.of("partner", partner, "environment", "production", "username", username, "password", password));
    }

    /// Usernames that cannot exist are refused without folding them first, which would be expensive.
    @Test
    void impossibleNamesAreRefusedWithoutFolding() throws Exception {
        assertThat(trySignIn("acme", "a" + "\u0301\u0323".repeat(15_000), "x").statusCode())
                .isEqualTo(413);
        assertThat(trySignIn("acme", "a".repeat(300), TestServer.PASSWORD).statusCode())
                .isEqualTo(401);
        assertThat(trySignIn("acme", "viewer", "x".repeat(1_001)).statusCode()).isEqualTo(401);
        // The response does not reveal which tenants exist.
        for (String partner : List.of("acme", "nobody")) {
            HttpResponse<String> wrong = trySignIn(partner, "somebody", "not the password");
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.body()).contains("Username or password is wrong.");
        }
        assertThat(trySignIn(" acme ", "viewer", TestServer.PASSWORD).statusCode())
                .isEqualTo(303);
    }

    /// How a value is displayed depends only on its field: a string that looks like a timestamp or an actor is
    /// shown unchanged.
    @Test
    void aTextThatLooksLikeSomethingElseIsShownAsItIs() throws Exception {
        Signed admin = signIn("acme", "admin");
        String operator = "operator:" + new UUID(1, 2);
        for (String name : List.of("2026-99-99T99:99:99.999Z", "2026-01-01T00:00:00.000Z", operator)) {
            User user = register(acme, name);
            assertThat(get(admin.base + "/users/" + user.id(), admin.cookie).body())
                    .contains("<dd>" + name + "</dd>")
                    .contains("<td>" + name + "</td>");
            HttpResponse<String> journal = get(admin.base + "/journal?subject=" + user.id(), admin.cookie);
            assertThat(journal.statusCode()).isEqualTo(200);
            assertThat(journal.body()).contains("<td>" + name + "</td>");
        }
    }

    private static Map<String, String> with(Map<String, String> form, String... more) {
        Map<String, String> all = new HashMap<>(form);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    private String version(User user) {
        return Long.toString(now(acme, user).version());
    }

    /// Forms validate fields by the same rules as every dialect.
    @Test
    void theRulesForFieldsAreThoseOfEveryDialect() throws Exception {
        Signed admin = signIn("acme", "admin");
        User user = register(acme, "By The Rules");
        String path = admin.base + "/users/" + user.id();
        Map<String, String> seen = Map.of("version", version(user));
        Map<String, String> hold = with(seen, "kind", "blocked", "end", "none");
        assertThat(post(admin, path + "/cards", with(seen, "cards", "12 door\n12 again"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post(admin, path + "/cards", with(seen, "cards", "twelve")).statusCode())
                .isEqualTo(422);
        assertThat(post(admin, path + "/cards", seen).statusCode()).isEqualTo(422);
        assertThat(post(admin, path + "/workstations", with(seen, "workstations", "x".repeat(256)))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post(admin, path + "/hold", with(hold, "label", "A B")).statusCode())
                .isEqualTo(422);
        assertThat(post(admin, path + "/hold", with(hold, "end", "at")).statusCode())
                .isEqualTo(422);
        for (String until : List.of("+999999999-01-01T00:00", "0000-01-01T00:00", "9999-12-31T23:59:59.5")) {
            assertThat(post(admin, path + "/hold", with(hold, "until", until)).statusCode())
                    .as(until)
                    .isEqualTo(422);
        }
        assertThat(post(admin, path + "/hold", with(hold, "end", "9999", "known", "9999-12-31T23:00:00Z"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post(admin, path + "/hold", Map.of("kind", "blocked", "end", "none"))
                        .statusCode())
                .as("without the version that was seen")
                .isEqualTo(422);
        assertThat(post(admin, admin.base + "/policies", Map.of("name", "p", "resources", "x".repeat(256)))
                        .statusCode())
                .isEqualTo(422);
        assertThat(now(acme, user)).isEqualTo(user);
    }

    /// A field that is missing from the form is not changed.
    @Test
    void aFieldThatIsNotInTheFormIsLeftAlone() throws Exception {
        Signed admin = signIn("acme", "admin");
        User user = register(acme, "keeps-username");
        post(admin, admin.base + "/users/" + user.id() + "/fields", Map.of("version", version(user), "name", "New"));
        assertThat(now(acme, user).name()).isEqualTo("New");
        assertThat(now(acme, user).username()).isEqualTo(user.username());
    }

    /// A typed end takes precedence over a selected one, and the form for a new hold does not replace an existing
    /// hold.
    @Test
    void aHoldEndsWhenItsFormSays() throws Exception {
        Signed admin = signIn("acme", "admin");
        User user = register(acme, "held-by-form");
        String path = admin.base + "/users/" + user.id() + "/hold";
        Map<String, String> form = Map.of("kind", "blocked", "new", "true", "end", "none", "until", "2030-12-24T10:00");
        post(admin, path, with(form, "version", version(user)));
        assertThat(now(acme, user).holds().get(HoldKind.BLOCKED, "main").until())
                .isEqualTo("2030-12-24T10:00:00Z");
        assertThat(post(admin, path, with(form, "version", version(user), "until", "2031-12-24T10:00"))
                        .statusCode())
                .isEqualTo(422);
        Map<String, String> change = Map.of("kind", "blocked", "known", "2030-12-24T10:00:00Z", "end", "7");
        post(admin, path, with(change, "version", version(user), "until", "2030-12-24T10:00"));
        assertThat(now(acme, user).holds().get(HoldKind.BLOCKED, "main").until())
                .isEqualTo("2030-12-31T10:00:00Z");
        post(
                admin,
                path,
                with(change, "version", version(user), "known", "2030-12-31T10:00:00Z", "until", "2030-01-01T00:00"));
        assertThat(now(acme, user).holds().get(HoldKind.BLOCKED, "main").until())
                .isEqualTo("2030-01-01T00:00:00Z");
    }

    /// A form that is sent again by a reload or a second click is executed only once.
    @Test
    void aFormSentTwiceIsExecutedOnce() throws Exception {
        Signed admin = signIn("acme", "admin");
        Map<String, String> key = Map.of("name", "sent twice", "role", "viewer", "once", "form-1");
        assertThat(post(admin, admin.base + "/keys", key).body()).contains("id=\"api-key\"", "id=\"api-secret\"");
        HttpResponse<String> again = post(admin, admin.base + "/keys", key);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).doesNotContain("id=\"api-key\"", "id=\"api-secret\"");
        Actor actor = server.actor(acme.production(), acme.productionKey());
        assertThat(TestServer.ok(server.credentials().keys(actor, acme.production())).stream()
                        .filter(each -> each.name().equals("sent twice")))
                .hasSize(1);

        User user = register(acme, "held-twice");
        Map<String, String> holds =
                Map.of("user", user.id().toString(), "kind", "blocked", "end", "none", "once", "form-2");
        post(admin, admin.base + "/holds", holds);
        User held = now(acme, user);
        assertThat(post(admin, admin.base + "/holds", holds).statusCode()).isEqualTo(200);
        assertThat(now(acme, user)).isEqualTo(held);
    }

    @Test
    void operatorsCannotDisableDeleteOrDemoteThemselves() throws Exception {
        Signed admin = signIn("acme", "admin");
        server.signIn(acme.production(), acme.productionKey(), "deputy", Role.ADMIN);
        String self = admin.base + "/operators/ADMIN";
        for (HttpResponse<String> reply : List.of(
                post(admin, self + "/disable", Map.of()),
                post(admin, self + "/role", Map.of("role", "viewer")),
                post(admin, self + "/delete", Map.of("name", "ADMIN")))) {
            assertThat(reply.statusCode()).isEqualTo(409);
        }
        assertThat(get(admin.base + "/users", admin.cookie).statusCode()).isEqualTo(200);
    }

    /// A success message is only shown for an action of this session.
    @Test
    void noLinkSaysThatSomethingWasDone() throws Exception {
        Signed admin = signIn("acme", "admin");
        User user = register(acme, "not-erased");
        String path = admin.base + "/users/" + user.id();
        for (String done : List.of("erased", "erased.", "erased.0123456789abcdef")) {
            assertThat(get(path + "?done=" + done, admin.cookie).body()).doesNotContain("is erased");
        }
        String location = post(
                        admin, path + "/hold", Map.of("version", version(user), "kind", "blocked", "end", "none"))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertThat(get(location, admin.cookie).body()).contains("The hold was placed.");
        assertThat(get(location, signIn("acme", "viewer").cookie).body()).doesNotContain("The hold was placed.");
    }

    @Test
    void nextLeadsNowhereElse() throws Exception {
        for (String next : List.of(
                "https://evil.example/",
                "//evil.example/",
                "/console/../evil",
                "/console\\evil.example",
                "/console/acme/production/..//..//evil.example",
                "/console/acme/production//evil.example",
                "/v1/users")) {
            HttpResponse<String> in = send(
                    "POST",
                    "/console/sign-in",
                    Map.of("Origin", server.address().toString()),
                    Map.of(
                            "partner", "acme",
                            "environment", "production",
                            "username", "viewer",
                            "password", TestServer.PASSWORD,
                            "next", next));
            assertThat(in.headers().firstValue("Location")).hasValue("/console/acme/production/overview");
        }
    }

    @Test
    void signingInFromAnotherSiteDoesNotWork() throws Exception {
        HttpResponse<String> in = send(
                "POST",
                "/console/sign-in",
                Map.of("Origin", "https://evil.example"),
                Map.of(
                        "partner", "acme",
                        "environment", "production",
                        "username", "viewer",
                        "password", TestServer.PASSWORD));
        assertThat(in.statusCode()).isEqualTo(403);
        assertThat(in.headers().firstValue("Set-Cookie")).isEmpty();
    }

    /// Names, notes and all other stored values are escaped on every page, whoever wrote them.
    @Test
    void storedMarkupIsText() throws Exception {
        String evil = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`${7*7}";
        Actor admin = server.actor(acme.production(), acme.productionKey());
        User user = server.execute(
                        acme.production(),
                        admin,
                        null,
                        new Command.Register(
                                null,
                                new Validator().identifier(Identifier.Kind.EXTERNAL_ID, evil),
                                new Validator().identifier(Identifier.Kind.USERNAME, evil),
                                evil,
                                evil,
                                evil,
                                Tag.USER,
                                "{\"evil\":\"<script>alert(3)</script>\"}"))
                .user();
        UserRef ref = UserRef.id(user.id());
        server.execute(acme.production(), admin, ref, new Command.PlaceHold(HoldKind.FRAUD, "main", evil, evil, null));
        server.execute(acme.production(), admin, ref, new Command.ReplaceCards(List.of(new Card("4711", evil)), true));
        server.execute(acme.production(), admin, ref, new Command.ReplaceWorkstations(List.of(evil)));
        UUID group = server.execute(acme.production(), admin, null, new Command.CreateGroup(evil, evil))
                .group()
                .id();
        server.execute(acme.production(), admin, null, new Command.AddMember(group, ref));
        UUID policy = server.execute(
                        acme.production(), admin, null, new Command.CreatePolicy(evil, evil, List.of(evil)))
                .policy()
                .id();
        server.execute(acme.production(), admin, null, new Command.AssignUser(policy, ref));
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(server.address());
            page.onDialog(dialog -> {
                throw new AssertionError("a script ran: " + dialog.message());
            });
            page.navigate("/console/sign-in");
            page.getByLabel("Tenant").fill("acme");
            page.getByLabel("Username").fill("admin");
            page.getByLabel("Password").fill(TestServer.PASSWORD);
            page.locator(".btn-primary").click();
            page.waitForURL("**/overview");
            for (String path : List.of(
                    "/overview",
                    "/users",
                    "/users?q=" + URLEncoder.encode(evil, StandardCharsets.UTF_8),
                    "/users/" + user.id(),
                    "/groups",
                    "/groups/" + group,
                    "/policies",
                    "/policies/" + policy,
                    "/journal",
                    "/journal?action=" + URLEncoder.encode(evil, StandardCharsets.UTF_8),
                    "/integrity",
                    "/operators")) {
                page.navigate("/console/acme/production" + path);
                assertThat(page.locator("main img, main script").count())
                        .as(path)
                        .isZero();
                assertThat(page.locator("h1").count()).as(path).isOne();
            }
            assertThat(chromium.takeComplaints()).isEmpty();
        }
    }
}
