package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import dev.muster.testing.SmallDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A tenant's overload affects only that tenant. Its endless uploads are stopped by its quota or, without a quota, by
/// the reserve of free disk space. Meanwhile another tenant places holds, revokes keys and signs in.
@Timeout(300)
class OneTenantTest {
    private static final int MEBIBYTES = 160;
    private static final int FLOOR_MEGABYTES = 60;
    private static final int QUOTA_BYTES = 20_000_000;
    private static final int ZIP_BYTES = 9_000_000;

    /// After the last accepted upload, the write-ahead log may still be copied into the database file, which uses
    /// this much more of the disk.
    private static final int LOG_BYTES = 20_000_000;

    private static final int UPLOADERS = 3;
    private static final String PASSWORD = "a long word of ann's own";

    @TempDir
    private Path folder;

    private final AtomicInteger jobs = new AtomicInteger();

    @Test
    void endlessUploadsAreStoppedByTheQuotaAndByTheDiskReserve() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), MEBIBYTES);
                ServerProcess server = ServerProcess.start(disk, "--disk-floor", Integer.toString(FLOOR_MEGABYTES));
                Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            String secret = root.json("POST", "/v1/tenants", Map.of("name", "Greedy", "partnerId", "greedy"))
                    .json()
                    .in("environments")
                    .in("production")
                    .text("apiSecret");
            String quotas = "/v1/tenants/greedy/production/quotas";
            Neighbour neighbour = new Neighbour(server.address());
            neighbour.goesOn();

            ok(root.json("PUT", quotas, Map.of("evidenceBytes", QUOTA_BYTES)), 200);
            List<Thread> uploading = new ArrayList<>();
            Set<String> refused = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < UPLOADERS; i++) {
                uploading.add(
                        Thread.ofPlatform().start(() -> refused.add(uploadUntilRefused(server.address(), secret))));
            }
            neighbour.goesOn();
            for (Thread thread : uploading) {
                thread.join();
            }
            assertThat(refused)
                    .containsExactly("409 {\"error\":\"The quota of 20000000 bytes of evidence is used up\"}");
            long used = root.get(quotas).json().in("used").number("evidenceBytes");
            assertThat(used).isBetween((long) ZIP_BYTES, (long) QUOTA_BYTES);
            neighbour.goesOn();

            // Restores the default quota, which exceeds the size of the disk.
            ok(root.json("PUT", quotas, Map.of()), 200);
            assertThat(uploadUntilRefused(server.address(), secret))
                    .startsWith("503 ")
                    .contains("storage is full");
            assertThat(disk.fromHere().toFile().getUsableSpace())
                    .isGreaterThan(FLOOR_MEGABYTES * 1_000_000L - LOG_BYTES);
            neighbour.goesOn();
            neighbour.registers();
        }
    }

    /// Uploads until an upload is refused, and returns the refusal.
    private String uploadUntilRefused(URI address, String secret) {
        try {
            Client.Answer answer;
            do {
                answer = upload(address, secret);
            } while (answer.status() == 200 || answer.text().contains("Busy"));
            return answer.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Client.Answer upload(URI address, String secret) throws IOException {
        int number = jobs.incrementAndGet();
        Map<String, Object> call = Signing.signed(
                secret,
                "smile_client_id",
                "greedy",
                Map.of(
                        "partner_params",
                        Map.of("user_id", "made-up-" + number, "job_id", "job-" + number, "job_type", 5)));
        Client.Answer reserved =
                Client.once(address, null, "POST", "/smileid/v1/upload", Json.write(call), Client.JSON);
        assertThat(reserved.status()).as("%s", reserved).isEqualTo(200);
        String path = URI.create(reserved.json().text("upload_url")).getPath();
        return Client.once(address, null, "PUT", path, zip(number), "Content-Type: application/zip");
    }

    /// Returns a zip file with an incompressible picture of random bytes.
    private static byte[] zip(int seed) throws IOException {
        byte[] picture = new byte[ZIP_BYTES];
        new Random(seed).nextBytes(picture);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(0);
            zip.putNextEntry(new ZipEntry("info.json"));
            zip.write("{\"images\":[{\"image_type_id\":0,\"image\":\"\",\"file_name\":\"face.jpg\"}]}"
                    .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("face.jpg"));
            zip.write(picture);
        }
        return bytes.toByteArray();
    }

    private static Fields ok(Client.Answer answer, int status) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        return answer.json();
    }

    /// Another tenant of the same server.
    private static final class Neighbour {
        private final URI address;
        private final Client admin;
        private int times;

        Neighbour(URI address) throws IOException {
            this.address = address;
            admin = new Client(address, Tenancy.make(address, "acme").testKey());
            ok(admin.json("POST", "/v1/users", Map.of("externalId", "ana")), 201);
            ok(
                    admin.json(
                            "POST", "/v1/operators", Map.of("username", "ann", "role", "admin", "password", PASSWORD)),
                    201);
        }

        void goesOn() throws IOException {
            times++;
            ok(admin.json("PUT", "/v1/users/external:ana/holds/blocked", Map.of("reason", "time " + times)), 200);
            Fields key = ok(admin.json("POST", "/v1/keys", Map.of("name", "key " + times, "role", "viewer")), 201);
            ok(admin.json("DELETE", "/v1/keys/" + key.text("keyId"), null), 200);
            Browser.signedIn(address, "acme", "test", "ann", PASSWORD);
        }

        void registers() throws IOException {
            ok(admin.json("POST", "/v1/users", Map.of("externalId", "user " + times)), 201);
        }
    }
}
