package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
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
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests that need approval, sent over HTTP: Muster's own API accepts them, and a vendor's API refuses them with an
/// explanation.
class ApprovalsTest {
    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;
    private TestServer.Tenancy acme;
    private String key;
    private String ann;
    private String bob;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(
                folder,
                InstantSource.system(),
                50,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        acme = server.makeTenant("acme");
        key = acme.testKey().apiKey();
        ann = server.signIn(acme.test(), acme.testKey(), "ann").accessToken();
        bob = server.signIn(acme.test(), acme.testKey(), "bob").accessToken();
        assertThat(send(key, "POST", "/v1/users", "{\"externalId\":\"vic\"}").statusCode())
                .isEqualTo(201);
        HttpResponse<String> rules =
                send(key, "PUT", "/v1/approval-rules", "{\"actions\":[\"bar\",\"erase\"],\"bulkThreshold\":5}");
        assertThat(rules.statusCode()).as(rules.body()).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private HttpResponse<String> send(String credential, String method, String target, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!credential.isEmpty()) {
            request.header("Authorization", "Bearer " + credential);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> reply) {
        return JsonMapper.shared().readTree(reply.body());
    }

    private String asked(HttpResponse<String> reply) {
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(202);
        assertThat(json(reply).path("state").asString()).isEqualTo("pending");
        return json(reply).path("approvalId").asString();
    }

    private void isNot(String credential, String approval, int status, String code) throws Exception {
        HttpResponse<String> reply = send(credential, "POST", "/v1/approvals/" + approval + "/approve", "");
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
        assertThat(json(reply).path("code").asString()).isEqualTo(code);
    }

    private String status() throws Exception {
        return json(send(key, "GET", "/v1/users/external:vic/standing", ""))
                .path("status")
                .asString();
    }

    @Test
    void aBarIsAcceptedApprovedAndDone() throws Exception {
        String bar = "{\"reason\":\"fraud\",\"note\":\"Two passports.\"}";
        String id = asked(send(ann, "POST", "/v1/users/external:vic/bar", bar, "Idempotency-Key", "one"));
        assertThat(asked(send(ann, "POST", "/v1/users/external:vic/bar", bar, "Idempotency-Key", "one")))
                .isEqualTo(id);
        assertThat(status()).isEqualTo("active");

        JsonNode listed = json(send(bob, "GET", "/v1/approvals?state=pending", ""));
        assertThat(listed.path("items")).hasSize(1);
        JsonNode shown = listed.path("items").get(0);
        assertThat(shown.path("approvalId").asString()).isEqualTo(id);
        assertThat(shown.path("requestedBy").path("name").asString()).isEqualTo("ann");
        assertThat(shown.path("commands").get(0).path("note").asString()).isEqualTo("Two passports.");

        isNot(ann, id, 409, "cannot_decide");
        isNot(key, id, 409, "cannot_decide");
        HttpResponse<String> done = send(bob, "POST", "/v1/approvals/" + id + "/approve", "");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(json(done).path("state").asString()).isEqualTo("approved");
        assertThat(json(done).path("decidedBy").path("name").asString()).isEqualTo("bob");
        assertThat(status()).isEqualTo("barred");
        JsonNode entry = json(send(bob, "GET", "/v1/users/external:vic/history", ""))
                .path("items")
                .get(0);
        assertThat(entry.path("action").asString()).isEqualTo("user.barred");
        assertThat(entry.path("actor").path("name").asString()).isEqualTo("ann");
        assertThat(entry.path("approvedBy").asString()).startsWith("operator:");
        isNot(bob, id, 409, "cannot_decide");
    }

    @Test
    void aDryRunSaysThatItWouldWait() throws Exception {
        HttpResponse<String> reply =
                send(ann, "POST", "/v1/users/external:vic/bar", "{\"reason\":\"fraud\"}", "Muster-Dry-Run", "true");
        assertThat(reply.statusCode()).isEqualTo(202);
        assertThat(json(reply).path("approvalId").isNull()).isTrue();
        assertThat(json(send(bob, "GET", "/v1/approvals", "")).path("items")).isEmpty();
    }

    @Test
    void aUserWhoWasChangedIsBarredOnlyWithIfMatch() throws Exception {
        String id = asked(send(ann, "POST", "/v1/users/external:vic/bar", "{\"reason\":\"fraud\"}"));
        send(key, "PATCH", "/v1/users/external:vic", "{\"name\":\"Vic\"}");
        isNot(bob, id, 409, "cannot_decide");
        JsonNode shown = json(send(bob, "GET", "/v1/approvals/" + id, ""));
        assertThat(shown.path("versionAtRequest").asLong()).isEqualTo(1);
        assertThat(shown.path("version").asLong()).isEqualTo(2);
        assertThat(send(bob, "POST", "/v1/approvals/" + id + "/approve", "", "If-Match", "\"1\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(send(bob, "POST", "/v1/approvals/" + id + "/approve", "", "If-Match", "\"2\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(status()).isEqualTo("barred");
    }

    @Test
    void theRulesCannotBeTurnedOffAlone() throws Exception {
        String id = asked(send(ann, "PUT", "/v1/approval-rules", "{}"));
        assertThat(json(send(ann, "GET", "/v1/approval-rules", "")).path("actions"))
                .hasSize(2);
        isNot(ann, id, 409, "cannot_decide");
        assertThat(send(ann, "POST", "/v1/approvals/" + id + "/decline", "{\"reason\":\"mistake\"}")
                        .statusCode())
                .as("one's own can be withdrawn")
                .isEqualTo(200);
        isNot(bob, id, 409, "cannot_decide");
        String again = asked(send(ann, "PUT", "/v1/approval-rules", "{}"));
        assertThat(send(bob, "POST", "/v1/approvals/" + again + "/approve", "").statusCode())
                .isEqualTo(200);
        assertThat(json(send(ann, "GET", "/v1/approval-rules", "")).path("actions"))
                .isEmpty();
        assertThat(send(ann, "POST", "/v1/users/external:vic/bar", "{\"reason\":\"fraud\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    /// The vendor's documentation has no response that means accepted but pending, so the response is a refusal.
    @Test
    void aVendorsCallIsRefusedInWordsAndWaits() throws Exception {
        String timestamp = Instant.now().toString();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(acme.testKey().apiSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = Base64.getEncoder()
                .encodeToString(mac.doFinal((timestamp + "acme" + "sid_request").getBytes(StandardCharsets.UTF_8)));
        HttpResponse<String> reply = send(
                "",
                "POST",
                "/api/v2/partner/enrollee",
                "{\"partner_id\":\"acme\",\"email\":\"ann@example.com\",\"environment\":\"test\",\"user_id\":\"vic\","
                        + "\"delete\":true,\"is_fraudulent\":true,\"timestamp\":\"" + timestamp
                        + "\",\"signature\":\"" + signature + "\"}");
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(409);
        assertThat(json(reply).path("message").asString()).contains("second operator");
        assertThat(status()).isEqualTo("active");
        JsonNode waiting = json(send(bob, "GET", "/v1/approvals?state=pending", ""))
                .path("items")
                .get(0);
        assertThat(waiting.path("commands")).hasSize(2);
        // The key that made the request also created bob, so whoever holds the key may know bob's password.
        isNot(bob, waiting.path("approvalId").asString(), 409, "cannot_decide");
    }
}
