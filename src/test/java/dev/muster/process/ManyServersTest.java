package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Servers on one PostgreSQL database whose keys are given to each of them as files.
@UsesPostgres
@Timeout(300)
class ManyServersTest {
    private static final int TRIES = 600;

    @TempDir
    private Path folder;

    private static int register(ServerProcess server, String key) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            // Not repeated while the server is busy, because that is what a server without the key answers.
            return client.jsonOnce("POST", "/v1/users", Map.of("externalId", "u" + System.nanoTime()))
                    .status();
        }
    }

    private static Client.Answer ready(ServerProcess server) throws IOException {
        try (Client client = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            return client.get("/health/ready");
        }
    }

    /// One server uses a master key that another does not have yet. The other refuses requests for the realms that
    /// it cannot open, and reports that it is not ready. Once the key is in its file, it needs no restart.
    @Test
    void aMasterKeyIsAddedEverywhereAndThenUsed() throws Exception {
        String url = TestPostgres.newDatabase();
        Path oneKeys = ServerProcess.masterKey(folder.resolve("one.key"));
        Path otherKeys = Files.copy(oneKeys, folder.resolve("other.key"), StandardCopyOption.COPY_ATTRIBUTES);
        try (ServerProcess one = ServerProcess.startOnPostgres(folder.resolve("one"), url, oneKeys);
                ServerProcess other = ServerProcess.startOnPostgres(folder.resolve("other"), url, otherKeys);
                Client root = new Client(one.address(), ServerProcess.ROOT_KEY)) {
            Tenancy tenancy = Tenancy.make(one.address(), "rotated");
            Client.Answer rotated = root.json("POST", "/v1/master-key/rotate", null);
            assertThat(rotated.status()).as("%s", rotated).isEqualTo(422);
            assertThat(rotated.text()).contains("muster master-key use");
            assertThat(ready(other).status()).isEqualTo(200);

            String added = MasterKeys.addToFile(oneKeys, new SecureRandom());
            String file = Files.readString(oneKeys);
            assertThat(root.json("POST", "/v1/master-key/5f0c2a91d4b7e683/use", null)
                            .status())
                    .isEqualTo(404);
            Client.Answer used = root.json("POST", "/v1/master-key/" + added + "/use", null);
            assertThat(used.status()).as("%s", used).isEqualTo(200);
            assertThat(used.json().text("masterKey")).isEqualTo(added);
            assertThat(Files.readString(oneKeys)).isEqualTo(file);
            assertThat(register(one, tenancy.testKey())).isEqualTo(201);

            assertThat(register(other, tenancy.testKey())).isEqualTo(503);
            assertThat(ready(other).status()).isEqualTo(503);
            assertThat(ready(other).text()).contains("master key file");
            assertThat(other.output()).contains("wrapped by master key " + added);

            Files.copy(oneKeys, otherKeys, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            for (int i = 0; i < TRIES && ready(other).status() != 200; i++) {
                Thread.sleep(100);
            }
            assertThat(ready(other).status()).isEqualTo(200);
            assertThat(register(other, tenancy.testKey())).isEqualTo(201);
        }
    }

    /// Servers with the same checkpoint key sign what each of them has written. Any of them exports all of it, and
    /// one public key verifies it.
    @Test
    void serversSignWithOneKey() throws Exception {
        String url = TestPostgres.newDatabase();
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        Path checkpointKey = folder.resolve("signing.key");
        CheckpointKey.loadOrCreate(checkpointKey, new SecureRandom());
        String[] options = {"--checkpoint-key-file", checkpointKey.toString()};
        Tenancy tenancy;
        try (ServerProcess one = ServerProcess.startOnPostgres(folder.resolve("one"), url, masterKey, options)) {
            tenancy = Tenancy.make(one.address(), "signed");
            assertThat(register(one, tenancy.testKey())).isEqualTo(201);
            one.terminate();
            one.await();
        }
        try (ServerProcess other = ServerProcess.startOnPostgres(folder.resolve("other"), url, masterKey, options)) {
            assertThat(register(other, tenancy.testKey())).isEqualTo(201);
            other.terminate();
            other.await();
            assertThat(other.data().resolve("checkpoint.key")).doesNotExist();
            other.restart();
            try (Client client = new Client(other.address(), tenancy.testKey())) {
                List<String> lines =
                        client.get("/v1/journal/checkpoints").text().lines().toList();
                String publicKey = Files.readString(folder.resolve("signing.key.pub"));
                assertThat(lines)
                        .extracting(line -> CheckpointKey.verify(publicKey, line)
                                .orElseThrow()
                                .seq())
                        .contains(2L, 3L)
                        .isSorted();
                Path export = Files.writeString(
                        folder.resolve("export.ndjson"),
                        client.get("/v1/journal/export").text());
                Path kept = Files.write(folder.resolve("checkpoints.txt"), lines);
                ServerProcess.Ended verified = ServerProcess.run(
                        folder,
                        Map.of(),
                        "journal",
                        "verify",
                        "--file",
                        export.toString(),
                        "--checkpoints",
                        kept.toString(),
                        "--public-key",
                        folder.resolve("signing.key.pub").toString());
                assertThat(verified.out()).as("%s", verified).anyMatch(line -> line.startsWith("Valid"));
                assertThat(client.get("/v1/journal/verify").json().flag("valid"))
                        .isTrue();
            }
        }
    }

    private static int withWrongKey(ServerProcess server) throws IOException {
        try (Client client = new Client(server.address(), "wrong-key-of-a-test-0123456789-0123456789")) {
            return client.get("/v1/me").status();
        }
    }

    /// An address that has failed too often on one server is refused by the other too.
    @Test
    void failuresOfAnAddressAreCountedTogether() throws Exception {
        String url = TestPostgres.newDatabase();
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        try (ServerProcess one = ServerProcess.startOnPostgres(folder.resolve("one"), url, masterKey);
                ServerProcess other = ServerProcess.startOnPostgres(folder.resolve("other"), url, masterKey)) {
            assertThat(withWrongKey(other)).isEqualTo(401);
            int status = 401;
            while (status == 401) {
                status = withWrongKey(one);
            }
            assertThat(status).isEqualTo(429);
            // One failure is forgotten every three seconds. These attempts alone would not be too many.
            int elsewhere = 401;
            for (int i = 0; i < 18 && elsewhere == 401; i++) {
                Thread.sleep(700);
                elsewhere = withWrongKey(other);
            }
            assertThat(elsewhere).isEqualTo(429);
        }
    }
}
