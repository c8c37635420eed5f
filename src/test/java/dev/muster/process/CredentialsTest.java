package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.http.json.Json;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.security.KeyGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Creates, uses and ends tokens, sessions and keys over HTTP, across dialects.
@Timeout(120)
class CredentialsTest {
    @TempDir
    private Path folder;

    private InProcess muster;
    private TestServer server;
    private TestServer.Tenancy tenancy;

    @BeforeEach
    void start() {
        muster = new InProcess(folder);
        server = muster.server;
        tenancy = server.makeTenant("acme");
    }

    @AfterEach
    void stop() {
        muster.close();
    }

    private Client.Answer call(String bearer, String method, String target, Object body, String... headers)
            throws IOException {
        try (Client client = new Client(server.address(), bearer)) {
            return client.json(method, target, body, headers);
        }
    }

    private String admin() {
        return tenancy.testKey().apiKey();
    }

    private KeyGenerator.GeneratedKey key(Role role) {
        return server.makeKey(tenancy.test(), Environment.TEST, role);
    }

    /// Returns the status of a read on Muster's own API with this credential.
    private int reads(String credential) throws IOException {
        return call(credential, "GET", "/v1/users", null).status();
    }

    // Tokens

    private record Tokens(String access, String refresh) {}

    private Client.Answer generate(Map<String, String> body) throws IOException {
        return call(null, "POST", "/dpop/v1/api/generate-token", body);
    }

    private static Tokens tokens(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        Fields credentials = answer.json().in("data").in("credentials");
        return new Tokens(credentials.text("accessToken"), credentials.text("refreshToken"));
    }

    private Client.Answer refreshed(Tokens tokens) throws IOException {
        return generate(Map.of("refreshToken", tokens.refresh));
    }

    private void makeOperator(String name, Role role) throws IOException {
        Client.Answer made = call(
                admin(),
                "POST",
                "/v1/operators",
                Map.of("username", name, "password", TestServer.PASSWORD, "role", role.wireName()));
        assertThat(made.status()).as("%s", made).isEqualTo(201);
    }

    private Tokens signIn(KeyGenerator.GeneratedKey key, String name) throws IOException {
        Client.Answer in = call(
                null,
                "POST",
                "/api/v1/user/login/",
                Map.of("username", name, "password", TestServer.PASSWORD),
                "apikey: " + key.apiKey());
        assertThat(in.status()).as("%s", in).isEqualTo(200);
        return new Tokens(in.json().text("access"), in.json().text("refresh"));
    }

    private Client.Answer refreshed(KeyGenerator.GeneratedKey key, Tokens tokens) throws IOException {
        return call(
                null,
                "POST",
                "/api/v1/user/login/refresh/",
                Map.of("refresh", tokens.refresh),
                "apikey: " + key.apiKey());
    }

    @Test
    void aRefreshTokenIsUsedOnceAndEndsItsFamilyTheSecondTime() throws Exception {
        Map<String, String> exchange = Map.of(
                "apiKey",
                tenancy.testKey().apiKey(),
                "apiSecret",
                tenancy.testKey().apiSecret());
        Tokens other = tokens(generate(exchange));
        Tokens first = tokens(generate(exchange));
        Tokens second = tokens(refreshed(first));
        Tokens third = tokens(refreshed(second));
        for (Tokens each : List.of(first, second, third)) {
            assertThat(reads(each.access)).isEqualTo(200);
            assertThat(reads(each.refresh))
                    .as("a refresh token opens the refresh call")
                    .isEqualTo(401);
        }
        assertThat(refreshed(second).status()).as("again").isEqualTo(401);
        assertThat(refreshed(third).status()).as("the one that came of it").isEqualTo(401);
        for (Tokens each : List.of(first, second, third)) {
            assertThat(reads(each.access)).as("an access token of the family").isEqualTo(401);
        }
        assertThat(reads(other.access)).as("another family of the same key").isEqualTo(200);
        tokens(refreshed(other));
    }

    private void oneRequestASecond() throws IOException {
        Client.Answer set =
                call(TestServer.ROOT_KEY, "PUT", "/v1/tenants/acme/test/quotas", Map.of("requestsPerSecond", 1));
        assertThat(set.status()).as("%s", set).isEqualTo(200);
    }

    private Client.Answer post(String target, Map<String, String> body, String... headers) throws IOException {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = Client.JSON;
        return Client.once(server.address(), null, "POST", target, Json.write(body), all);
    }

    /// Refreshing a key's token counts against the key's rate limit, because it writes to the database.
    @Test
    void refreshingCountsAgainstTheRateOfTheKey() throws Exception {
        Tokens tokens = tokens(generate(Map.of(
                "apiKey",
                tenancy.testKey().apiKey(),
                "apiSecret",
                tenancy.testKey().apiSecret())));
        oneRequestASecond();
        Client.Answer last = null;
        for (int i = 0; i < 100 && (last == null || last.status() == 200); i++) {
            tokens = last == null ? tokens : tokens(last);
            last = post("/dpop/v1/api/generate-token", Map.of("refreshToken", tokens.refresh));
        }
        assertThat(last.status()).as("one of a hundred in a row").isEqualTo(429);
        assertThat(last.header("Retry-After")).isNotNull();
        call(TestServer.ROOT_KEY, "PUT", "/v1/tenants/acme/test/quotas", Map.of());
        assertThat(refreshed(tokens).status()).as("the token is not used up").isEqualTo(200);
    }

    @Test
    void refreshingAnOperatorsTokensCountsAgainstTheKeyTheySignedInWith() throws Exception {
        makeOperator("ada", Role.ADMIN);
        Tokens tokens = signIn(tenancy.testKey(), "ada");
        List<Made> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(made(make(admin(), "key " + i, null)));
        }
        oneRequestASecond();
        List<Integer> statuses = new ArrayList<>();
        for (Made other : others) {
            statuses.add(post("/api/v1/user/login/refresh/", Map.of("refresh", tokens.refresh), "apikey: " + other.text)
                    .status());
        }
        assertThat(statuses).contains(200, 429);
    }

    @Test
    void namesOfKeysTenantsGroupsAndPoliciesHideNothing() throws Exception {
        for (String name : List.of("a\u202Eb", "a\u3164b", "a\u2800")) {
            List<Client.Answer> answers = List.of(
                    call(admin(), "POST", "/v1/keys", Map.of("name", name, "role", "viewer")),
                    call(admin(), "POST", "/v1/groups", Map.of("name", name)),
                    call(admin(), "POST", "/v1/policies", Map.of("name", name, "resources", List.of("door"))),
                    call(TestServer.ROOT_KEY, "POST", "/v1/tenants", Map.of("name", name)));
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).as("%s", answer).isEqualTo(422);
                assertThat(answer.json().items("errors").getFirst().text("code"))
                        .isEqualTo("invisible");
            });
        }
    }

    @Test
    void aLinkToTheSignInFillsInTenantAndEnvironment() throws Exception {
        String page = call(null, "GET", "/console/sign-in?tenant=acme&environment=test", null)
                .text();
        assertThat(page)
                .contains("name=\"partner\" value=\"acme\"")
                .containsPattern("value=\"test\" checked")
                .doesNotContainPattern("value=\"production\" checked");
        assertThat(call(null, "GET", "/console/sign-in", null).text()).containsPattern("value=\"production\" checked");
    }

    /// At epixel, an operator's refresh token can be used repeatedly, because the client in the vendor's
    /// documentation does not receive a new one.
    @Test
    void anOperatorsTokensAreRefreshedAtEpixelAlone() throws Exception {
        makeOperator("ada", Role.ADMIN);
        Tokens tokens = signIn(tenancy.testKey(), "ada");
        assertThat(refreshed(tokens).status()).as("without an apikey").isEqualTo(401);
        for (int i = 0; i < 2; i++) {
            Client.Answer fresh = refreshed(tenancy.testKey(), tokens);
            assertThat(fresh.status()).isEqualTo(200);
            assertThat(fresh.json().object()).hasSize(1);
            assertThat(reads(fresh.json().text("access"))).isEqualTo(200);
        }
    }

    @Test
    void aTokenMadeThroughAKeyIsBoundToItEverywhere() throws Exception {
        makeOperator("ada", Role.ADMIN);
        KeyGenerator.GeneratedKey viewer = key(Role.VIEWER);
        Tokens tokens = signIn(viewer, "ada");
        assertThat(call(admin(), "POST", "/v1/users", Map.of("externalId", "grace"))
                        .status())
                .isEqualTo(201);
        // The refresh request is authenticated with a key, but the new token has no more rights than the old one.
        String renewed = refreshed(tenancy.testKey(), tokens).json().text("access");
        for (String access : List.of(tokens.access, renewed)) {
            assertThat(reads(access)).isEqualTo(200);
            assertThat(call(access, "PUT", "/v1/users/external:grace/holds/blocked", Map.of())
                            .status())
                    .isEqualTo(403);
            assertThat(call(access, "GET", "/v1/keys", null).status()).isEqualTo(403);
            for (KeyGenerator.GeneratedKey apikey : List.of(viewer, tenancy.testKey())) {
                assertThat(call(
                                        access,
                                        "POST",
                                        "/api/v1/block/user/",
                                        Map.of("unique_id", "grace"),
                                        "apikey: " + apikey.apiKey())
                                .status())
                        .isEqualTo(403);
            }
        }
        assertThat(call(admin(), "DELETE", "/v1/keys/" + viewer.id(), null).status())
                .isEqualTo(200);
        assertThat(reads(tokens.access)).isEqualTo(401);
        assertThat(reads(renewed)).isEqualTo(401);
        assertThat(refreshed(tenancy.testKey(), tokens).status()).isEqualTo(401);
        assertThat(reads(signIn(tenancy.testKey(), "ada").access))
                .as("the operator is still welcome")
                .isEqualTo(200);
    }

    // What ends sessions and tokens

    private interface Ending {
        void end(Browser browser) throws IOException;
    }

    private void endsAll(String name, String action, Ending ending) throws Exception {
        makeOperator(name, Role.MANAGER);
        Tokens tokens = signIn(tenancy.testKey(), name);
        Browser here = Browser.signedIn(server.address(), "acme", "test", name, TestServer.PASSWORD);
        Browser there = Browser.signedIn(server.address(), "acme", "test", name, TestServer.PASSWORD);
        String page = "/console/acme/test/users";
        for (Browser browser : List.of(here, there)) {
            assertThat(page(browser, page)).isEqualTo(200);
        }
        assertThat(reads(tokens.access)).isEqualTo(200);
        ending.end(here);
        for (Browser browser : List.of(here, there)) {
            assertThat(page(browser, page)).as("to the sign-in").isEqualTo(303);
        }
        assertThat(reads(tokens.access)).isEqualTo(401);
        assertThat(refreshed(tenancy.testKey(), tokens).status()).isEqualTo(401);
        Fields entry = call(admin(), "GET", "/v1/journal?action=" + action, null)
                .json()
                .items("items")
                .getLast();
        assertThat(entry.in("changes").object().get("generation")).hasToString("[1, 2]");
    }

    private int page(Browser browser, String path) throws IOException {
        return browser.send("GET", path, Map.of()).status();
    }

    @Test
    void signingOutEverywhereEndsSessionsAndTokens() throws Exception {
        endsAll("ada", "operator.signed_out", browser -> {
            Client.Answer out = browser.send("POST", "/console/acme/test/sign-out-everywhere", Map.of());
            assertThat(out.status()).isEqualTo(303);
        });
        Fields entry = call(admin(), "GET", "/v1/journal?action=operator.signed_out", null)
                .json()
                .items("items")
                .getLast();
        assertThat(entry.in("actor").text("name")).isEqualTo("ada");
        assertThat(entry.text("dialect")).isEqualTo("console");
        tokensAgain("ada");
    }

    private void tokensAgain(String name) throws IOException {
        assertThat(reads(signIn(tenancy.testKey(), name).access))
                .as("they sign in again")
                .isEqualTo(200);
    }

    @Test
    void anAdminWhoSignsAnOperatorOutEndsSessionsAndTokens() throws Exception {
        endsAll(
                "bob",
                "operator.signed_out",
                _ -> assertThat(call(admin(), "POST", "/v1/operators/bob/sign-out", Map.of())
                                .status())
                        .isEqualTo(200));
        tokensAgain("bob");
    }

    @Test
    void newPasswordsAndDisablingEndSessionsAndTokens() throws Exception {
        endsAll(
                "carl",
                "operator.password.changed",
                _ -> assertThat(call(
                                        admin(),
                                        "PUT",
                                        "/v1/operators/carl/password",
                                        Map.of("password", "another long password"))
                                .status())
                        .isEqualTo(200));
        endsAll(
                "dora",
                "operator.disabled",
                _ -> assertThat(call(admin(), "POST", "/v1/operators/dora/disable", Map.of())
                                .status())
                        .isEqualTo(200));
    }

    @Test
    void deletingEndsSessionsAndTokensAndLeavesTheJournalReadable() throws Exception {
        endsAll("erna", "operator.deleted", _ -> {
            String token = signIn(tenancy.testKey(), "erna").access;
            assertThat(call(token, "POST", "/v1/users", Map.of("externalId", "made-by-erna"))
                            .status())
                    .isEqualTo(201);
            Client.Answer gone = call(admin(), "DELETE", "/v1/operators/erna", null);
            assertThat(gone.status()).isEqualTo(200);
            assertThat(gone.json().text("deletedAt")).isNotEmpty();
        });
        assertThat(call(admin(), "GET", "/v1/operators", null).text()).doesNotContain("erna");
        makeOperator("erna", Role.VIEWER);
        tokensAgain("erna");
        for (Fields entry :
                call(admin(), "GET", "/v1/journal?limit=1000", null).json().items("items")) {
            assertThat(entry.object().get("readable")).isEqualTo(true);
        }
        Fields made = call(admin(), "GET", "/v1/users/external:made-by-erna/history", null)
                .json()
                .items("items")
                .getFirst();
        assertThat(made.in("actor").text("name")).isEqualTo("erna");
        assertThat(call(admin(), "GET", "/v1/journal/reconcile", null).text()).contains("\"consistent\":true");
    }

    @Test
    void aNewRoleAppliesImmediatelyToSignedInOperators() throws Exception {
        makeOperator("finn", Role.VIEWER);
        Tokens tokens = signIn(tenancy.testKey(), "finn");
        Map<String, String> user = Map.of("externalId", "by-finn");
        assertThat(call(tokens.access, "POST", "/v1/users", user).status()).isEqualTo(403);
        assertThat(call(admin(), "PUT", "/v1/operators/finn/role", Map.of("role", "manager"))
                        .status())
                .isEqualTo(200);
        assertThat(call(tokens.access, "POST", "/v1/users", user).status()).isEqualTo(201);
        assertThat(call(tokens.access, "GET", "/v1/me", null).json().text("role"))
                .isEqualTo("manager");
        assertThat(call(admin(), "PUT", "/v1/operators/finn/role", Map.of("role", "viewer"))
                        .status())
                .isEqualTo(200);
        assertThat(call(tokens.access, "POST", "/v1/users", user).status()).isEqualTo(403);
    }

    // Keys created by keys

    private record Made(String id, String text) {}

    private Client.Answer make(String by, String name, Instant expiresAt) throws IOException {
        return call(
                by,
                "POST",
                "/v1/keys",
                expiresAt == null
                        ? Map.of("name", name, "role", "admin", "signing", false)
                        : Map.of("name", name, "role", "admin", "signing", false, "expiresAt", expiresAt.toString()));
    }

    private static Made made(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        return new Made(answer.json().text("keyId"), answer.json().text("apiKey"));
    }

    @Test
    void keysCreatedByAnExpiringKeyEndWithIt() throws Exception {
        Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
        Made brief = made(make(admin(), "brief", end));
        Client.Answer child = make(brief.text, "child", null);
        made(child);
        assertThat(Instant.parse(child.json().text("expiresAt"))).isEqualTo(end);
        assertThat(child.json().in("madeBy").text("kind")).isEqualTo("apiKey");
        assertThat(child.json().in("madeBy").text("id")).isEqualTo(brief.id);
        Client.Answer later = make(brief.text, "later", end.plusMillis(1));
        assertThat(later.status()).isEqualTo(422);
        assertThat(later.json().items("errors").getFirst().text("field")).isEqualTo("expiresAt");
        assertThat(later.json().items("errors").getFirst().text("code")).isEqualTo("outlives_its_maker");
        Client.Answer operator = call(
                brief.text,
                "POST",
                "/v1/operators",
                Map.of("username", "eve", "password", TestServer.PASSWORD, "role", "admin"));
        assertThat(operator.status()).isEqualTo(403);
        assertThat(operator.json().text("detail")).isEqualTo("This needs a key without expiry.");
    }

    @Test
    void aStolenKeyIsRevokedWithAllThatItMade() throws Exception {
        Made stolen = made(make(admin(), "stolen", null));
        Made child = made(make(stolen.text, "child", null));
        Made grandchild = made(make(child.text, "grandchild", null));
        Made other = made(make(admin(), "other", null));
        Client.Answer eve = call(
                grandchild.text,
                "POST",
                "/v1/operators",
                Map.of("username", "eve", "password", TestServer.PASSWORD, "role", "admin"));
        assertThat(eve.status()).isEqualTo(201);
        Tokens tokens = signIn(tenancy.testKey(), "eve");
        Client.Answer rehearsed =
                call(admin(), "DELETE", "/v1/keys/" + stolen.id + "?descendants=true", null, "Muster-Dry-Run: true");
        assertThat(rehearsed.status()).isEqualTo(200);
        assertThat(reads(grandchild.text)).isEqualTo(200);
        Client.Answer revoked = call(admin(), "DELETE", "/v1/keys/" + stolen.id + "?descendants=true", null);
        assertThat(revoked.status()).isEqualTo(200);
        assertThat(revoked.json().text("keyId")).isEqualTo(stolen.id);
        for (Made each : List.of(stolen, child, grandchild)) {
            assertThat(reads(each.text)).isEqualTo(401);
        }
        assertThat(reads(tokens.access)).isEqualTo(401);
        assertThat(reads(other.text)).isEqualTo(200);
        inTheConsole(other);
        UUID request = UUID.randomUUID();
        assertThat(call(
                                admin(),
                                "DELETE",
                                "/v1/keys/" + tenancy.testKey().id() + "?descendants=true",
                                null,
                                "Idempotency-Key: " + request)
                        .status())
                .as("the realm's last")
                .isEqualTo(409);
        assertThat(call(admin(), "GET", "/v1/journal/verify", null).json().flag("valid"))
                .isTrue();
    }

    /// The keys page shows who created each key. If its box is ticked, revoking a key also revokes the keys created
    /// with it.
    private void inTheConsole(Made key) throws IOException {
        Made child = made(make(key.text, "child of other", null));
        makeOperator("ada", Role.ADMIN);
        Browser ada = Browser.signedIn(server.address(), "acme", "test", "ada", TestServer.PASSWORD);
        assertThat(ada.send("GET", "/console/acme/test/keys", Map.of()).text()).contains("by key other");
        String revoke = "/console/acme/test/keys/" + key.id + "/revoke";
        Client.Answer done = ada.send("POST", revoke, Map.of("descendants", "true"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(done.header("Location")).contains("revoked-all");
        assertThat(reads(key.text)).isEqualTo(401);
        assertThat(reads(child.text)).isEqualTo(401);
    }
}
