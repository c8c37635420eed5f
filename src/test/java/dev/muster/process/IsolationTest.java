package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.http.HttpApi;
import dev.muster.http.Route;
import dev.muster.http.json.Json;
import dev.muster.model.OperatorCommand;
import dev.muster.model.tenant.Environment;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import dev.muster.security.Caller;
import dev.muster.security.InvitationText;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RemoteClient;
import dev.muster.security.format.ApiKeyText;
import dev.muster.security.format.Tokens;
import dev.muster.testing.IgnoringListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Realms are isolated: on every route, a reference to something in another realm gets the same response as
/// a reference to something that never existed, and the other realm is unchanged.
@Timeout(300)
class IsolationTest {
    private static final int OTHERS = 5;

    @TempDir
    private Path folder;

    private InProcess muster;
    private TestServer server;
    private TestServer.Tenancy mine;
    private TestServer.Tenancy theirs;
    private Client client;
    private Browser browser;

    /// The name of something in the other realm, and the name of something of the same kind that never existed.
    ///
    /// @param shownReal how refusals show `real`, if differently
    /// @param shownGhost how refusals show `ghost`, if differently
    private record Pair(String real, String ghost, String shownReal, String shownGhost) {
        Pair(String real, String ghost) {
            this(real, ghost, real, ghost);
        }

        Pair with(String prefix) {
            return new Pair(prefix + real, prefix + ghost, shownReal, shownGhost);
        }
    }

    /// A call that contains the given name as a reference.
    private interface Naming {
        Client.Answer call(String name) throws IOException;
    }

    private final List<Pair> users = new ArrayList<>();
    private Pair userId;
    private Pair userEmail;
    private Pair keyId;
    private Pair operator;
    private Pair tenant;
    private Pair sessionId;
    private Pair passkeyId;
    private Tokens theirTokens;
    private Pair formId;
    private Pair invitation;
    private Pair groupId;
    private Pair policyId;
    private Pair ssoId;
    private Pair approvalId;
    private Pair webhookId;
    private final Pair jobId = new Pair("their-job", "never-job");
    private String ownGroup;
    private String ownPolicy;

    @BeforeEach
    void twoRealmsThatKnowNothingOfOneAnother() throws IOException {
        muster = new InProcess(folder);
        server = muster.server;
        mine = server.makeTenant("mine");
        theirs = server.makeTenant("theirs");
        try (Client other = new Client(server.address(), theirs.testKey().apiKey())) {
            for (int i = 1; i <= OTHERS; i++) {
                created(other.json(
                        "POST",
                        "/v1/users",
                        Map.of(
                                "externalId", "other-" + i,
                                "email", "other-" + i + "@example.org",
                                "username", "othername-" + i,
                                "name", "Marker " + i),
                        "Idempotency-Key: other-" + i));
            }
            other.json("PUT", "/v1/users/number:5/cards", Map.of("cards", List.of(Map.of("number", "4711"))));
            other.json("PUT", "/v1/users/number:5/holds/blocked", Map.of("reason", "theirs"));
            other.json("POST", "/v1/users/number:4/bar", Map.of("reason", "theirs"));
            created(other.json(
                    "POST",
                    "/v1/operators",
                    Map.of("username", "their-operator", "password", "a long password", "role", "admin")));
            Browser.signedIn(server.address(), "theirs", "test", "their-operator", "a long password");
            sessionId = new Pair(
                    other.get("/v1/operators/their-operator/sessions")
                            .json()
                            .items("items")
                            .getFirst()
                            .text("sessionId"),
                    "01900000-0000-4000-8000-000000000001");
            created(other.json("POST", "/v1/keys", Map.of("name", "their second", "role", "admin")));
            String group = created(other.json("POST", "/v1/groups", Map.of("name", "Marker group")));
            String policy = created(other.json(
                    "POST", "/v1/policies", Map.of("name", "Marker policy", "resources", List.of("marker"))));
            other.json("PUT", "/v1/groups/" + group + "/members/number:5", null);
            other.json("PUT", "/v1/policies/" + policy + "/users/number:5", null);
            other.json("PUT", "/v1/policies/" + policy + "/groups/" + group, null);
            other.json("POST", "/v1/jobs", Map.of("jobId", "their-job", "type", 5, "user", "number:3"));
            other.json(
                    "POST", "/v1/jobs", Map.of("jobId", "their-other-job", "type", 5, "user", "external:their-name"));
            other.json("PUT", "/v1/approval-rules", Map.of("actions", List.of("erase")));
            approvalId = new Pair(
                    other.json("POST", "/v1/users/number:2/erase", Map.of("reason", "theirs"))
                            .json()
                            .text("approvalId"),
                    "01900000-0000-7000-8000-000000000003");
            webhookId = new Pair(
                    other.json(
                                    "POST",
                                    "/v1/webhooks",
                                    Map.of("url", "https://their-receiver.invalid", "types", List.of("*")))
                            .json()
                            .text("webhookId"),
                    "01900000-0000-7000-8000-000000000005");
            groupId = new Pair(group, "01900000-0000-7000-8000-000000000001");
            policyId = new Pair(policy, "01900000-0000-7000-8000-000000000002");
            Fields fifth = other.get("/v1/users/number:5").json();
            userId = new Pair(fifth.text("id"), "01900000-0000-7000-8000-000000000000");
        }
        try (Client own = new Client(server.address(), mine.testKey().apiKey())) {
            created(own.json("POST", "/v1/users", Map.of("externalId", "own")));
            ownGroup = created(own.json("POST", "/v1/groups", Map.of("name", "Own group")));
            ownPolicy = created(own.json("POST", "/v1/policies", Map.of("name", "Own policy", "resources", List.of())));
        }
        userEmail = new Pair("other-5@example.org", "never-5@example.org");
        users.add(userId);
        users.add(new Pair("5", "9").with("number:"));
        users.add(new Pair("other-5", "never-5").with("external:"));
        users.add(userEmail.with("email:"));
        users.add(new Pair("othername-5", "nevername-5").with("username:"));
        try (Client admin = new Client(server.address(), theirs.productionKey().apiKey())) {
            Client.Answer sso = admin.json("PUT", "/v1/sso", provider("their-client"));
            assertThat(sso.status()).as("%s", sso).isEqualTo(200);
            ssoId = new Pair(sso.json().text("id"), "01900000-0000-7000-8000-000000000000");
        }
        keyId = new Pair(theirs.testKey().id().toString(), "01900000-0000-4000-8000-000000000000");
        operator = new Pair("their-operator", "nobody-operator");
        UUID theirOperator = server.credentials()
                .operator(theirs.test(), new Identifier.Key(Identifier.Kind.USERNAME, operator.real))
                .id();
        server.execute(
                theirs.test(),
                server.credentials()
                        .operator(theirs.test(), theirOperator)
                        .actor()
                        .withProofAt(Instant.now()),
                null,
                new OperatorCommand.AddPasskey("Marker key", "marker-credential", "marker-key", 0));
        try (Client other = new Client(server.address(), theirs.testKey().apiKey())) {
            passkeyId = new Pair(
                    other.get("/v1/operators/their-operator/passkeys")
                            .json()
                            .items("items")
                            .getFirst()
                            .text("passkeyId"),
                    "01900000-0000-7000-8000-000000000004");
        }
        formId = new Pair(server.keepForm(theirs.test(), theirOperator), "A".repeat(43));
        theirTokens = TestServer.ok(server.authenticator()
                .signIn(
                        new Caller(
                                server.credentials().realm(theirs.test()),
                                server.actor(theirs.test(), theirs.testKey())),
                        operator.real,
                        "a long password",
                        new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener()),
                        "test"));
        // The token contains the realm and the operator. Without its secret it grants nothing.
        invitation = new Pair(
                new InvitationText(theirs.test(), theirOperator, new byte[32]).text(),
                new InvitationText(
                                1234567890123L, UUID.fromString("01900000-0000-7000-8000-000000000003"), new byte[32])
                        .text());
        tenant = new Pair("theirs", "nobody");
        client = new Client(server.address(), mine.testKey().apiKey());
        server.signIn(mine.test(), mine.testKey(), "my-browser");
        browser = Browser.signedIn(server.address(), "mine", "test", "my-browser", TestServer.PASSWORD);
    }

    private static Map<String, Object> provider(String client) {
        return Map.of(
                "issuer",
                "https://login.example.org",
                "clientId",
                client,
                "clientSecret",
                "their-secret",
                "roles",
                Map.of("staff", "viewer"));
    }

    /// Returns the id of the created object, or an empty string if the response has none.
    private static String created(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        return answer.text().startsWith("{\"id\":") ? answer.json().text("id") : "";
    }

    @AfterEach
    void stop() {
        client.close();
        muster.close();
    }

    /// For each route, a body that it accepts, so that only the reference decides the response.
    private static final Map<String, Object> BODIES = new HashMap<>();

    static {
        BODIES.put("POST /v1/users", Map.of("externalId", "new"));
        BODIES.put("PUT /v1/users/{ref}", Map.of("name", "New"));
        BODIES.put("PATCH /v1/users/{ref}", Map.of("name", "New"));
        BODIES.put("POST /v1/users/{ref}/bar", Map.of("reason", "new"));
        BODIES.put("PUT /v1/users/{ref}/rank", Map.of("rank", "ADMIN"));
        BODIES.put("PUT /v1/users/{ref}/cards", Map.of("cards", List.of(Map.of("number", "4712"))));
        BODIES.put("PUT /v1/users/{ref}/workstations", Map.of("workstations", List.of("new")));
        BODIES.put("PUT /v1/users/{ref}/reenrolment", Map.of("allowed", true));
        BODIES.put("PUT /v1/users/{ref}/holds/{kind}", Map.of("reason", "new"));
        BODIES.put("PATCH /v1/groups/{id}", Map.of("name", "New"));
        BODIES.put("PATCH /v1/policies/{id}", Map.of("name", "New"));
        BODIES.put("POST /v1/jobs/{jobId}/verdict", Map.of("outcome", "failed"));
        BODIES.put("POST /v1/job-erasures", Map.of("user", "external:new"));
        BODIES.put("PATCH /v1/webhooks/{id}", Map.of("url", "https://new-receiver.invalid"));
        BODIES.put("POST /v1/webhooks/{id}/replay", Map.of("from", 1, "to", 1));
        BODIES.put("PUT /v1/keys/{keyId}/expiry", Map.of("expiresAt", "2099-01-01T00:00:00Z"));
        BODIES.put("PUT /v1/operators/{username}/password", Map.of("password", "another long password"));
        BODIES.put("PUT /v1/operators/{username}/role", Map.of("role", "viewer"));
        BODIES.put("POST /v1/tenants/{partnerId}/{environment}/keys", Map.of("name", "new"));
        BODIES.put("POST /v1/tenants/{partnerId}/{environment}/users/{id}/annul-bar", Map.of("reason", "new"));
    }

    private static final String[] NO_HEADERS = {};

    /// For some routes, headers with which they require an existing object.
    private static final Map<String, String[]> HEADERS =
            Map.of("PUT /v1/users/{ref}", new String[] {"If-Match: \"1\""});

    /// Like [#BODIES], but one form that all routes of the console accept.
    private static final Map<String, Object> FORM = Map.of(
            "kind",
            "blocked",
            "end",
            "none",
            "reason",
            "new",
            "name",
            "New",
            "rank",
            "ADMIN",
            "cards",
            "4712",
            "workstations",
            "new",
            "allowed",
            "true",
            "password",
            "another long password");

    /// Covers every route with a reference in its path. Routes with references elsewhere are listed one by one in
    /// the next test.
    @Test
    void referencesInPathsAreUnknown() throws IOException {
        List<String> theirsBefore = rows(theirs);
        List<String> mineBefore = rows(mine);
        int calls = 0;
        for (Route route : routes()) {
            for (Named named : named(route.template())) {
                same(
                        named.pair(),
                        route + " " + named,
                        name -> route.template().startsWith("/console/")
                                ? browser.send(
                                        route.method().name(), named.path().replace(NAME, encoded(name)), FORM)
                                : client.json(
                                        route.method().name(),
                                        named.path().replace(NAME, encoded(name)),
                                        BODIES.get(route.method() + " " + route.template()),
                                        HEADERS.getOrDefault(route.method() + " " + route.template(), NO_HEADERS)));
                calls++;
            }
        }
        assertThat(calls).isGreaterThan(80);
        assertThat(rows(theirs)).isEqualTo(theirsBefore);
        assertThat(rows(mine)).isEqualTo(mineBefore);
    }

    private List<Route> routes() {
        return muster.httpApis.stream()
                .map(HttpApi::routes)
                .flatMap(List::stream)
                .toList();
    }

    /// The placeholder for the tested reference in a path.
    private static final String NAME = "{name}";

    /// A path in which one reference is to be replaced with a name from the pair. All its other references are the
    /// caller's own.
    private record Named(String path, Pair pair) {}

    /// Returns one path per reference in the template. This method must know every parameter.
    private List<Named> named(String template) {
        if (template.startsWith("/console/")) {
            return ofConsole(template);
        }
        if (template.startsWith("/docs/")) {
            // Static files belong to no realm.
            return List.of();
        }
        String path = template.replace("{kind}", "blocked")
                .replace("{environment}", "test")
                .replace("{job}", userId.ghost)
                .replace("{token}", "guessed")
                .replace("{eventId}", "evt_1_1")
                .replace("{link}", "guessed")
                // A master key belongs to the whole server, and only root can use it.
                .replace("{masterKey}", "5f0c2a91d4b7e683");
        if (path.contains("{sessionId}")) {
            return List.of(
                    new Named(path.replace("{username}", "my-browser").replace("{sessionId}", NAME), sessionId),
                    new Named(path.replace("{username}", NAME).replace("{sessionId}", sessionId.ghost), operator));
        }
        if (!path.contains("{")) {
            return List.of();
        }
        List<Named> named = new ArrayList<>();
        if (path.startsWith("/v1/groups/{id}")) {
            named.add(new Named(path.replace("{id}", NAME).replace("{ref}", "external:own"), groupId));
            path = path.replace("{id}", ownGroup);
        } else if (path.startsWith("/v1/policies/{id}")) {
            named.add(new Named(
                    path.replace("{id}", NAME).replace("{ref}", "external:own").replace("{group}", ownGroup),
                    policyId));
            path = path.replace("{id}", ownPolicy);
        }
        if (path.startsWith("/v1/approvals/{id}")) {
            return List.of(new Named(path.replace("{id}", NAME), approvalId));
        }
        if (path.startsWith("/v1/webhooks/{id}")) {
            return List.of(new Named(path.replace("{id}", NAME), webhookId));
        }
        if (path.startsWith("/v1/sso/{id}")) {
            named.add(new Named(path.replace("{id}", NAME), ssoId));
        } else if (path.contains("{ref}")) {
            String with = path.replace("{ref}", NAME);
            users.forEach(user -> named.add(new Named(with, user)));
        } else if (path.contains("{group}")) {
            named.add(new Named(path.replace("{group}", NAME), groupId));
        } else if (path.contains("{jobId}")) {
            named.add(new Named(path.replace("{jobId}", NAME), jobId));
        } else if (path.contains("{realm}")) {
            named.add(
                    new Named(path.replace("{realm}", NAME), new Pair(Long.toString(theirs.test()), "1234567890123")));
        } else if (path.contains("{keyId}")) {
            named.add(new Named(path.replace("{keyId}", NAME), keyId));
        } else if (path.contains("{username}")) {
            named.add(new Named(path.replace("{username}", NAME), operator));
        } else if (path.contains("{id}")) {
            // The id of a user, or of a backup. A backup belongs to the whole server, and only root can access it.
            named.add(new Named(path.replace("{partnerId}", "theirs").replace("{id}", NAME), userId));
        } else if (path.contains("{partnerId}")) {
            named.add(new Named(path.replace("{partnerId}", NAME), tenant));
        } else if (named.isEmpty()) {
            throw new AssertionError("the test does not know what " + template + " names");
        }
        return named;
    }

    private List<Named> ofConsole(String template) {
        if (!template.contains("{partner}")) {
            return List.of();
        }
        String path = template.replace("{environment}", "test");
        List<Named> named = new ArrayList<>();
        String inMine = path.replace("{partner}", "mine")
                .replace("/operators/{username}/sessions/{session}/", "/operators/my-browser/sessions/{session}/")
                .replace("{event}", "evt_" + theirs.test() + "_1");
        Map<String, Pair> pairs = Map.ofEntries(
                Map.entry("{user}", userId),
                Map.entry("{group}", groupId),
                Map.entry("{policy}", policyId),
                Map.entry("{job}", jobId),
                Map.entry("{key}", keyId),
                Map.entry("{form}", formId),
                Map.entry("{session}", sessionId),
                Map.entry("{passkey}", passkeyId),
                Map.entry("{approval}", approvalId),
                Map.entry("{webhook}", webhookId),
                Map.entry("{username}", operator));
        pairs.forEach((parameter, pair) -> {
            if (inMine.contains(parameter)) {
                named.add(new Named(inMine.replace(parameter, NAME), pair));
            }
        });
        assertThat(named.size()).as(template).isEqualTo(inMine.contains("{") ? 1 : 0);
        named.add(new Named(path.replace("{partner}", NAME).replaceAll("\\{(?!name)[a-z]+}", userId.ghost), tenant));
        return named;
    }

    /// Tests references in queries and forms of the console, and sends the requests that contain no reference.
    private void console(Set<String> told) throws IOException {
        String base = "/console/mine/test";
        for (String own : List.of(
                "/overview",
                "/ending",
                "/users",
                "/users/export",
                "/jobs",
                "/reviews",
                "/groups",
                "/policies",
                "/journal",
                "/integrity",
                "/integrity/checkpoints",
                "/integrity/public-key",
                "/journal/export",
                "/approvals",
                "/keys",
                "/webhooks",
                "/operators",
                "/account",
                "/confirm")) {
            assertThat(browser.send("GET", base + own, Map.of()).text())
                    .as(own)
                    .doesNotContain("Marker", "othername", "their-", "their second", userId.real, keyId.real);
        }
        same(userId, "approvals?user", name -> browser.send("GET", base + "/approvals?user=" + name, Map.of()));
        for (Pair pair : List.of(new Pair("Marker", "Absent"), userEmail, new Pair("other-5", "never-5"))) {
            same(pair, "users?q", name -> browser.send("GET", base + "/users?q=" + encoded(name), Map.of()));
        }
        same(groupId, "users?group", name -> browser.send("GET", base + "/users?group=" + name, Map.of()));
        same(policyId, "users?policy", name -> browser.send("GET", base + "/users?policy=" + name, Map.of()));
        same(userId, "jobs?user", name -> browser.send("GET", base + "/jobs?user=" + name, Map.of()));
        same(userId, "journal?subject", name -> browser.send("GET", base + "/journal?subject=" + name, Map.of()));
        for (String all : List.of("/holds", "/holds/preview")) {
            same(userId, all, name -> browser.send("POST", base + all, form("user", name)));
        }
        for (String all : List.of("/holds", "/holds/preview")) {
            same(groupId, all + " of a group", name -> {
                Map<String, Object> form = form("group", name);
                form.put("all", "true");
                return browser.send("POST", base + all, form);
            });
        }
        same(userId, "/holds/undo", name -> browser.send("POST", base + "/holds/undo", form("changed", name + ":1")));
        same(userId, "/holds/undo of one", name -> {
            Map<String, Object> form = form("changed", name + ":1");
            form.put("one", "true");
            return browser.send("POST", base + "/holds/undo", form);
        });
        for (Pair pair : List.of(userId, userEmail)) {
            same(pair, "/users/pasted", name -> browser.send("POST", base + "/users/pasted", form("list", name)));
        }
        same(
                groupId,
                "users/export?group",
                name -> browser.send("GET", base + "/users/export?group=" + name, Map.of()));
        for (String act : List.of("/add", "/remove")) {
            String members = base + "/groups/" + ownGroup + act;
            same(userId, members, name -> browser.send("POST", members, form("user", name)));
        }
        for (String act : List.of("/assign-", "/unassign-")) {
            String assigned = base + "/policies/" + ownPolicy + act;
            same(userId, assigned, name -> browser.send("POST", assigned + "user", form("user", name)));
            same(groupId, assigned, name -> browser.send("POST", assigned + "group", form("group", name)));
        }
        Map<String, String> right = Map.of(
                "partner", "theirs",
                "environment", "test",
                "username", operator.real,
                "password", "not their password");
        for (Map.Entry<String, Pair> one :
                Map.of("partner", tenant, "username", operator).entrySet()) {
            same(one.getValue(), "sign-in", name -> {
                Map<String, String> form = new TreeMap<>(right);
                form.put(one.getKey(), name);
                return browser.send("POST", "/console/sign-in", form);
            });
        }
        same(invitation, "invitation", name -> browser.send("GET", "/console/invitation/" + name, Map.of()));
        same(
                invitation,
                "invitation",
                name -> browser.send(
                        "POST", "/console/invitation/" + name, Map.of("new-password", "another long password")));
        // Compares a tenant that has no identity provider with a tenant that does not exist.
        same(new Pair("mine", "nobody"), "single sign-on", name -> {
            Map<String, String> form = new TreeMap<>(right);
            form.put("partner", name);
            return browser.send("POST", "/console/sso/start", form);
        });
        told.addAll(List.of(
                "GET /console/invitation/{token}",
                "POST /console/invitation/{token}",
                "GET /console",
                "GET /console/",
                "GET /console/assets/{name}",
                "GET /console/sign-in",
                "POST /console/sign-in",
                // The parameters of this route are in a cookie that another browser cannot create, see SsoTest.
                "GET /console/sso/callback",
                "POST /console/sso/start",
                // These routes take no reference; the response that the authenticator signs identifies the passkey, see
                // PasskeysTest.
                "POST /console/passkeys/options",
                "POST /console/passkeys/sign-in",
                "POST /console/passkeys/second-step"));
    }

    private static Map<String, Object> form(String field, String value) {
        Map<String, Object> form = new TreeMap<>(FORM);
        form.put(field, value);
        return form;
    }

    @Test
    void referencesInQueriesAndBodiesAreUnknown() throws IOException {
        List<String> theirsBefore = rows(theirs);
        Set<String> told = new TreeSet<>();
        // A request without a reference shows only the caller's own data.
        for (String own : List.of(
                "/v1/users",
                "/v1/journal",
                "/v1/journal/head",
                "/v1/journal/verify",
                "/v1/journal/reconcile",
                "/v1/journal/export",
                "/v1/journal/checkpoints",
                "/v1/events",
                "/v1/events?payload=full&limit=1000",
                "/v1/approvals",
                "/v1/approval-rules",
                "/v1/keys",
                "/v1/operators",
                "/v1/sso",
                "/v1/webhooks",
                "/v1/passkey-policy",
                "/v1/me",
                "/v1/groups",
                "/v1/policies",
                "/v1/jobs",
                "/partner/v1/all-users",
                "/partner/v1/all-clients",
                "/multipleusers",
                "/multipleusers/",
                "/invites",
                "/invites/",
                "/health/live",
                "/health/ready",
                "/openapi.json",
                "/",
                "/docs",
                "/docs/assets/page.js")) {
            assertThat(client.get(own).text())
                    .as(own)
                    .doesNotContain("Marker", "othername", "their-", "their second", userId.real, keyId.real);
            told.add("GET " + own);
        }
        for (Pair pair : users) {
            same(pair, "standings", name -> client.json("POST", "/v1/standings", Map.of("refs", List.of(name))));
        }
        told.add("POST /v1/standings");
        told.add("GET /docs/assets/{name}");
        try (Client stream = new Client(server.address(), mine.testKey().apiKey())) {
            assertThat(stream.get("/v1/events/stream?payload=full").text()).contains("stream.started");
        }
        told.add("GET /v1/events/stream");
        for (Pair pair : List.of(new Pair("Marker", "Nobody"), userEmail, new Pair("other-5", "never-5"))) {
            same(pair, "search", name -> client.get("/v1/users?q=" + encoded(name)));
        }
        same(groupId, "members", name -> client.get("/v1/users?group=" + name));
        told.add("GET /v1/users");
        for (Pair pair : users) {
            same(pair, "jobs of a user", name -> client.get("/v1/jobs?user=" + encoded(name)));
        }
        told.add("GET /v1/jobs");
        same(
                new Pair("their-name", "no-name"),
                "jobs of a name",
                name -> client.json("POST", "/v1/job-erasures", Map.of("user", name)));
        told.add("POST /v1/job-erasures");
        same(groupId, "journal by subject", name -> client.get("/v1/journal?subject=group:" + name));
        same(policyId, "journal by subject", name -> client.get("/v1/journal?subject=policy:" + name));
        same(keyId, "journal by actor", name -> client.get("/v1/journal?actor=" + name));
        same(userId, "journal by subject", name -> client.get("/v1/journal?subject=user:" + name));
        same(keyId, "journal by subject", name -> client.get("/v1/journal?subject=key:" + name));
        same(webhookId, "journal by subject", name -> client.get("/v1/journal?subject=webhook:" + name));
        told.add("GET /v1/journal");
        for (String noun : List.of("user", "client")) {
            partners(noun, told);
        }
        console(told);
        blocking(told);
        numbers(told);
        signatures(told);
        signed();
        credentials(told);
        identifiers(told);
        assertThat(rows(theirs)).isEqualTo(theirsBefore);
        // Only operators may send this request, which contains no reference.
        assertThat(client.json(
                                "PUT",
                                "/v1/me/password",
                                Map.of("password", "a long password", "newPassword", "another long password"))
                        .status())
                .isEqualTo(403);
        told.add("PUT /v1/me/password");
        // Only root may send these requests, whatever they refer to.
        for (String roots : List.of(
                "POST /v1/tenants",
                "GET /v1/tenants",
                "POST /v1/backups",
                "POST /v1/master-key/rotate",
                "POST /v1/master-key/{masterKey}/use")) {
            String[] words = roots.split(" ", 2);
            String target = words[1].replace("{masterKey}", "5f0c2a91d4b7e683");
            assertThat(client.json(words[0], target, null).status()).as(roots).isEqualTo(403);
            told.add(roots);
        }
        Set<String> untold = new TreeSet<>();
        for (Route route : routes()) {
            if (named(route.template()).isEmpty()) {
                untold.add(route.method() + " " + route.template());
            }
        }
        untold.removeAll(told);
        assertThat(untold).as("routes that this test does not cover").isEmpty();
    }

    /// Tests references in the calls of the partner API.
    ///
    /// @param noun the word for a user in the calls' paths and fields
    private void partners(String noun, Set<String> told) throws IOException {
        String get = "/partner/v1/get-" + noun;
        String update = "/partner/v1/update-" + noun;
        String remove = "/partner/v1/remove-" + noun;
        String id = noun + "Id";
        same(userId, get, name -> client.get(get + "?" + id + "=" + name));
        told.add("GET " + get);
        for (Map<String, Object> fields : List.<Map<String, Object>>of(
                Map.of("name", "New"), Map.of("status", "active"), Map.of("email", "new@example.org"))) {
            same(userId, update, name -> {
                Map<String, Object> body = new TreeMap<>(fields);
                body.put(id, name);
                return client.json("PATCH", update, body);
            });
        }
        told.add("PATCH " + update);
        same(userId, remove, name -> client.json("DELETE", remove, Map.of(id, name)));
        same(userId, remove, name -> client.json("DELETE", remove + "?" + id + "=" + name, null));
        told.add("DELETE " + remove);
    }

    /// Tests calls that refer to users by number; each realm counts its users separately.
    private void numbers(Set<String> told) throws IOException {
        Pair number = new Pair("5", "9");
        for (String slash : List.of("", "/")) {
            for (String write : List.of("modifyallusernames", "modifysmartcard", "promoteguest", "togglesuspension")) {
                String path = "/" + write + slash;
                same(
                        number,
                        path,
                        name -> client.json(
                                "POST",
                                path,
                                Map.of("email_id", name, "computer_usernames", List.of(), "smartcards", List.of())));
                told.add("POST " + path);
            }
            String rank = "/modifyrank" + slash;
            same(number, rank, name -> client.json("POST", rank, Map.of("admin_user_id", name, "rank", "ADMIN")));
            told.add("POST " + rank);
            for (String read : List.of("/modifysmartcard" + slash, "/user" + slash)) {
                same(number, read, name -> client.get(read + "?email_id=" + name));
                told.add("GET " + read);
            }
            String user = "/user" + slash;
            same(number, user, name -> client.json("DELETE", user + "?email_id=" + name, null));
            String invites = "/invites" + slash;
            for (Pair pair : List.of(userEmail, new Pair("other-4@example.org", "never-4@example.org"))) {
                same(pair, user, name -> client.json("DELETE", user, Map.of("email", name)));
                same(pair, invites, name -> client.json("POST", invites, Map.of("email", name)));
            }
            told.add("DELETE " + user);
            told.add("POST " + invites);
            for (Pair group : List.of(groupId, new Pair("Marker group", "No group"))) {
                same(
                        group,
                        invites,
                        name -> client.json(
                                "PUT",
                                invites,
                                Map.of(
                                        "emails",
                                        List.of("invited@example.org"),
                                        "groups",
                                        List.of(Map.of(group.equals(groupId) ? "id" : "name", name)))));
            }
            told.add("PUT " + invites);
        }
    }

    /// Tests calls whose body contains the partner id and a signature that authenticates it, here an invalid one.
    private void signatures(Set<String> told) throws IOException {
        Map<String, Object> signed = Map.of(
                "timestamp",
                Timestamps.text(Instant.now()),
                "signature",
                "c2lnbmVkIGJ5IG5vYm9keQ==",
                "user_id",
                "other-5",
                "job_id",
                jobId.real,
                "email",
                "somebody@example.org",
                "environment",
                "test",
                "active",
                true,
                "partner_params",
                Map.of("user_id", "other-5", "job_id", "new-job", "job_type", 4));
        for (String path :
                List.of("/api/v2/partner/enrollee", "/v2/block-user", "/smileid/v1/upload", "/smileid/v1/job_status")) {
            same(tenant, path, name -> {
                Map<String, Object> body = new TreeMap<>(signed);
                body.put(path.endsWith("upload") ? "smile_client_id" : "partner_id", name);
                return client.json("POST", path, body);
            });
            told.add("POST " + path);
        }
    }

    /// A valid signature gives access only to the realm of its key.
    private void signed() throws IOException {
        String secret = mine.testKey().apiSecret();
        List<Pair> named = List.of(userId, new Pair("other-5", "never-5"), new Pair("other-4", "never-4"));
        for (String path : List.of("/api/v2/partner/enrollee", "/v2/block-user")) {
            for (Pair pair : named) {
                same(pair, path, name -> client.json("POST", path, enrollee(secret, "mine", name)));
            }
            same(tenant, path, name -> client.json("POST", path, enrollee(secret, name, "own")));
        }
        String upload = "/smileid/v1/upload";
        for (Pair pair : named) {
            same(pair, upload, name -> client.json("POST", upload, upload(secret, "mine", name, "new")));
        }
        same(jobId, upload, name -> client.json("POST", upload, upload(secret, "mine", "nobody", name)));
        same(tenant, upload, name -> client.json("POST", upload, upload(secret, name, "own", "new")));
        String status = "/smileid/v1/job_status";
        for (Pair pair : named) {
            same(pair, status, name -> client.json("POST", status, status(secret, "mine", name, "their-job")));
        }
        same(jobId, status, name -> client.json("POST", status, status(secret, "mine", "other-1", name)));
        same(tenant, status, name -> client.json("POST", status, status(secret, name, "other-1", "their-job")));
    }

    private static Map<String, Object> enrollee(String secret, String partnerId, String user) {
        return Signing.signed(
                secret,
                "partner_id",
                partnerId,
                Map.of("user_id", user, "environment", "test", "email", "a@example.org", "active", true));
    }

    private static Map<String, Object> upload(String secret, String partnerId, String user, String job) {
        return Signing.signed(
                secret,
                "smile_client_id",
                partnerId,
                Map.of("partner_params", Map.of("user_id", user, "job_id", job, "job_type", 2)));
    }

    private static Map<String, Object> status(String secret, String partnerId, String user, String job) {
        return Signing.signed(
                secret,
                "partner_id",
                partnerId,
                Map.of("user_id", user, "job_id", job, "history", true, "image_links", true));
    }

    /// If a call has two credentials, both must belong to the same realm.
    private void blocking(Set<String> told) throws IOException {
        String mineKey = "apikey: " + mine.testKey().apiKey();
        Tokens own = server.signIn(mine.test(), mine.testKey(), "my-operator");
        Tokens others = theirTokens;
        KeyGenerator.GeneratedKey never = server.mint().generate(1234567890123L, Environment.TEST);
        try (Client both = new Client(server.address(), own.accessToken())) {
            for (String slash : List.of("", "/")) {
                for (String path : List.of("/api/v1/block/user" + slash, "/api/v1/unblock/user" + slash)) {
                    for (Pair pair : List.of(userId, new Pair("other-5", "never-5"), new Pair("other-4", "never-4"))) {
                        same(pair, path, name -> both.json("POST", path, Map.of("unique_id", name), mineKey));
                    }
                    byte[] body = Json.write(Map.of("unique_id", "own"));
                    same(
                            new Pair(others.accessToken(), others.accessToken() + "x"),
                            path,
                            name -> Client.once(server.address(), name, "POST", path, body, Client.JSON, mineKey));
                    same(
                            new Pair(theirs.testKey().apiKey(), never.apiKey()),
                            path,
                            name -> both.send("POST", path, body, Client.JSON, "apikey: " + name));
                    told.add("POST " + path);
                }
                String login = "/api/v1/user/login" + slash;
                same(
                        operator,
                        login,
                        name -> both.json(
                                "POST", login, Map.of("username", name, "password", "a long password"), mineKey));
                told.add("POST " + login);
                String refresh = "/api/v1/user/login/refresh" + slash;
                same(
                        new Pair(others.refreshToken(), others.refreshToken() + "x"),
                        refresh,
                        name -> both.json("POST", refresh, Map.of("refresh", name), mineKey));
                told.add("POST " + refresh);
            }
        }
    }

    /// A forged key of an existing realm gets the same response as a key of a realm that does not exist.
    private void credentials(Set<String> told) throws IOException {
        String forged = ApiKeyText.make(false, theirs.test(), theirs.testKey().id(), new byte[32])
                .text();
        String ofAnotherKey = ApiKeyText.make(false, theirs.test(), UUID.fromString(keyId.ghost), new byte[32])
                .text();
        String ofNoRealm = ApiKeyText.make(false, 1234567890123L, UUID.fromString(keyId.ghost), new byte[32])
                .text();
        for (String real : List.of(forged, ofAnotherKey)) {
            for (String path : List.of("/v1/users", "/v1/journal/head", "/partner/v1/all-users")) {
                same(
                        new Pair(real, ofNoRealm),
                        path,
                        name -> Client.once(server.address(), name, "GET", path, new byte[0]));
            }
        }
        KeyGenerator.GeneratedKey never = server.mint().generate(1234567890123L, Environment.TEST);
        same(
                new Pair(theirs.testKey().apiKey(), never.apiKey()),
                "generate-token",
                name -> client.json(
                        "POST",
                        "/dpop/v1/api/generate-token",
                        Map.of("apiKey", name, "apiSecret", mine.testKey().apiSecret())));
        told.add("POST /dpop/v1/api/generate-token");
    }

    /// Identifiers that are taken or barred in the other realm, and idempotency keys used there, are free in this
    /// one.
    private void identifiers(Set<String> told) throws IOException {
        for (int i = 4; i <= OTHERS; i++) {
            Client.Answer answer = client.json(
                    "POST",
                    "/v1/users",
                    Map.of(
                            "externalId", "other-" + i,
                            "email", "other-" + i + "@example.org",
                            "username", "othername-" + i),
                    "Idempotency-Key: other-" + i);
            created(answer);
            assertThat(answer.header("Idempotency-Replayed")).isEmpty();
        }
        created(client.json("POST", "/v1/users", Map.of("externalId", userId.real)));
        Client.Answer put = client.json("PUT", "/v1/users/external:other-2", Map.of("name", "Other"));
        created(put);
        assertThat(put.json().number("number")).isEqualTo(5);
        told.add("POST /v1/users");
        created(client.json(
                "POST", "/partner/v1/register-user", Map.of("name", "New", "email", "other-3@example.org")));
        told.add("POST /partner/v1/register-user");
        created(client.json(
                "POST", "/partner/v1/register-client", Map.of("name", "New", "email", "other-2@example.org")));
        told.add("POST /partner/v1/register-client");
        assertThat(client.json("PUT", "/invites", Map.of("emails", List.of("other-1@example.org")))
                        .text())
                .contains("\"invited\":[\"other-1@example.org\"]");
        Client.Answer cards =
                client.json("PUT", "/v1/users/external:own/cards", Map.of("cards", List.of(Map.of("number", "4711"))));
        assertThat(cards.status()).as("%s", cards).isEqualTo(200);
        created(client.json(
                "POST",
                "/v1/operators",
                Map.of("username", operator.ghost, "password", "a long password", "role", "viewer")));
        told.add("POST /v1/operators");
        // An issuer that is set up in another realm can be set up in this one too.
        try (Client own = new Client(server.address(), mine.productionKey().apiKey())) {
            Client.Answer sso = own.json("PUT", "/v1/sso", provider("my-client"));
            assertThat(sso.status()).as("%s", sso).isEqualTo(200);
            assertThat(own.get("/v1/sso").text()).doesNotContain("their-");
        }
        told.add("PUT /v1/sso");
        created(client.json("POST", "/v1/keys", Map.of("name", "their second", "role", "viewer")));
        told.add("POST /v1/keys");
        client.json("PUT", "/v1/approval-rules", Map.of("bulkThreshold", 100_000));
        told.add("PUT /v1/approval-rules");
        client.json("PUT", "/v1/passkey-policy", Map.of("requiredFor", List.of("viewer")));
        told.add("PUT /v1/passkey-policy");
        // A URL for which another realm has a webhook is free in this one.
        created(client.json(
                "POST", "/v1/webhooks", Map.of("url", "https://their-receiver.invalid", "types", List.of("user.*"))));
        told.add("POST /v1/webhooks");
        created(client.json("POST", "/v1/groups", Map.of("name", "Marker group")));
        told.add("POST /v1/groups");
        created(client.json("POST", "/v1/policies", Map.of("name", "Marker policy", "resources", List.of())));
        told.add("POST /v1/policies");
        Client.Answer job = client.json("POST", "/v1/jobs", Map.of("jobId", jobId.real, "type", 5, "user", "number:3"));
        created(job);
        assertThat(job.json().number("number")).isEqualTo(1);
        told.add("POST /v1/jobs");
    }

    /// Sends the call with a name that exists in the other realm and with one that never existed, and asserts that
    /// both responses are equal as a whole.
    private static void same(Pair pair, String what, Naming naming) throws IOException {
        Client.Answer real = naming.call(pair.real);
        Client.Answer ghost = naming.call(pair.ghost);
        assertThat(real.status()).as("%s: %s", what, real).isLessThan(500);
        assertThat(comparable(real, pair.real, pair.shownReal))
                .as(what)
                .isEqualTo(comparable(ghost, pair.ghost, pair.shownGhost));
    }

    /// Returns a response without the parts that differ each time and without the name that was sent.
    private static String comparable(Client.Answer answer, String sent, String shown) {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.keySet().removeAll(Set.of("x-request-id", "date", "content-length", "ratelimit"));
        headers.replaceAll((_, value) -> value.replace(sent, "NAME"));
        boolean page = answer.header("Content-Type").startsWith("text/html");
        String text = (page ? answer.text().replace(sent, "NAME").replace(encoded(sent), "NAME") : answer.text())
                .replaceAll("name=\"once\" value=\"[^\"]*\"", "")
                .replaceAll("\"requestId\":\"[^\"]*\"", "")
                .replaceAll("\"at\":\"[^\"]*\"", "")
                .replaceAll("\"(timestamp|signature)\":\"[^\"]*\"", "")
                .replace("\"" + sent + "\"", "\"NAME\"")
                .replaceAll(
                        "There is no ([\\w ]+) " + java.util.regex.Pattern.quote(shown) + "\\.",
                        "There is no $1 NAME.");
        return answer.status() + " " + headers + " " + text;
    }

    /// Returns all rows of both realms of a tenant, byte for byte.
    private List<String> rows(TestServer.Tenancy tenancy) {
        List<String> rows = new ArrayList<>(Rows.of(folder, tenancy.test()));
        rows.addAll(Rows.of(folder, tenancy.production()));
        assertThat(rows).hasSizeGreaterThan(5);
        return rows;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
