package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.config.DataFolder;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container on PostgreSQL whose data folder is empty at each start.
@UsesPostgres
final class EmptiedFolderTest {
    @TempDir
    private Path folder;

    @Test
    void nothingIsLostWithTheFolderOfAServerOnPostgres() throws Exception {
        String url = TestPostgres.newDatabase();
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.startOnPostgres(data, url, masterKey)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            for (int start = 1; start <= 3; start++) {
                try (Client client = new Client(server.address(), key)) {
                    Map<String, Object> user = Map.of("externalId", "user-" + start);
                    assertThat(client.json("POST", "/v1/users", user).status()).isEqualTo(201);
                    assertThat(client.get("/health/ready").status()).isEqualTo(200);
                    assertThat(client.get("/v1/users").json().items("items")).hasSize(start);
                    assertThat(client.get("/v1/journal/verify").json().flag("valid"))
                            .isTrue();
                }
                // A stop signs a checkpoint, with the key that is about to be deleted.
                server.terminate();
                assertThat(server.await()).isZero();
                assertThat(data.resolve("checkpoints")).isNotEmptyDirectory();
                DataFolder.delete(data);
                server.restart();
            }
            assertThat(server.output()).doesNotContain("\"level\":\"ERROR\"");
        }
    }
}
