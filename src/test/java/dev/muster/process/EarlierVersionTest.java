package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A data folder written by an earlier version can be read correctly and written to.
@Timeout(300)
class EarlierVersionTest {
    private static final Path BEFORE = Path.of("src/test/resources/before/schema-4");

    private final JsonMapper json = new JsonMapper();

    @TempDir
    private Path folder;

    @Test
    void usersAndJournalAreUnchangedAndTheJournalContinues() throws Exception {
        Path data = copied();
        String key = Files.readString(BEFORE.resolve("api-key.txt")).strip();
        try (ServerProcess server = ServerProcess.start(data);
                Client client = new Client(server.address(), key)) {
            assertThat(shown(client, "/v1/users?limit=100")).isEqualTo(kept("users.json"));
            assertThat(shown(client, "/v1/journal?limit=100")).isEqualTo(kept("journal.json"));
            assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();

            assertThat(client.json("POST", "/v1/users", Map.of("externalId", "new"))
                            .status())
                    .isEqualTo(201);
            Client.Answer changed =
                    client.json("PUT", "/v1/users/external:e-1/holds/fraud", Map.of("reason", "pattern"));
            Fields hold = changed.json().items("holds").getFirst();
            assertThat(hold.text("placedAt")).isEqualTo("2026-11-28T18:05:58.690Z");
            assertThat(hold.in("changedBy").text("name")).isEqualTo("admin");
            assertThat(client.get("/v1/users/external:e-1/history?limit=1").text())
                    .contains("\"user.hold.changed\"");
            assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();
            assertThat(client.get("/v1/journal/reconcile").json().flag("consistent"))
                    .isTrue();
            server.terminate();
            assertThat(server.await()).isZero();
        }
        Path signed = data.resolve("checkpoints/realm-" + key.split("_", -1)[2] + ".txt");
        List<String> lines = Files.readAllLines(signed);
        assertThat(lines.getFirst()).startsWith("muster-checkpoint-1 ");
        assertThat(lines.getLast()).matches("muster-checkpoint-[23] .*");
    }

    private JsonNode shown(Client client, String path) throws IOException {
        return comparable(client.get(path).text());
    }

    private JsonNode kept(String file) throws IOException {
        return comparable(Files.readString(BEFORE.resolve(file)));
    }

    /// Removes the fields that later versions added, and the time at which a standing was read.
    private JsonNode comparable(String text) {
        ObjectNode page = (ObjectNode) json.readTree(text);
        for (JsonNode item : (ArrayNode) page.path("items")) {
            ((ObjectNode) item).remove("clientRequestId");
            if (item.path("standing") instanceof ObjectNode standing) {
                standing.remove("at");
                for (JsonNode hold : standing.path("holds")) {
                    ((ObjectNode) hold).remove(List.of("changedBy", "changedAt"));
                    ((ObjectNode) hold.path("placedBy")).remove("name");
                }
            }
        }
        // In later versions, the last page of a journal also has a `next` link.
        ((ObjectNode) page.path("page")).remove("next");
        return page;
    }

    private Path copied() throws IOException {
        Path data = folder.resolve("data");
        try (Stream<Path> files = Files.walk(BEFORE)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path to = data.resolve(BEFORE.relativize(file).toString());
                Files.copy(file, to);
                Files.setPosixFilePermissions(
                        to, PosixFilePermissions.fromString(Files.isDirectory(to) ? "rwx------" : "rw-------"));
            }
        }
        return data;
    }
}
