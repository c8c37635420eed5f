package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Erasure is complete. Every possible kind of data is stored about a person; after her erasure, none of it is found
/// anywhere.
@UsesPostgres
@Timeout(300)
class ErasureTest {
    /// All values that are stored about her during the test.
    private static final List<String> HERS = List.of(
            "hers-externalid",
            "hers-email@example.org",
            "hers-former-email@example.org",
            "hers-username",
            "hers-name",
            "hers-givenname",
            "hers-familyname",
            "hers-metadata",
            "hers-reason",
            "hers-note",
            "hers-former-reason",
            "9988776655443322",
            "hers-card",
            "hers-workstation",
            "hers-extra",
            "hers-review",
            "hers-optional-info",
            "hers-picture.jpg",
            "hers-face",
            "hers-early-extra",
            "hers-early-info",
            "hers-early-picture.jpg",
            "hers-early-face",
            "hers-other-text",
            "hers-single-extra",
            "hers-unknown-name",
            "hers-unknown-extra");

    @TempDir
    private Path folder;

    @Test
    void nothingIsLeftInTheFilesTheLogAndTheExportOfAnEmbeddedServer() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            server.keepAccessLog();
            String export = live(server.address(), () -> {
                assertThat(Traces.inFiles(folder.resolve("data"), "hers-name")).isNotEmpty();
                return null;
            });
            server.terminate();
            assertThat(server.await()).isZero();
            for (String text : HERS) {
                assertThat(Traces.inFiles(folder.resolve("data"), text))
                        .as(text)
                        .isEmpty();
                assertThat(server.output()).as(text).doesNotContain(text);
                assertThat(export).as(text).doesNotContain(text);
            }
            assertThat(Traces.inFiles(folder.resolve("data"), "another-name")).isNotEmpty();
        }
    }

    @Test
    void nothingIsLeftInTheTablesOfPostgres() throws Exception {
        String url = TestPostgres.newDatabase();
        Path masterKey =
                Files.writeString(folder.resolve("master.key"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        Files.setPosixFilePermissions(masterKey, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> environment = Map.of(
                "MUSTER_ROOT_KEY",
                ServerProcess.ROOT_KEY,
                "MUSTER_DATABASE",
                url,
                "MUSTER_MASTER_KEY_FILE",
                masterKey.toString());
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), environment)) {
            live(server.address(), () -> {
                assertThat(Traces.inRows(Traces.rows(url), "hers-name")).isNotEmpty();
                return null;
            });
            server.terminate();
            assertThat(server.await()).isZero();
            List<String> rows = Traces.rows(url);
            for (String text : HERS) {
                assertThat(Traces.inRows(rows, text)).as(text).isEmpty();
                assertThat(server.output()).as(text).doesNotContain(text);
            }
            assertThat(Traces.inRows(rows, "another-name")).isNotEmpty();
        }
    }

    /// Asserts that nothing about her is in the journal that the server exports, which it decrypts as far as its
    /// remaining keys allow.
    private static void assertUnreadable(String journal) {
        for (String text : HERS) {
            assertThat(journal).as(text).doesNotContain(text);
        }
        assertThat(journal).contains("another-name", "job.erased");
    }

    private interface Look {
        Void look() throws Exception;
    }

    /// Registers her, changes her data, calls `look` and erases her. Returns the journal exported afterwards.
    private static String live(URI address, Look look) throws Exception {
        Tenancy.make(address, "acme");
        String key;
        String secret;
        try (Client root = new Client(address, ServerProcess.ROOT_KEY)) {
            Fields made = root.json("POST", "/v1/tenants/acme/test/keys", Map.of("name", "whole"))
                    .json();
            key = made.text("apiKey");
            secret = made.text("apiSecret");
        }
        try (Client client = new Client(address, key)) {
            done(client, "POST", "/v1/users", Map.of("externalId", "another", "name", "another-name"));
            // Jobs that use her external id before she is registered, jobs for an external id that no user ever has,
            // and one job of another user.
            done(client, "POST", "/v1/jobs", job("job-early", "external:hers-externalid", "hers-early-extra"));
            upload(address, client, secret, "job-early-2", 5, "hers-early-");
            done(client, "POST", "/v1/jobs", job("job-unknown-1", "external:hers-unknown-name", "hers-unknown-extra"));
            done(client, "POST", "/v1/jobs", job("job-unknown-2", "external:hers-unknown-name", "hers-unknown-extra"));
            done(client, "POST", "/v1/jobs", job("job-single", "external:another", "hers-single-extra"));
            done(
                    client,
                    "POST",
                    "/v1/jobs",
                    job("job-other", "email:hers-other-text@example.org", "hers-unknown-extra"));
            done(
                    client,
                    "POST",
                    "/v1/users",
                    Map.of(
                            "externalId", "hers-externalid",
                            "email", "hers-former-email@example.org",
                            "username", "hers-username",
                            "name", "hers-name",
                            "givenName", "hers-givenname",
                            "familyName", "hers-familyname",
                            "metadata", Map.of("phone", "hers-metadata")));
            String user = "/v1/users/username:hers-username";
            done(client, "PATCH", user, Map.of("email", "hers-email@example.org"));
            done(client, "PUT", user + "/holds/fraud", Map.of("reason", "hers-former-reason", "note", "hers-note"));
            done(client, "PUT", user + "/holds/fraud", Map.of("reason", "hers-reason", "note", "hers-note"));
            done(
                    client,
                    "PUT",
                    user + "/cards",
                    Map.of("cards", List.of(Map.of("number", "9988776655443322", "label", "hers-card"))));
            done(client, "PUT", user + "/workstations", Map.of("workstations", List.of("hers-workstation")));
            done(
                    client,
                    "POST",
                    "/v1/jobs",
                    Map.of(
                            "jobId",
                            "job-1",
                            "type",
                            5,
                            "user",
                            "external:hers-externalid",
                            "extras",
                            Map.of("a", "hers-extra")));
            done(client, "POST", "/v1/jobs/job-1/review", Map.of("note", "hers-review"));
            upload(address, client, secret, "job-2", 4, "hers-");
            look.look();
            assertThat(client.get("/v1/jobs/job-early").json().text("user"))
                    .isEqualTo(client.get(user).json().text("id"));
            done(client, "POST", user + "/erase", null);
            done(client, "POST", "/v1/jobs/job-single/erase", null);
            Client.Answer erased =
                    client.json("POST", "/v1/job-erasures", Map.of("user", "external:hers-unknown-name"));
            assertThat(erased.json().number("erased")).as("%s", erased).isEqualTo(2);
            done(client, "POST", "/v1/job-erasures", Map.of("user", "email:hers-other-text@example.org"));
            assertUnreadable(client.get("/v1/journal?limit=1000").text());
            assertThat(client.get("/v1/users?q=hers-").json().in("page").number("total"))
                    .isZero();
            return client.get("/v1/journal/export").text();
        }
    }

    private static void done(Client client, String method, String target, Object body) throws IOException {
        Client.Answer answer = client.json(
                method,
                target,
                body,
                "Idempotency-Key: " + method + target.hashCode() + (body == null ? 0 : body.hashCode()));
        assertThat(answer.status()).as("%s %s: %s", method, target, answer).isBetween(200, 201);
    }

    private static Map<String, Object> job(String jobId, String user, String extra) {
        return Map.of("jobId", jobId, "type", 5, "user", user, "extras", Map.of("a", extra));
    }

    /// @param words the prefix of all values in the upload
    private static void upload(URI address, Client client, String secret, String job, int type, String words)
            throws IOException {
        Map<String, Object> call = Signing.signed(
                secret,
                "smile_client_id",
                "acme",
                Map.of(
                        "callback_url",
                        "https://hers-metadata.example.org/",
                        "partner_params",
                        Map.of(
                                "user_id",
                                "hers-externalid",
                                "job_id",
                                job,
                                "job_type",
                                type,
                                words.equals("hers-") ? "optional_info" : "info",
                                words + (words.equals("hers-") ? "optional-info" : "info"))));
        Client.Answer reserved = client.send("POST", "/smileid/v1/upload", Json.write(call), Client.JSON);
        assertThat(reserved.status()).as("%s", reserved).isEqualTo(200);
        String path = URI.create(reserved.json().text("upload_url")).getPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("info.json"));
            String picture = words + "picture.jpg";
            zip.write(("{\"images\":[{\"image_type_id\":0,\"image\":\"\",\"file_name\":\"" + picture + "\"}]}")
                    .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry(picture));
            zip.write((words + "face").repeat(1_000).getBytes(StandardCharsets.UTF_8));
        }
        Client.Answer uploaded =
                Client.once(address, null, "PUT", path, bytes.toByteArray(), "Content-Type: application/zip");
        assertThat(uploaded.status()).as("%s", uploaded).isEqualTo(200);
    }
}
