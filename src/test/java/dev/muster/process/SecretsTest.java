package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Secrets are never logged or returned a second time, and are hashed or sealed at rest. Every credential used during a
/// run is searched for in everything that the run left behind.
@Timeout(300)
class SecretsTest {
    private static final String PASSWORD = "a password of somebody's";
    private static final String WRONG = "mst_test_1_a-secret-that-somebody-tried";

    @TempDir
    private Path folder;

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<String> laterAnswers = new ArrayList<>();

    @Test
    void aRunLeavesNoSecretBehind() throws Exception {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            server.keepAccessLog();
            use(server);
            server.terminate();
            assertThat(server.await()).isZero();
            assertThat(secrets).hasSizeGreaterThan(10);
            // Shows that the log is complete, so the search below would find a secret in it.
            assertThat(server.output()).contains("/user/login").contains("\"status\":401");
            assertThat(laterAnswers).anyMatch(answer -> answer.contains("secret_not_kept"));
            secrets.forEach((name, secret) -> {
                assertThat(server.output()).as("%s in the log", name).doesNotContain(secret);
                assertThat(laterAnswers).as("%s in a later answer", name).noneMatch(text -> text.contains(secret));
                assertThat(files(data, secret)).as("%s at rest", name).isEmpty();
            });
        }
    }

    private static List<Path> files(Path data, String secret) {
        try {
            String base64 = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
            List<Path> found = new ArrayList<>(Traces.inFiles(data, secret));
            found.addAll(Traces.inFiles(data, base64.substring(0, base64.length() - 4)));
            return found;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void use(ServerProcess server) throws IOException {
        secrets.put("the root key", ServerProcess.ROOT_KEY);
        Tenancy tenancy = Tenancy.make(server.address(), "acme");
        secrets.put("the first test key", tenancy.testKey());
        secrets.put("the first production key", tenancy.productionKey());
        try (Client root = new Client(server.address(), ServerProcess.ROOT_KEY);
                Client client = new Client(server.address(), tenancy.testKey())) {
            Map<String, Object> wanted = Map.of("name", "second", "role", "admin");
            Fields made = client.json("POST", "/v1/keys", wanted, "Idempotency-Key: made")
                    .json();
            secrets.put("an API key", made.text("apiKey"));
            secrets.put("an API secret", made.text("apiSecret"));
            tokens(client, made);
            operator(client, made);
            signature(client, made);
            wrong(server);
            for (String target : List.of(
                    "/v1/keys", "/v1/operators", "/v1/journal", "/v1/journal/export", "/v1/journal/checkpoints")) {
                laterAnswers.add(client.get(target).text());
            }
            laterAnswers.add(root.get("/v1/tenants").text());
            laterAnswers.add(client.json("POST", "/v1/keys", wanted, "Idempotency-Key: made")
                    .text());
            laterAnswers.add(client.send("DELETE", "/v1/keys/" + made.text("keyId"), new byte[0])
                    .text());
        }
    }

    private void tokens(Client client, Fields key) throws IOException {
        Fields credentials = client.json(
                        "POST",
                        "/dpop/v1/api/generate-token",
                        Map.of("apiKey", key.text("apiKey"), "apiSecret", key.text("apiSecret")))
                .json()
                .in("data")
                .in("credentials");
        credentials.object().forEach((name, value) -> {
            if (value instanceof String text && text.startsWith("ey")) {
                secrets.put("a token: " + name, text);
            }
        });
    }

    private void operator(Client client, Fields key) throws IOException {
        secrets.put("a password", PASSWORD);
        Client.Answer made = client.json(
                "POST", "/v1/operators", Map.of("username", "ada", "password", PASSWORD, "role", "manager"));
        assertThat(made.status()).as("%s", made).isEqualTo(201);
        laterAnswers.add(made.text());
        Fields tokens = client.json(
                        "POST",
                        "/api/v1/user/login/",
                        Map.of("username", "ada", "password", PASSWORD),
                        "apikey: " + key.text("apiKey"))
                .json();
        secrets.put("an operator's access token", tokens.text("access"));
        secrets.put("an operator's refresh token", tokens.text("refresh"));
    }

    private void signature(Client client, Fields key) throws IOException {
        Map<String, Object> call = Signing.signed(
                key.text("apiSecret"),
                "smile_client_id",
                "acme",
                Map.of("partner_params", Map.of("user_id", "ann", "job_id", "job-1", "job_type", 4)));
        secrets.put("a signature", (String) call.get("signature"));
        Client.Answer reserved = client.send("POST", "/smileid/v1/upload", Json.write(call), Client.JSON);
        assertThat(reserved.status()).as("%s", reserved).isEqualTo(200);
        String url = reserved.json().text("upload_url");
        secrets.put("an upload's token", url.substring(url.lastIndexOf('/') + 1));
        client.send("PUT", url.substring(url.indexOf("/smileid")), new byte[] {1}, "Content-Type: application/zip");
    }

    /// A wrong credential must not be logged either, because it is often valid on another server.
    private void wrong(ServerProcess server) throws IOException {
        secrets.put("a wrong credential", WRONG);
        try (Client client = new Client(server.address(), WRONG)) {
            assertThat(client.get("/v1/users").status()).isEqualTo(401);
            assertThat(client.get("/v1/users?key=" + WRONG).status()).isEqualTo(401);
            client.get("/v1/nowhere/" + WRONG);
            client.send("POST", "/v1/keys", ("{\"apiKey\": " + WRONG).getBytes(StandardCharsets.UTF_8), Client.JSON);
        }
    }
}
