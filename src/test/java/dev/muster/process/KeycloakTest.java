package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.OperatorCommand;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.value.Identifier;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.testing.FreePort;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
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
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signs in through a real Keycloak. Everything is in one test, because Keycloak starts slowly.
final class KeycloakTest {
    private static final String REALM = "staff";
    private static final String SECRET = "the secret of this client";
    private static final Pattern ACTION = Pattern.compile("action=\"([^\"]+)\"");
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    @TempDir
    Path folder;

    private TestServer server;
    private TestServer.Tenancy tenancy;
    private HttpClient browser;

    @Test
    void operatorsComeAndGoAsKeycloakSays() throws Exception {
        try (Keycloak keycloak = Keycloak.start(folder, FreePort.find(), FreePort.find());
                TestServer muster = new TestServer(
                        folder,
                        InstantSource.system(),
                        1_000,
                        (core, gate, keyGenerator) -> new Dialects(
                                        core,
                                        gate,
                                        keyGenerator,
                                        InstantSource.system(),
                                        null,
                                        "/api/v1",
                                        new AddressRules(List.of(AddressBlock.parse("127.0.0.0/8")), "--sso-networks"))
                                .httpApis())) {
            server = muster;
            tenancy = muster.makeTenant("acme");
            fill(keycloak);
            muster.execute(
                    tenancy.production(),
                    muster.actor(tenancy.production(), tenancy.productionKey()),
                    null,
                    new OperatorCommand.PutSso(new SsoProvider.Settings(
                            keycloak.issuer(REALM),
                            "muster",
                            SECRET,
                            List.of("openid", "profile"),
                            "preferred_username",
                            "realm_access.roles",
                            new TreeMap<>(Map.of("muster-support", Role.MANAGER, "muster-admin", Role.ADMIN)),
                            false,
                            List.of(),
                            List.of())));

            // The first sign-in creates the operator.
            HttpResponse<String> first = signIn();
            assertThat(first.uri().getPath()).as(first.body()).isEqualTo("/console/acme/production/overview");
            Operator maria = maria();
            assertThat(maria.role()).isEqualTo(Role.MANAGER);
            assertThat(maria.identity().issuer()).isEqualTo(keycloak.issuer(REALM));

            // Signing out also ends the session at Keycloak, so the next sign-in requires the password.
            signOut();
            assertThat(start().body()).contains("kc-form-login");

            // A changed role takes effect at the next sign-in, even if Keycloak's signing keys have changed too.
            roles(keycloak, "DELETE", "muster-support");
            roles(keycloak, "POST", "muster-admin");
            keycloak.call(
                    "POST",
                    "/" + REALM + "/components",
                    Map.of(
                            "name",
                            "newer",
                            "providerId",
                            "rsa-generated",
                            "providerType",
                            "org.keycloak.keys.KeyProvider",
                            "config",
                            Map.of("priority", List.of("200"))));
            assertThat(signIn().uri().getPath()).isEqualTo("/console/acme/production/overview");
            assertThat(maria().id()).isEqualTo(maria.id());
            assertThat(maria().role()).isEqualTo(Role.ADMIN);

            // Without a role, sign-in is refused.
            roles(keycloak, "DELETE", "muster-admin");
            assertThat(signIn().body()).contains("Your account has no role here.");

            // A user disabled in Keycloak can still sign out, but cannot sign in again.
            roles(keycloak, "POST", "muster-admin");
            assertThat(signIn().uri().getPath()).isEqualTo("/console/acme/production/overview");
            String id = user(keycloak);
            keycloak.call("PUT", "/" + REALM + "/users/" + id, Map.of("enabled", false));
            signOut();
            assertThat(get("/console/acme/production/overview").uri().getPath()).isEqualTo("/console/sign-in");
            assertThat(logIn(start()).body()).contains("Account is disabled");
        }
    }

    private void fill(Keycloak keycloak) throws Exception {
        keycloak.call("POST", "", Map.of("realm", REALM, "enabled", true));
        keycloak.call(
                "POST",
                "/" + REALM + "/clients",
                Map.of(
                        "clientId",
                        "muster",
                        "secret",
                        SECRET,
                        "redirectUris",
                        List.of(server.address() + "/console/sso/callback"),
                        "attributes",
                        Map.of(
                                "post.logout.redirect.uris",
                                server.address() + "/console/sign-in",
                                "pkce.code.challenge.method",
                                "S256")));
        // By default, Keycloak puts realm roles only into the access token.
        String scope = null;
        for (var each : keycloak.call("GET", "/" + REALM + "/client-scopes", null)) {
            scope = each.path("name").asString().equals("roles")
                    ? each.path("id").asString()
                    : scope;
        }
        for (var mapper :
                keycloak.call("GET", "/" + REALM + "/client-scopes/" + scope + "/protocol-mappers/models", null)) {
            if (mapper.path("name").asString().equals("realm roles")) {
                ((tools.jackson.databind.node.ObjectNode) mapper.path("config")).put("id.token.claim", "true");
                keycloak.call(
                        "PUT",
                        "/" + REALM + "/client-scopes/" + scope + "/protocol-mappers/models/"
                                + mapper.path("id").asString(),
                        mapper);
            }
        }
        for (String role : List.of("muster-support", "muster-admin")) {
            keycloak.call("POST", "/" + REALM + "/roles", Map.of("name", role));
        }
        keycloak.call(
                "POST",
                "/" + REALM + "/users",
                Map.of(
                        "username", "maria",
                        "enabled", true,
                        "email", "maria@acme.com",
                        "emailVerified", true,
                        "firstName", "Maria",
                        "lastName", "Lee",
                        "credentials", List.of(Map.of("type", "password", "value", "her password"))));
        roles(keycloak, "POST", "muster-support");
    }

    private static String user(Keycloak keycloak) throws Exception {
        return keycloak.one("/" + REALM + "/users?username=maria").path("id").asString();
    }

    private static void roles(Keycloak keycloak, String method, String role) throws Exception {
        keycloak.call(
                method,
                "/" + REALM + "/users/" + user(keycloak) + "/role-mappings/realm",
                List.of(keycloak.call("GET", "/" + REALM + "/roles/" + role, null)));
    }

    private Operator maria() {
        return server.credentials()
                .operator(tenancy.production(), new Identifier.Key(Identifier.Kind.USERNAME, "maria"));
    }

    // The browser

    /// Signs in with a new browser that has no cookies, and returns the resulting page.
    private HttpResponse<String> signIn() throws Exception {
        browser = HttpClient.newBuilder()
                .cookieHandler(new LoopbackCookies())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        return logIn(start());
    }

    /// Fills in and submits Keycloak's login page.
    private HttpResponse<String> logIn(HttpResponse<String> page) throws Exception {
        String action = found(ACTION, page.body()).replace("&amp;", "&");
        return send(form(URI.create(action), Map.of("username", "maria", "password", "her password")));
    }

    /// Signs out of the console, and as a result of Keycloak.
    private void signOut() throws Exception {
        URI out = leads(post(
                "/console/acme/production/sign-out",
                Map.of("csrf", found(TOKEN, get("/console").body()))));
        assertThat(out.toString()).contains("id_token_hint=ey");
        HttpResponse<String> back = send(HttpRequest.newBuilder(out));
        assertThat(back.uri().getPath()).isEqualTo("/console/sign-in");
    }

    /// Accepts secure cookies over plain HTTP, as browsers do for the loopback address.
    private static final class LoopbackCookies extends CookieManager {
        LoopbackCookies() {
            super(null, CookiePolicy.ACCEPT_ALL);
        }

        @Override
        public void put(URI from, Map<String, List<String>> headers) throws IOException {
            Map<String, List<String>> plain = new HashMap<>();
            headers.forEach((name, values) -> plain.put(
                    name,
                    values.stream()
                            .map(value -> name.equalsIgnoreCase("Set-Cookie")
                                    ? value.replaceAll("(?i);\\s*secure\\b", "")
                                    : value)
                            .toList()));
            super.put(from, plain);
        }
    }

    /// Starts a sign-in and returns the page of Keycloak that Muster redirects to.
    private HttpResponse<String> start() throws Exception {
        return send(HttpRequest.newBuilder(leads(
                post("/console/sso/start", Map.of("partner", "acme", "environment", "production", "username", "")))));
    }

    private static URI leads(HttpResponse<String> page) {
        String refresh = page.headers().firstValue("Refresh").orElseThrow(() -> new AssertionError(page.body()));
        return URI.create(refresh.substring(refresh.indexOf("url=") + 4));
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(server.address().resolve(path)));
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        return send(form(server.address().resolve(path), form)
                .header("Origin", server.address().toString()));
    }

    private static HttpRequest.Builder form(URI to, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(to)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
