package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.directory.Credentials;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.security.Caller;
import dev.muster.security.RemoteClient;
import dev.muster.testing.IgnoringListener;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests signing in through an identity provider, including what an attacker may try.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SsoTest {
    private static final String OVERVIEW = "/console/%s/production/overview";

    private final HttpClient client = HttpClient.newHttpClient();
    private TestServer server;
    private int tenants;
    private String tenant;
    private TestServer.Tenancy tenancy;
    private Actor admin;
    private TestIssuer issuer;
    private TestBrowser browser;
    private volatile Duration later = Duration.ZERO;

    @BeforeAll
    void open(@TempDir Path folder) {
        server = calling(folder, List.of(AddressBlock.parse("127.0.0.0/8")));
    }

    /// @param networks the private networks in which the server may connect to providers
    private TestServer calling(Path folder, List<AddressBlock> networks) {
        return new TestServer(
                folder,
                InstantSource.system(),
                100_000,
                (core, gate, keyGenerator) -> new Dialects(
                                core,
                                gate,
                                keyGenerator,
                                () -> Instant.now().plus(later),
                                null,
                                "/api/v1",
                                new AddressRules(networks, "--sso-networks"))
                        .httpApis());
    }

    @AfterAll
    void close() {
        client.close();
        server.close();
    }

    @BeforeEach
    void begin() throws Exception {
        later = Duration.ZERO;
        tenant = "acme-" + ++tenants;
        tenancy = server.makeTenant(tenant);
        admin = server.actor(tenancy.production(), tenancy.productionKey());
        issuer = new TestIssuer();
        browser = new TestBrowser(client, server.address());
        set(issuer, _ -> {});
    }

    @AfterEach
    void end() {
        issuer.close();
    }

    // Settings of a provider

    private static final class Draft {
        boolean required;
        List<String> domains = List.of();
        List<String> breakGlass = List.of();
        String roleClaim = "roles";
    }

    private SsoProvider set(TestIssuer of, Consumer<Draft> change) {
        Draft draft = new Draft();
        change.accept(draft);
        return server.execute(
                        tenancy.production(),
                        admin,
                        null,
                        new OperatorCommand.PutSso(new SsoProvider.Settings(
                                of.url(),
                                TestIssuer.CLIENT,
                                TestIssuer.SECRET,
                                List.of("openid"),
                                "preferred_username",
                                draft.roleClaim,
                                new TreeMap<>(Map.of(
                                        "muster-viewers", Role.VIEWER,
                                        "muster-managers", Role.MANAGER,
                                        "muster-admins", Role.ADMIN)),
                                draft.required,
                                draft.domains,
                                draft.breakGlass)))
                .sso();
    }

    // Actions of a browser

    private URI start() throws Exception {
        return start("", "");
    }

    private URI start(String name, String next) throws Exception {
        return TestBrowser.leads(started(name, next));
    }

    private HttpResponse<String> started(String name, String next) throws Exception {
        return browser.post(
                "/console/sso/start",
                Map.of("partner", tenant, "environment", "production", "username", name, "next", next));
    }

    private HttpResponse<String> comeBack(String query) throws Exception {
        return browser.get("/console/sso/callback" + query);
    }

    private HttpResponse<String> signIn() throws Exception {
        return comeBack(issuer.callback(start()));
    }

    private void assertIn(HttpResponse<String> reply) throws Exception {
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(303);
        assertThat(browser.get(OVERVIEW.formatted(tenant)).statusCode()).isEqualTo(200);
    }

    private void assertOut(HttpResponse<String> reply, int status, String says) throws Exception {
        assertThat(reply.body()).contains(says);
        assertThat(reply.statusCode()).isEqualTo(status);
        assertThat(browser.cookies).doesNotContainKey("muster");
        assertThat(browser.get(OVERVIEW.formatted(tenant)).statusCode()).isEqualTo(303);
    }

    private Operator operator(String name) {
        return server.credentials()
                .operator(
                        tenancy.production(),
                        new Identifier.Key(Identifier.Kind.USERNAME, Identifier.fold(Identifier.Kind.USERNAME, name)));
    }

    private void claim(Consumer<JWTClaimsSet.Builder> change) {
        issuer.claims = change;
    }

    // Successful sign-ins

    @Test
    void theFirstSignInMakesTheOperatorWithTheMappedRole() throws Exception {
        assertIn(signIn());

        Operator maria = operator("maria");
        assertThat(maria.role()).isEqualTo(Role.MANAGER);
        assertThat(maria.identity()).isEqualTo(new FederatedIdentity(issuer.url(), "sub-of-maria"));
        assertThat(maria.passwordHash()).isEmpty();
        assertThat(maria.madeBy().by().text()).startsWith("system:");
    }

    @Test
    void aChangedRoleIsTakenAtTheNextSignInAndTheOperatorIsTheSame() throws Exception {
        assertIn(signIn());
        Operator before = operator("maria");
        claim(claims ->
                claims.claim("roles", List.of("other", "muster-viewers")).claim("preferred_username", "mary"));

        assertIn(signIn());

        assertThat(operator("maria").id()).isEqualTo(before.id());
        assertThat(operator("maria").role()).isEqualTo(Role.VIEWER);
        assertThat(operator("mary")).isNull();
    }

    @Test
    void theRoleWithMostRightsCountsAndADotLeadsIntoAnObject() throws Exception {
        set(issuer, draft -> draft.roleClaim = "realm_access.roles");
        claim(claims -> claims.claim(
                "realm_access", Map.of("roles", List.of("muster-viewers", "muster-admins", "muster-managers"))));
        assertIn(signIn());
        assertThat(operator("maria").role()).isEqualTo(Role.ADMIN);
    }

    @Test
    void theSameProviderSignsInToTheTestRealm() throws Exception {
        HttpResponse<String> page = browser.post(
                "/console/sso/start", Map.of("partner", tenant, "environment", "test", "username", "", "next", ""));
        HttpResponse<String> reply = comeBack(issuer.callback(TestBrowser.leads(page)));
        assertThat(reply.headers().firstValue("Location")).hasValue("/console/" + tenant + "/test/overview");
        assertThat(operator("maria")).isNull();
    }

    @Test
    void theTypedDomainSelectsTheProvider() throws Exception {
        set(issuer, draft -> draft.domains = List.of("acme.com"));
        try (TestIssuer other = new TestIssuer()) {
            set(other, draft -> draft.domains = List.of("acme.org"));
            assertOut(started("maria", ""), 422, "several identity providers");
            assertThat(start("maria@ACME.org", "").toString()).startsWith(other.url() + "/auth?");
            assertThat(start("maria@acme.com", "").toString()).startsWith(issuer.url() + "/auth?");
            assertOut(started("maria@acme.net", ""), 422, "several identity providers");
        }
    }

    @Test
    void thePageThatWasAskedForIsShownAfterwards() throws Exception {
        String page = "/console/" + tenant + "/production/users?q=ann";
        assertThat(comeBack(issuer.callback(start("", page))).headers().firstValue("Location"))
                .hasValue(page);
    }

    @Test
    void signingOutSignsOutOfTheProviderToo() throws Exception {
        assertIn(signIn());
        String token = formToken();
        HttpResponse<String> out = browser.post("/console/" + tenant + "/production/sign-out", Map.of("csrf", token));
        URI leads = TestBrowser.leads(out);
        assertThat(leads.toString()).startsWith(issuer.url() + "/out?");
        Map<String, String> sent = TestIssuer.parameters(leads.getRawQuery());
        assertThat(sent.get("id_token_hint")).startsWith("ey");
        assertThat(sent)
                .containsEntry("client_id", TestIssuer.CLIENT)
                .containsEntry("post_logout_redirect_uri", server.address() + "/console/sign-in");
        assertThat(browser.cookies).isEmpty();
        assertThat(browser.get(OVERVIEW.formatted(tenant)).statusCode()).isEqualTo(303);
    }

    private String formToken() throws Exception {
        String body = browser.get(OVERVIEW.formatted(tenant)).body();
        int at = body.indexOf("name=\"csrf\" value=\"") + "name=\"csrf\" value=\"".length();
        return body.substring(at, body.indexOf('"', at));
    }

    @Test
    void newKeysOfTheProviderAreFetchedWhenATokenNamesOne() throws Exception {
        // The keys are created first, because that takes seconds on a busy machine.
        RSAKey second = TestIssuer.newKey("second");
        RSAKey third = TestIssuer.newKey("third");
        assertIn(signIn());
        issuer.key = second;
        assertIn(signIn());
        assertThat(issuer.keyFetches).hasValue(2);

        // Keys are fetched at most twice in 30 seconds, however many unknown keys the tokens name.
        issuer.key = third;
        for (int i = 0; i < 3; i++) {
            browser.cookies.clear();
            assertOut(signIn(), 403, "could not be verified");
        }
        assertThat(issuer.keyFetches).hasValue(2);
    }

    // Refused sign-ins

    @Test
    void anOperatorWithoutAMappedRoleIsRefused() throws Exception {
        claim(claims -> claims.claim("roles", List.of("staff")));
        assertOut(signIn(), 403, "Your account has no role here.");
        claim(claims -> claims.claim("roles", null));
        assertOut(signIn(), 403, "Your account has no role here.");
        assertThat(operator("maria")).isNull();
    }

    @Test
    void aRoleThatWasTakenAwayEndsTheWayInAndNotTheOperator() throws Exception {
        assertIn(signIn());
        claim(claims -> claims.claim("roles", List.of()));
        browser.cookies.clear();
        assertOut(signIn(), 403, "Your account has no role here.");
        assertThat(operator("maria").role()).isEqualTo(Role.MANAGER);
    }

    @Test
    void anOperatorWithAPasswordIsNotTakenOver() throws Exception {
        server.signIn(tenancy.production(), tenancy.productionKey(), "Maria", Role.ADMIN);
        Operator before = operator("maria");
        assertOut(signIn(), 409, "Another operator has your username.");
        assertThat(operator("maria")).isEqualTo(before);
    }

    @Test
    void anotherPersonOfTheProviderWithTheSameNameIsNotTheOperator() throws Exception {
        assertIn(signIn());
        claim(claims -> claims.subject("sub-of-another"));
        browser.cookies.clear();
        assertOut(signIn(), 409, "Another operator has your username.");
    }

    @Test
    void anOperatorWhoIsDisabledHereStaysOut() throws Exception {
        assertIn(signIn());
        server.execute(
                tenancy.production(),
                admin,
                null,
                new OperatorCommand.DisableOperator(operator("maria").username().key()));
        browser.cookies.clear();
        assertOut(signIn(), 403, "You are disabled here.");
    }

    @Test
    void aUserRefusedByTheProviderIsNotSignedIn() throws Exception {
        String state = TestIssuer.parameters(start().getRawQuery()).get("state");
        assertOut(
                comeBack("?error=access_denied&state=" + state + "&iss=" + issuer.url()),
                403,
                "Your identity provider did not let you in.");
    }

    @Test
    void requiredSwitchesPasswordsOffExceptForBreakGlass() throws Exception {
        server.signIn(tenancy.production(), tenancy.productionKey(), "ann", Role.ADMIN);
        server.signIn(tenancy.production(), tenancy.productionKey(), "Emergency", Role.ADMIN);
        set(issuer, draft -> {
            draft.required = true;
            draft.breakGlass = List.of("emergency");
        });

        assertOut(password("ann"), 401, "");
        // The epixel sign-in accepts passwords too.
        assertThat(tokens("ann")).isInstanceOf(Result.Refused.class);
        assertThat(tokens("emergency")).isInstanceOf(Result.Ok.class);
        assertIn(password("emergency"));
    }

    private HttpResponse<String> password(String name) throws Exception {
        return browser.post(
                "/console/sign-in",
                Map.of(
                        "partner",
                        tenant,
                        "environment",
                        "production",
                        "username",
                        name,
                        "password",
                        TestServer.PASSWORD));
    }

    private Result<?> tokens(String name) {
        Credentials credentials = server.credentials();
        return server.authenticator()
                .signIn(
                        new Caller(credentials.realm(tenancy.production()), admin),
                        name,
                        TestServer.PASSWORD,
                        new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener()),
                        "epixel");
    }

    @Test
    void anOperatorOfAProviderHasNoPassword() throws Exception {
        assertIn(signIn());
        browser.cookies.clear();
        assertOut(password("maria"), 401, "");
    }

    // Attacks

    @Test
    void aTokenForAnotherSignInIsRefused() throws Exception {
        claim(claims -> claims.claim("nonce", "another"));
        assertOut(signIn(), 403, "could not be verified");
        claim(claims -> claims.claim("nonce", null));
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void aTokenForAnotherClientIsRefused() throws Exception {
        claim(claims -> claims.audience("another"));
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() throws Exception {
        claim(claims -> claims.issuer("https://evil.example"));
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        claim(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120))));
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void aTokenWithoutASignatureIsRefused() throws Exception {
        issuer.signer = TestIssuer::unsigned;
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void aTokenSignedWithThePublicKeyAsSecretIsRefused() throws Exception {
        issuer.signer = issuer::signedWithPublicKey;
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void aTokenSignedByAnotherKeyOfTheSameNameIsRefused() throws Exception {
        // The key is created first, because the server waits only a few seconds for the token.
        RSAKey other = TestIssuer.newKey("first");
        issuer.signer = claims -> TestIssuer.signedBy(other, claims);
        assertOut(signIn(), 403, "could not be verified");
    }

    @Test
    void anAnswerWithAnotherStateIsRefused() throws Exception {
        String answer = issuer.callback(start());
        assertOut(comeBack(answer.replaceFirst("state=[^&]+", "state=another")), 400, "This sign-in is over.");
        answer = issuer.callback(start());
        assertOut(comeBack(answer.replaceFirst("&state=[^&]+", "")), 400, "This sign-in is over.");
        assertThat(issuer.tokenCalls).hasValue(0);
    }

    @Test
    void anAnswerIsTakenOnce() throws Exception {
        String answer = issuer.callback(start());
        Map<String, String> kept = Map.copyOf(browser.cookies);
        assertIn(comeBack(answer));

        browser.cookies.clear();
        browser.cookies.putAll(kept);
        assertOut(comeBack(answer), 400, "This sign-in is over.");
        assertThat(issuer.tokenCalls).hasValue(1);
    }

    @Test
    void anAnswerIsTakenForTenMinutes() throws Exception {
        String answer = issuer.callback(start());
        later = Duration.ofMinutes(11);
        assertOut(comeBack(answer), 400, "This sign-in is over.");
        assertThat(issuer.tokenCalls).hasValue(0);
    }

    @Test
    void anAnswerToAnotherBrowserIsRefused() throws Exception {
        String answer = issuer.callback(start());
        browser.cookies.clear();
        assertOut(comeBack(answer), 400, "This sign-in is over.");
        // The response is also refused while the browser has its own sign-in in progress.
        start();
        assertOut(comeBack(answer), 400, "This sign-in is over.");
        assertThat(issuer.tokenCalls).hasValue(0);
    }

    @Test
    void theCookieForSigningOutBeginsNoSignIn() throws Exception {
        String answer = issuer.callback(start());
        assertIn(comeBack(answer));
        String kept = browser.cookies.get("muster-sso-out");
        browser.cookies.clear();
        browser.cookies.put("muster-sso", kept);
        assertOut(comeBack(answer), 400, "This sign-in is over.");
    }

    @Test
    void anAlteredCookieIsRefused() throws Exception {
        String answer = issuer.callback(start());
        String kept = browser.cookies.get("muster-sso");
        // The cookie is moved to another realm, whose key did not seal it.
        browser.cookies.put("muster-sso", tenancy.test() + kept.substring(kept.indexOf('.')));
        assertOut(comeBack(answer), 400, "This sign-in is over.");
        browser.cookies.put("muster-sso", kept.substring(0, kept.length() - 4) + "AAAA");
        assertOut(comeBack(answer), 400, "This sign-in is over.");
    }

    /// In a mix-up attack, a malicious provider of the tenant redirects the browser to an honest one. The honest
    /// provider's code must not be sent to the malicious one.
    @Test
    void theAnswerOfAnotherIssuerIsRefusedBeforeItsCodeIsUsed() throws Exception {
        set(issuer, draft -> draft.domains = List.of("acme.com"));
        try (TestIssuer evil = new TestIssuer()) {
            set(evil, draft -> draft.domains = List.of("evil.example"));
            URI toEvil = start("maria@evil.example", "");
            String honest = issuer.callback(toEvil);
            assertOut(comeBack(honest), 403, "could not be verified");
            assertThat(evil.tokenCalls).hasValue(0);

            // The response is also refused if `iss` was removed from it, because both providers announce that they send
            // `iss`.
            honest = issuer.callback(start("maria@evil.example", ""));
            assertOut(comeBack(honest.replaceFirst("&iss=.*", "")), 403, "could not be verified");
            assertThat(evil.tokenCalls).hasValue(0);
        }
    }

    @Test
    void anIssuerThatDoesNotSayItsNameIsTakenAtItsWord() throws Exception {
        issuer.saysItsName = false;
        assertIn(signIn());
    }

    @Test
    void redirectsStayOnThisServer() throws Exception {
        for (String next : List.of(
                "https://evil.example/",
                "//evil.example/",
                "/console//evil.example",
                "/console/../evil",
                "/console/other/production/users",
                "javascript:alert(1)")) {
            browser.cookies.clear();
            assertThat(comeBack(issuer.callback(start("", next))).headers().firstValue("Location"))
                    .as(next)
                    .hasValue(OVERVIEW.formatted(tenant));
        }
    }

    @Test
    void aSignInIsBegunFromOurOwnPageOnly() throws Exception {
        HttpResponse<String> reply = client.send(
                HttpRequest.newBuilder(server.address().resolve("/console/sso/start"))
                        .header("Origin", "https://evil.example")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("partner=" + tenant + "&environment=production"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).isEqualTo(403);
        assertThat(reply.headers().firstValue("Set-Cookie")).isEmpty();
    }

    // Requests that the server sends

    @Test
    void noRedirectOfTheIssuerIsFollowed() throws Exception {
        try (TestIssuer target = new TestIssuer()) {
            issuer.elsewhere = target.url() + "/.well-known/openid-configuration";
            assertOut(started("", ""), 502, "does not answer");
        }
    }

    @Test
    void aDescriptionOfAnotherIssuerIsRefused() throws Exception {
        issuer.metadata = ",\"issuer\":\"https://evil.example\"";
        assertOut(started("", ""), 502, "does not answer");
    }

    @Test
    void anEndlessDescriptionIsNotRead() throws Exception {
        issuer.metadata = ",\"x\":\"" + "x".repeat(300 << 10) + "\"";
        assertOut(started("", ""), 502, "does not answer");
    }

    @Test
    void browsersAreNotSentToAScript() throws Exception {
        issuer.metadata = ",\"authorization_endpoint\":\"javascript:alert(1)\"";
        assertOut(started("", ""), 502, "does not answer");
    }

    @Test
    void privateAddressesAreNotCalledUnlessTheServerIsTold(@TempDir Path folder) throws Exception {
        TestServer permissive = server;
        try (TestServer strict = calling(folder, List.of())) {
            issuer.close();
            server = strict;
            begin();
            assertOut(started("", ""), 502, "does not answer");
            assertThat(issuer.keyFetches).hasValue(0);
        } finally {
            server = permissive;
        }
    }

    // Confirming one's identity at the provider

    private void signedInAsAdmin(Duration ago) {
        claim(claims -> {
            claims.claim("roles", List.of("muster-admins"));
            claims.claim("auth_time", Instant.now().minus(ago).getEpochSecond());
        });
    }

    private User eve() {
        Identifier address = new Validator().identifier(Identifier.Kind.EMAIL, "eve@example.org");
        return server.execute(
                        tenancy.production(),
                        admin,
                        null,
                        new Command.Register(address, null, null, "Eve", null, null, Tag.USER, null))
                .user();
    }

    private boolean isBarred(User user) {
        return TestServer.ok(server.directory().find(admin, tenancy.production(), UserRef.id(user.id())))
                .value()
                .isBarred();
    }

    private String realm() {
        return "/console/" + tenant + "/production";
    }

    private HttpResponse<String> bar(User user) throws Exception {
        return browser.post(
                realm() + "/users/" + user.id() + "/bar",
                Map.of(
                        "csrf",
                        formToken(),
                        "version",
                        "1",
                        "name",
                        "Eve",
                        "reason",
                        "fraud",
                        "note",
                        "",
                        "once",
                        "a-form"));
    }

    /// Returns the id of the form that is pending until its operator has confirmed their identity.
    private String waiting(HttpResponse<String> asked) {
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(303);
        String location = asked.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith(realm() + "/confirm?waiting=");
        return location.substring(location.indexOf('=') + 1);
    }

    /// Signs out and starts signing in again in order to continue with a form. Returns the authorization request.
    private URI signInAgain(String form) throws Exception {
        HttpResponse<String> out =
                browser.post(realm() + "/sign-in-again", Map.of("csrf", formToken(), "waiting", form));
        String signIn = out.headers().firstValue("Location").orElseThrow();
        assertThat(browser.cookies).doesNotContainKey("muster");
        String next = TestIssuer.parameters(URI.create(signIn).getRawQuery()).get("next");
        assertThat(next).isEqualTo(realm() + "/resume/" + form);
        return start("", next);
    }

    private HttpResponse<String> resume(User user, String form) throws Exception {
        return browser.post(realm() + "/users/" + user.id() + "/bar", Map.of("csrf", formToken(), "resume", form));
    }

    @Test
    void anOldAuthenticationIsRepeatedAtTheProviderAndTheFormContinues() throws Exception {
        User eve = eve();
        signedInAsAdmin(Actor.PROOF_LIFETIME);
        assertThat(start().getRawQuery()).doesNotContain("max_age");
        assertIn(signIn());

        String form = waiting(bar(eve));
        assertThat(browser.get(realm() + "/confirm?waiting=" + form).body())
                .doesNotContain("type=\"password\"")
                .contains(realm() + "/sign-in-again");
        URI authorization = signInAgain(form);
        assertThat(TestIssuer.parameters(authorization.getRawQuery())).containsEntry("max_age", "0");

        signedInAsAdmin(Duration.ZERO);
        HttpResponse<String> in = comeBack(issuer.callback(authorization));
        assertThat(in.headers().firstValue("Location")).hasValue(realm() + "/resume/" + form);
        assertThat(resume(eve, form).statusCode()).isEqualTo(303);
        assertThat(isBarred(eve)).isTrue();
    }

    @Test
    void aRecentAuthenticationAtTheProviderIsNotRepeated() throws Exception {
        User eve = eve();
        signedInAsAdmin(Duration.ofMinutes(1));
        assertIn(signIn());
        bar(eve);
        assertThat(isBarred(eve)).isTrue();
    }

    @Test
    void aProviderThatIgnoresMaxAgeGivesNoRecentProof() throws Exception {
        User eve = eve();
        signedInAsAdmin(Duration.ofHours(1));
        assertIn(signIn());
        String form = waiting(bar(eve));
        assertIn(comeBack(issuer.callback(signInAgain(form))));
        waiting(resume(eve, form));
        assertThat(isBarred(eve)).isFalse();
    }

    @Test
    void aProviderThatDoesNotSendAuthTimeGivesNoRecentProof() throws Exception {
        User eve = eve();
        claim(claims -> claims.claim("roles", List.of("muster-admins")));
        assertIn(signIn());
        String form = waiting(bar(eve));
        assertIn(comeBack(issuer.callback(signInAgain(form))));
        waiting(resume(eve, form));
        assertThat(isBarred(eve)).isFalse();
    }
}
