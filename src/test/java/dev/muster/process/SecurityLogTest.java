package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An attack is visible: real requests to a real server, and its security log.
@Timeout(300)
class SecurityLogTest {
    private static final String PASSWORD = "a password of somebody's";
    private static final String WRONG_PASSWORD = "not-the-password-of-her";
    private static final String NAME = "ada-lovelace";
    private static final String NOBODY = "typed-into-the-wrong-field";
    private static final String ADDRESS = "127.0.0.1";

    @TempDir
    private Path folder;

    private final Set<String> secrets = new HashSet<>(Set.of(PASSWORD, WRONG_PASSWORD, NAME, "Ada-Lovelace", NOBODY));
    private String keyId = "";
    private String operatorId = "";

    @Test
    void everyUseAndEveryRefusalOfACredentialLeavesALine() throws Exception {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            use(server);
            server.terminate();
            assertThat(server.await()).isZero();

            List<Fields> all = lines(server);
            String operator = "operator:" + operatorId;
            String key = "apiKey:" + keyId;
            List<Fields> signIns = of(all, "sign_in", "ok");
            assertThat(signIns).hasSize(2).allSatisfy(line -> {
                assertThat(line.any("realm")).isEqualTo("acme/test");
                assertThat(line.any("credential")).isEqualTo(operator);
            });
            List<Fields> wrong = of(all, "sign_in", "refused");
            assertThat(wrong).extracting(line -> line.any("credential")).containsExactly(operator, null);
            // The server's own id: the client's could contain a name.
            assertThat(wrong.getFirst().text("requestId")).hasSize(16).isNotEqualTo("the-wrong-one");
            // A name has the same hash however it is spelled; another name has another hash.
            assertThat(wrong.getFirst().text("nameHash"))
                    .isEqualTo(signIns.getFirst().text("nameHash"))
                    .isNotEqualTo(wrong.getLast().text("nameHash"))
                    .matches("[0-9a-f]{24}");
            assertThat(of(all, "token_issue", "ok"))
                    .extracting(line -> line.any("credential"))
                    .containsExactly(operator, key);
            assertThat(of(all, "token_refresh", "ok"))
                    .extracting(line -> line.any("credential"))
                    .containsExactly(operator);
            assertThat(of(all, "refresh_token", "refused")).hasSize(1);
            assertThat(of(all, "api_secret", "refused"))
                    .extracting(line -> line.any("credential"))
                    .containsExactly(key);
            assertThat(of(all, "api_key", "refused"))
                    .extracting(line -> line.any("realm") + " " + line.any("credential"))
                    .containsExactly("acme/test " + key);
            assertThat(of(all, "access_token", "refused")).hasSize(1);
            assertThat(of(all, "root_key", "refused")).hasSize(1);
            assertThat(of(all, "signature", "refused"))
                    .extracting(line -> line.any("nameHash"))
                    .doesNotContainNull()
                    .hasSize(1);
            assertThat(of(all, "journal_export", "ok"))
                    .extracting(line -> String.valueOf(line.any("credential")).replaceAll(":.*", ""))
                    .containsExactlyInAnyOrder("operator", "apiKey");
            assertThat(of(all, "user_export", "ok"))
                    .extracting(line -> line.any("credential"))
                    .containsExactly(operator);
            assertThat(of(all, "sign_out", "ok"))
                    .extracting(line -> line.any("credential"))
                    .containsExactly(operator);
            // Nothing else: a request without a credential is not an event.
            assertThat(all).hasSize(17).allSatisfy(line -> {
                assertThat(line.any("address")).isEqualTo(ADDRESS);
                assertThat(line.text("requestId")).isNotEmpty();
                assertThat(line.text("time")).endsWith("Z");
            });
            String text = text(server);
            assertThat(secrets)
                    .hasSizeGreaterThan(8)
                    .allSatisfy(secret -> assertThat(text).doesNotContain(secret));
        }
    }

    private void use(ServerProcess server) throws IOException {
        Tenancy tenancy = Tenancy.make(server.address(), "acme");
        try (Client admin = new Client(server.address(), tenancy.testKey());
                Client other = new Client(server.address(), null)) {
            Fields key = admin.json("POST", "/v1/keys", Map.of("name", "second", "role", "admin"))
                    .json();
            keyId = key.text("keyId");
            String apiKey = "apikey: " + key.text("apiKey");
            operatorId = admin.json(
                            "POST", "/v1/operators", Map.of("username", NAME, "password", PASSWORD, "role", "admin"))
                    .json()
                    .text("operatorId");

            Fields tokens = signIn(other, apiKey, NAME, PASSWORD).json();
            signIn(other, apiKey, "Ada-Lovelace", WRONG_PASSWORD, "X-Request-Id: the-wrong-one");
            signIn(other, apiKey, NOBODY, PASSWORD);
            String refresh = "/api/v1/user/login/refresh/";
            other.json("POST", refresh, Map.of("refresh", tokens.text("refresh")), apiKey);
            other.json("POST", refresh, Map.of("refresh", "eyJ.no.token"), apiKey);

            String exchange = "/dpop/v1/api/generate-token";
            Map<String, String> right = Map.of("apiKey", key.text("apiKey"), "apiSecret", key.text("apiSecret"));
            assertThat(other.json("POST", exchange, right).status()).isEqualTo(200);
            other.json("POST", exchange, Map.of("apiKey", key.text("apiKey"), "apiSecret", "no-secret"));
            secrets.addAll(List.of(
                    key.text("apiKey"),
                    key.text("apiSecret"),
                    tokens.text("access"),
                    tokens.text("refresh"),
                    "no-secret",
                    "eyJ.no"));

            admin.send("DELETE", "/v1/keys/" + keyId, new byte[0]);
            for (String bearer : List.of(key.text("apiKey"), "eyJ.no.token", "the-root-key-perhaps")) {
                assertThat(other.send("GET", "/v1/users", new byte[0], "Authorization: Bearer " + bearer)
                                .status())
                        .isEqualTo(401);
                secrets.add(bearer);
            }
            Map<String, Object> call = Signing.signed(
                    "another secret",
                    "smile_client_id",
                    "acme",
                    Map.of("partner_params", Map.of("user_id", "ann", "job_id", "job-1", "job_type", 4)));
            assertThat(other.send("POST", "/smileid/v1/upload", Json.write(call), Client.JSON)
                            .text())
                    .contains("2205");
            secrets.add((String) call.get("signature"));

            Browser browser = Browser.signedIn(server.address(), "acme", "test", NAME, PASSWORD);
            String base = "/console/acme/test";
            assertThat(browser.send("GET", base + "/journal/export", Map.of()).status())
                    .isEqualTo(200);
            assertThat(browser.send("GET", base + "/users/export", Map.of()).status())
                    .isEqualTo(200);
            browser.send("POST", base + "/sign-out", Map.of());
            secrets.add(browser.cookie().substring(browser.cookie().indexOf('=') + 1));
            assertThat(admin.get("/v1/journal/export").status()).isEqualTo(200);

            assertThat(other.send("GET", "/v1/users", new byte[0]).status()).isEqualTo(401);
        }
    }

    @Test
    void otherRefusalsAndReadsLeaveALineToo() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Tenancy tenancy = Tenancy.make(server.address(), "acme");
            String upload = "/smileid/v1/uploads/1/01a2233e-93fd-7fd3-ad06-569a30cc081d/no-such-token";
            try (Client admin = new Client(server.address(), tenancy.testKey());
                    Client nobody = new Client(server.address(), null)) {
                Fields key = admin.json("POST", "/v1/keys", Map.of("name", "viewer", "role", "viewer"))
                        .json();
                try (Client viewer = new Client(server.address(), key.text("apiKey"))) {
                    assertThat(viewer.get("/v1/keys").status()).isEqualTo(403);
                    assertThat(viewer.get("/v1/journal?limit=1").status()).isEqualTo(200);
                    assertThat(viewer.get("/v1/journal?after=1000").status()).isEqualTo(200);
                }
                admin.json("POST", "/v1/operators", Map.of("username", NAME, "password", PASSWORD, "role", "viewer"));
                Browser browser = Browser.signedIn(server.address(), "acme", "test", NAME, PASSWORD);
                String base = "/console/acme/test";
                assertThat(browser.send("GET", base + "/keys", Map.of()).status())
                        .isEqualTo(403);
                admin.json("POST", "/v1/users", Map.of("externalId", "u"));
                String ranked = admin.get("/v1/users/external:u").json().text("id");
                admin.json(
                        "POST", "/v1/operators", Map.of("username", "boss", "password", PASSWORD, "role", "manager"));
                Browser boss = Browser.signedIn(server.address(), "acme", "test", "boss", PASSWORD);
                boss.send(
                        "POST",
                        base + "/users/" + ranked + "/rank",
                        Map.of("rank", "SUPER", "version", "1", "once", "1", "csrf", boss.token()));
                assertThat(browser.send("GET", base + "/journal", Map.of()).status())
                        .isEqualTo(200);
                String wrong = browser.cookie().substring(0, browser.cookie().length() - 4) + "AAAA";
                assertThat(get(nobody, base + "/users", "Cookie: " + wrong).status())
                        .isEqualTo(303);
                assertThat(get(nobody, base + "/users").status()).isEqualTo(303);
                Client.Answer foreign = nobody.send(
                        "POST",
                        base + "/sign-out-everywhere",
                        Browser.form(Map.of("csrf", browser.token())),
                        "Cookie: " + browser.cookie(),
                        "Origin: https://elsewhere.example",
                        Browser.FORM);
                assertThat(foreign.status()).isEqualTo(403);
                for (int i = 0; i < 20; i++) {
                    assertThat(nobody.send("PUT", upload, new byte[0]).status()).isEqualTo(400);
                }
                assertThat(nobody.send("PUT", upload, new byte[0]).status())
                        .as("the address has had its failures")
                        .isEqualTo(429);
            }
            server.terminate();
            assertThat(server.await()).isZero();
            List<Fields> all = lines(server);
            assertThat(of(all, "permission", "refused"))
                    .extracting(line -> String.valueOf(line.any("credential")).replaceAll(":.*", ""))
                    .containsExactly("apiKey", "operator", "operator");
            assertThat(of(all, "journal_read", "ok"))
                    .extracting(line -> String.valueOf(line.any("credential")).replaceAll(":.*", ""))
                    .containsExactly("apiKey", "operator");
            assertThat(of(all, "session", "refused"))
                    .extracting(line -> line.any("realm"))
                    .containsExactly("acme/test");
            assertThat(of(all, "console_form", "refused"))
                    .extracting(line -> String.valueOf(line.any("credential")).replaceAll(":.*", ""))
                    .containsExactly("operator");
            assertThat(of(all, "upload_token", "refused")).hasSize(20);
            assertThat(of(all, "credential", "limited")).hasSize(1);
            assertThat(text(server)).doesNotContain("no-such-token");
        }
    }

    /// Writes with a viewer's key, and by a viewer through an admin's key, leave a line in each dialect.
    @Test
    void forbiddenRequestsLeaveALineInEachDialect() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Tenancy tenancy = Tenancy.make(server.address(), "acme");
            List<String> refused = new ArrayList<>();
            try (Client admin = new Client(server.address(), tenancy.testKey());
                    Client nobody = new Client(server.address(), null)) {
                String user = admin.json("POST", "/v1/users", Map.of("externalId", "u", "email", "u@example.org"))
                        .json()
                        .text("id");
                admin.json("POST", "/v1/operators", Map.of("username", NAME, "password", PASSWORD, "role", "viewer"));
                Fields key = admin.json(
                                "POST",
                                "/v1/keys",
                                Map.of("name", "reader", "scopes", List.of("users:read"), "signing", true))
                        .json();
                String secret = key.text("apiSecret");
                String bearer = nobody.json(
                                "POST",
                                "/dpop/v1/api/generate-token",
                                Map.of("apiKey", key.text("apiKey"), "apiSecret", secret))
                        .json()
                        .in("data")
                        .in("credentials")
                        .text("accessToken");
                try (Client signet = new Client(server.address(), bearer)) {
                    refused.add("signet update "
                            + signet.json("PATCH", "/partner/v1/update-user", Map.of("userId", user, "name", "x"))
                                    .status());
                    refused.add("signet register "
                            + signet.json(
                                            "POST",
                                            "/partner/v1/register-user",
                                            Map.of("name", "x", "email", "x@example.org"))
                                    .status());
                }
                try (Client reader = new Client(server.address(), key.text("apiKey"))) {
                    refused.add("allthenticate "
                            + reader.json("POST", "/togglesuspension", Map.of("email_id", "1"))
                                    .status());
                }
                refused.add("enrollee "
                        + nobody.json(
                                        "POST",
                                        "/api/v2/partner/enrollee",
                                        Signing.signed(
                                                secret,
                                                "partner_id",
                                                "acme",
                                                Map.of(
                                                        "user_id", "u",
                                                        "environment", "test",
                                                        "email", "a@example.org",
                                                        "active", false)))
                                .status());
                refused.add("upload "
                        + nobody.json(
                                        "POST",
                                        "/smileid/v1/upload",
                                        Signing.signed(
                                                secret,
                                                "smile_client_id",
                                                "acme",
                                                Map.of(
                                                        "partner_params",
                                                        Map.of("user_id", "u", "job_id", "j", "job_type", 1))))
                                .status());
                refused.add("job_status "
                        + nobody.json(
                                        "POST",
                                        "/smileid/v1/job_status",
                                        Signing.signed(
                                                secret, "partner_id", "acme", Map.of("user_id", "u", "job_id", "j")))
                                .status());
                String apikey = "apikey: " + tenancy.testKey();
                String access = signIn(nobody, apikey, NAME, PASSWORD).json().text("access");
                refused.add("epixel "
                        + nobody.send(
                                        "POST",
                                        "/api/v1/block/user/",
                                        Json.write(Map.of("unique_id", "u")),
                                        Client.JSON,
                                        apikey,
                                        "Authorization: Bearer " + access)
                                .status());
            }
            server.terminate();
            assertThat(server.await()).isZero();
            assertThat(refused)
                    .containsExactly(
                            "signet update 403",
                            "signet register 403",
                            "allthenticate 403",
                            "enrollee 403",
                            "upload 403",
                            "job_status 403",
                            "epixel 403");
            assertThat(of(lines(server), "permission", "refused"))
                    .extracting(line -> String.valueOf(line.any("credential")).replaceAll(":.*", ""))
                    .containsExactly("apiKey", "apiKey", "apiKey", "apiKey", "apiKey", "apiKey", "operator");
        }
    }

    private static Client.Answer get(Client client, String target, String... headers) throws IOException {
        return client.send("GET", target, new byte[0], headers);
    }

    /// A flood of refused requests results in a few lines and a count of the others.
    @Test
    void aFloodIsAFewLinesAndANumber() throws Exception {
        int flood = 400;
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            try (Client client = new Client(server.address(), "mst_of_nobody")) {
                for (int i = 0; i < flood; i++) {
                    assertThat(client.send("GET", "/v1/users", new byte[0]).status())
                            .isIn(401, 429);
                }
            }
            server.terminate();
            assertThat(server.await()).isZero();
            List<Fields> all = lines(server);
            assertThat(of(all, "api_key", "refused")).hasSizeGreaterThanOrEqualTo(20);
            assertThat(all)
                    .hasSizeLessThan(100)
                    .allSatisfy(line -> assertThat(line.any("address")).isEqualTo(ADDRESS));
            long told = all.stream()
                    .mapToLong(
                            line -> line.any("suppressed") instanceof BigDecimal number ? number.longValueExact() : 1)
                    .sum();
            assertThat(told).isEqualTo(flood);
        }
    }

    private static List<Fields> of(List<Fields> lines, String event, String outcome) {
        return lines.stream()
                .filter(line -> event.equals(line.any("event")) && outcome.equals(line.any("outcome")))
                .toList();
    }

    private static Stream<String> texts(ServerProcess server) {
        return server.output().lines().filter(line -> line.contains("\"logger\":\"muster.security\""));
    }

    private static String text(ServerProcess server) {
        return String.join("\n", texts(server).toList());
    }

    private static List<Fields> lines(ServerProcess server) {
        return new ArrayList<>(texts(server)
                .map(line -> Fields.of(line.getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private static Client.Answer signIn(
            Client client, String apiKey, String username, String password, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(apiKey, Client.JSON));
        byte[] body = Json.write(Map.of("username", username, "password", password));
        return client.send("POST", "/api/v1/user/login/", body, all.toArray(String[]::new));
    }
}
