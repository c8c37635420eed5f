package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.credential.Role;
import dev.muster.security.RemoteClient;
import dev.muster.security.format.Tokens;
import dev.muster.testing.IgnoringListener;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tests invitations, recent proofs of identity, sessions and changing one's own password through Muster's own API.
final class OperatorAccessRoutesTest {
    private static final String OTHER_PASSWORD = "another password altogether";

    private static final String REASON = "{\"reason\":\"letter\"}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private String key;

    @BeforeEach
    void open(@TempDir Path folder) {
        server = new TestServer(
                folder,
                clock,
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, clock, null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
        key = tenancy.testKey().apiKey();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String credential, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Authorization", "Bearer " + credential)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return json.readTree(answer.body());
    }

    private void refused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json.readTree(answer.body()).path("code").stringValue()).isEqualTo(code);
    }

    private HttpResponse<String> form(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(path))
                        .header("Origin", server.address().toString())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int signIn(String username, String password) throws Exception {
        return form(
                        server.address() + "/console/sign-in",
                        "partner=acme&environment=test&username=" + username + "&password="
                                + URLEncoder.encode(password, StandardCharsets.UTF_8))
                .statusCode();
    }

    @Test
    void anOperatorWithoutAPasswordIsInvited() throws Exception {
        JsonNode made = ok(send("POST", "/v1/operators", key, "{\"username\":\"ann\",\"role\":\"viewer\"}"));
        String link = made.path("invitation").path("link").stringValue();
        assertThat(link).matches(server.address() + "/console/invitation/[A-Za-z0-9_-]{75}");
        Instant until = Instant.parse(made.path("invitation").path("until").stringValue());
        assertThat(until)
                .isBetween(
                        clock.instant().plus(Duration.ofHours(71)),
                        clock.instant().plus(Duration.ofHours(72)));
        JsonNode listed =
                ok(send("GET", "/v1/operators", key, null)).path("items").path(0);
        assertThat(listed.path("invitation").has("until")).isTrue();
        assertThat(listed.toString()).doesNotContain("link");
        assertThat(form(link, "new-password=" + OTHER_PASSWORD.replace(' ', '+'))
                        .statusCode())
                .isEqualTo(303);
        assertThat(signIn("ann", OTHER_PASSWORD)).isEqualTo(303);
        assertThat(ok(send("GET", "/v1/operators", key, null))
                        .path("items")
                        .path(0)
                        .has("invitation"))
                .isFalse();

        String second = ok(send("POST", "/v1/operators/ann/invitation", key, null))
                .path("invitation")
                .path("link")
                .stringValue();
        assertThat(signIn("ann", OTHER_PASSWORD)).as("until it is used").isEqualTo(303);
        form(second, "new-password=" + TestServer.PASSWORD.replace(' ', '+'));
        assertThat(signIn("ann", OTHER_PASSWORD)).isEqualTo(401);
        assertThat(signIn("ann", TestServer.PASSWORD)).isEqualTo(303);
    }

    /// A link is a secret, so it is not stored for idempotent retries, and a dry run does not create one.
    @Test
    void aLinkIsShownOnce() throws Exception {
        String invite = "{\"username\":\"ann\",\"role\":\"viewer\"}";
        JsonNode rehearsed = ok(send("POST", "/v1/operators", key, invite, "Muster-Dry-Run", "true"));
        assertThat(rehearsed.path("invitation").has("link")).isFalse();
        assertThat(rehearsed.path("invitation").has("until")).isTrue();
        ok(send("POST", "/v1/operators", key, invite, "Idempotency-Key", "once"));
        refused(send("POST", "/v1/operators", key, invite, "Idempotency-Key", "once"), 409, "secret_not_kept");
        refused(send("POST", "/v1/operators", key, invite), 409, "taken");
    }

    /// Calls with serious consequences require a recent sign-in, and refreshing a token does not count as one. A
    /// key proves its identity with each request.
    @Test
    void sensitiveCallsNeedASignInWithinFifteenMinutes() throws Exception {
        String user = ok(send("POST", "/v1/users", key, "{\"externalId\":\"e-1\"}"))
                .path("id")
                .stringValue();
        Tokens tokens = server.signIn(tenancy.test(), tenancy.testKey(), "ada", Role.ADMIN);
        ahead.set(Duration.ofMinutes(16));
        for (String call : new String[] {
            "POST /v1/users/" + user + "/bar",
            "POST /v1/users/" + user + "/erase",
            "POST /v1/operators/ada/sign-out",
            "POST /v1/operators/ada/disable",
            "DELETE /v1/keys/" + tenancy.testKey().id()
        }) {
            String[] words = call.split(" ", 2);
            HttpResponse<String> no =
                    send(words[0], words[1], tokens.accessToken(), words[1].matches(".*/(bar|erase)") ? REASON : "{}");
            if (call.endsWith("sign-out")) {
                // This call ends only the caller's own sessions and tokens, which must be possible without signing in
                // again.
                ok(no);
                tokens = again("ada");
                ahead.set(Duration.ofMinutes(32));
            } else {
                refused(no, 403, "step_up_required");
            }
        }
        String refreshed = refresh(tokens.refreshToken());
        refused(send("POST", "/v1/users/" + user + "/bar", refreshed, REASON), 403, "step_up_required");
        ok(send("PUT", "/v1/users/" + user + "/holds/suspended", refreshed, "{}"));
        ok(send("POST", "/v1/users/" + user + "/bar", again("ada").accessToken(), REASON));
        ok(send("POST", "/v1/users/" + user + "/erase", key, REASON));
    }

    private Tokens again(String username) {
        return TestServer.ok(server.authenticator()
                .signIn(
                        TestServer.ok(server.authenticator()
                                .bearer(
                                        "Bearer " + key,
                                        new RemoteClient(
                                                InetAddress.getLoopbackAddress(), "test", new IgnoringListener()))),
                        username,
                        TestServer.PASSWORD,
                        new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener()),
                        "test"));
    }

    private String refresh(String refreshToken) throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/api/v1/user/login/refresh/"))
                        .header("apikey", key)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("refresh=" + refreshToken))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return ok(answer).path("access").stringValue();
    }

    @Test
    void operatorsChangeTheirOwnPassword() throws Exception {
        Tokens tokens = server.signIn(tenancy.test(), tenancy.testKey(), "vera", Role.VIEWER);
        Tokens others = again("vera");
        refused(change(tokens.accessToken(), "not the password", OTHER_PASSWORD), 422, "invalid");
        refused(change(tokens.accessToken(), TestServer.PASSWORD, "password1234"), 422, "invalid");
        refused(change(tokens.accessToken(), TestServer.PASSWORD, TestServer.PASSWORD), 422, "invalid");
        refused(change(key, TestServer.PASSWORD, OTHER_PASSWORD), 403, "forbidden");
        assertThat(change(tokens.accessToken(), TestServer.PASSWORD, OTHER_PASSWORD)
                        .statusCode())
                .isEqualTo(204);
        ahead.set(Duration.ofSeconds(2));
        for (Tokens ended : new Tokens[] {tokens, others}) {
            refused(send("GET", "/v1/me", ended.accessToken(), null), 401, "unauthenticated");
        }
        assertThat(signIn("vera", OTHER_PASSWORD)).isEqualTo(303);
        assertThat(signIn("vera", TestServer.PASSWORD)).isEqualTo(401);
    }

    private HttpResponse<String> change(String credential, String present, String chosen) throws Exception {
        return send(
                "PUT",
                "/v1/me/password",
                credential,
                "{\"password\":\"" + present + "\",\"newPassword\":\"" + chosen + "\"}");
    }

    @Test
    void sessionsAreListedAndEnded() throws Exception {
        server.signIn(tenancy.test(), tenancy.testKey(), "ada", Role.ADMIN);
        assertThat(ok(send("GET", "/v1/operators/ada/sessions", key, null)).path("items"))
                .isEmpty();
        signIn("ada", TestServer.PASSWORD);
        signIn("ada", TestServer.PASSWORD);
        JsonNode listed = ok(send("GET", "/v1/operators/ada/sessions?limit=1", key, null));
        assertThat(listed.path("page").path("total").intValue()).isEqualTo(2);
        JsonNode session = listed.path("items").path(0);
        assertThat(session.path("address").stringValue()).isEqualTo("127.0.0.1");
        assertThat(session.path("provenBy").stringValue()).isEqualTo("password");
        String path = "/v1/operators/ada/sessions/" + session.path("sessionId").stringValue();
        assertThat(send("DELETE", path, key, null, "Muster-Dry-Run", "true").statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", path, key, null).statusCode()).isEqualTo(204);
        refused(send("DELETE", path, key, null), 404, "not_found");
        refused(send("GET", "/v1/operators/nobody/sessions", key, null), 404, "not_found");
        assertThat(ok(send("GET", "/v1/operators/ada/sessions", key, null)).path("items"))
                .hasSize(1);
        assertThat(ok(send("GET", "/v1/journal?action=operator.session.ended", key, null))
                        .path("items"))
                .as("once")
                .hasSize(1);
    }
}
