package dev.muster.api;

import static dev.muster.TestServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.network.AddressBlock;
import dev.muster.security.Caller;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RemoteClient;
import dev.muster.security.format.Tokens;
import dev.muster.testing.IgnoringListener;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A key with allowed addresses is refused from any other address, in every dialect. The same applies to everything
/// obtained with the key.
class AllowedAddressesTest {
    private static final String INSIDE = "203.0.113.9";
    private static final String OUTSIDE = "198.51.100.7";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;
    private TestServer.Tenancy acme;
    private KeyGenerator.GeneratedKey key;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                5,
                null,
                List.of(AddressBlock.parse("127.0.0.1")),
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        acme = server.makeTenant("acme");
        key = server.mint().generate(acme.test(), Environment.TEST);
        server.execute(
                acme.test(),
                Actor.ROOT,
                null,
                key.with(
                        "ledger",
                        Role.ADMIN,
                        Role.ADMIN.scopes(),
                        Role.ADMIN.rank(),
                        true,
                        null,
                        AllowedAddresses.parse("203.0.113.0/24 2001:db8::/32")));
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private HttpResponse<String> send(String from, String method, String target, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("X-Forwarded-For", from);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.headers(headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    private interface Call {
        HttpResponse<String> from(String address) throws Exception;
    }

    private void isOnlyAnsweredInside(String where, Call call) throws Exception {
        HttpResponse<String> outside = call.from(OUTSIDE);
        assertThat(outside.statusCode()).as("%s: %s", where, outside.body()).isEqualTo(403);
        assertThat(outside.body()).as(where).contains(OUTSIDE).doesNotContain("203.0.113");
        assertThat(call.from(INSIDE).statusCode())
                .as("%s: %s", where, call.from(INSIDE).body())
                .isBetween(200, 299);
    }

    private String signature(String timestamp) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.apiSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder()
                .encodeToString(mac.doFinal((timestamp + "acme" + "sid_request").getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse<String> signed(String from) throws Exception {
        String timestamp = Instant.now().toString();
        String body = "{\"partner_id\":\"acme\",\"email\":\"ann@example.com\",\"environment\":\"test\","
                + "\"user_id\":\"ann\",\"active\":true,\"timestamp\":\"" + timestamp + "\",\"signature\":\""
                + signature(timestamp) + "\"}";
        return send(from, "POST", "/api/v2/partner/enrollee", body, "Accept", "*/*");
    }

    @Test
    void keysAndWhatTheyObtain() throws Exception {
        Actor admin = server.actor(acme.test(), acme.testKey());
        server.execute(
                acme.test(),
                admin,
                null,
                new dev.muster.model.Command.Register(
                        null,
                        new dev.muster.model.validation.Validator()
                                .identifier(dev.muster.model.value.Identifier.Kind.EXTERNAL_ID, "ann"),
                        null,
                        null,
                        null,
                        null,
                        dev.muster.model.user.Tag.USER,
                        null));
        String bearer = "Bearer " + key.apiKey();
        isOnlyAnsweredInside("rest", from -> send(from, "GET", "/v1/me", "", "Authorization", bearer));
        isOnlyAnsweredInside("signet", from -> send(from, "GET", "/partner/v1/all-users", "", "Authorization", bearer));
        isOnlyAnsweredInside(
                "allthenticate", from -> send(from, "GET", "/multipleusers", "", "X-API-Key", key.apiKey()));
        isOnlyAnsweredInside("smileid", this::signed);

        String exchange = "{\"apiKey\":\"" + key.apiKey() + "\",\"apiSecret\":\"" + key.apiSecret() + "\"}";
        isOnlyAnsweredInside(
                "signet's exchange",
                from -> send(from, "POST", "/dpop/v1/api/generate-token", exchange, "Accept", "*/*"));
        RemoteClient inside = new RemoteClient(InetAddress.ofLiteral(INSIDE), "test", new IgnoringListener());
        Tokens tokens = ok(server.authenticator().tokens().exchange(key.apiKey(), key.apiSecret(), inside));
        isOnlyAnsweredInside(
                "a key's token",
                from -> send(from, "GET", "/v1/me", "", "Authorization", "Bearer " + tokens.accessToken()));
        isOnlyAnsweredInside(
                "a key's refresh token",
                from -> send(
                        from,
                        "POST",
                        "/dpop/v1/api/generate-token",
                        "{\"refreshToken\":\"" + tokens.refreshToken() + "\"}",
                        "Accept",
                        "*/*"));

        server.signIn(acme.test(), acme.testKey(), "olga");
        String login = "{\"username\":\"olga\",\"password\":\"" + TestServer.PASSWORD + "\"}";
        isOnlyAnsweredInside(
                "epixel's sign-in", from -> send(from, "POST", "/api/v1/user/login/", login, "apikey", key.apiKey()));
        Tokens operators = ok(server.authenticator()
                .signIn(
                        new Caller(server.credentials().realm(acme.test()), server.actor(acme.test(), key)),
                        "olga",
                        TestServer.PASSWORD,
                        inside,
                        "epixel"));
        isOnlyAnsweredInside(
                "an operator's token through the key",
                from -> send(from, "GET", "/v1/me", "", "Authorization", "Bearer " + operators.accessToken()));
    }

    /// Requests from an address that the key does not allow do not count as failures, because nobody guessed the
    /// key.
    @Test
    void aWrongAddressCountsAsNoFailure() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(send(OUTSIDE, "GET", "/v1/me", "", "Authorization", "Bearer " + key.apiKey())
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(send(
                                OUTSIDE,
                                "GET",
                                "/v1/me",
                                "",
                                "Authorization",
                                "Bearer " + acme.testKey().apiKey())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anIpv6AddressCountsToo() throws Exception {
        assertThat(send("2001:db8:1::5", "GET", "/v1/me", "", "Authorization", "Bearer " + key.apiKey())
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("2001:db9::5", "GET", "/v1/me", "", "Authorization", "Bearer " + key.apiKey())
                        .statusCode())
                .isEqualTo(403);
    }
}
