package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// If a task does not support dry runs, a dry run of it is refused and the task does not run.
final class MaintenanceRoutesTest {
    @TempDir
    private Path folder;

    @Test
    void aRehearsalOfBackupOrRotationDoesNothing() throws Exception {
        try (RestServer server = new RestServer(folder, 20);
                HttpClient client = HttpClient.newHttpClient()) {
            String keys = Files.readString(folder.resolve("master.key"));
            for (String path : new String[] {"/v1/backups", "/v1/master-key/rotate"}) {
                HttpRequest rehearsal = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .header("Authorization", "Bearer root-key-of-a-test")
                        .header("Muster-Dry-Run", "true")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
                HttpResponse<String> answer = client.send(rehearsal, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
                assertThat(answer.body()).contains("Dry runs are not supported");
            }
            assertThat(Files.readString(folder.resolve("master.key"))).isEqualTo(keys);
            assertThat(folder.resolve("backups")).doesNotExist();
        }
    }
}
