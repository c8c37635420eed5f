package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server signs many realms at once. The checkpoints that each realm exports are verified without those of the
/// others.
@Timeout(300)
class ExportedCheckpointsTest {
    private static final int TENANTS = 4;

    @TempDir
    private Path folder;

    private static void register(ServerProcess server, String key, String name) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            assertThat(client.json("POST", "/v1/users", Map.of("externalId", name))
                            .status())
                    .isEqualTo(201);
        }
    }

    private static byte[] download(ServerProcess server, String key, String path) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            return client.get(path).body();
        }
    }

    private static String signature(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    private ServerProcess.Ended verify(Path export, Path checkpoints, Path publicKey) throws Exception {
        return ServerProcess.run(
                folder.resolve("run"),
                Map.of(),
                "journal",
                "verify",
                "--file",
                export.toString(),
                "--checkpoints",
                checkpoints.toString(),
                "--public-key",
                publicKey.toString());
    }

    @Test
    void eachRealmsCheckpointsAreVerifiedWithoutTheOthers() throws Exception {
        Path data = folder.resolve("data");
        List<String> keys = new ArrayList<>();
        List<Path> exports = new ArrayList<>();
        List<Path> checkpoints = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(data)) {
            for (int i = 0; i < TENANTS; i++) {
                Tenancy tenancy = Tenancy.make(server.address(), "tenant-" + i);
                keys.add(tenancy.testKey());
                keys.add(tenancy.productionKey());
                register(server, tenancy.testKey(), "first");
            }
            stop(server);
            // Only one realm changes.
            server.restart();
            register(server, keys.getFirst(), "second");
            stop(server);
            server.restart();
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                exports.add(Files.write(
                        folder.resolve("export-" + i + ".ndjson"), download(server, key, "/v1/journal/export")));
                checkpoints.add(Files.write(
                        folder.resolve("checkpoints-" + i + ".txt"), download(server, key, "/v1/journal/checkpoints")));
            }
        }
        List<String> first = new ArrayList<>();
        for (Path file : checkpoints) {
            first.add(Files.readAllLines(file).getFirst());
        }
        assertThat(first).allMatch(line -> line.startsWith("muster-checkpoint-3 "));
        assertThat(first.stream().map(ExportedCheckpointsTest::signature).distinct())
                .hasSize(1);
        List<String> mixed = Files.readAllLines(checkpoints.getFirst());
        assertThat(mixed).hasSize(2);
        assertThat(mixed.getLast()).startsWith("muster-checkpoint-2 ");

        Path publicKey = data.resolve("checkpoint.key.pub");
        for (int i : List.of(0, 1, keys.size() - 1)) {
            ServerProcess.Ended authentic = verify(exports.get(i), checkpoints.get(i), publicKey);
            assertThat(authentic.exitCode()).as("%s", authentic).isZero();
            assertThat(authentic.out()).anyMatch(said -> said.startsWith("Authentic up to entry"));
        }
        assertRefused(exports.getFirst(), mixed, publicKey);
        // The journal of which the end was cut off contradicts the line.
        List<String> cut = Files.readAllLines(exports.getFirst()).subList(0, 1);
        ServerProcess.Ended contradicted =
                verify(Files.write(folder.resolve("cut.ndjson"), cut), checkpoints.getFirst(), publicKey);
        assertThat(contradicted.exitCode()).as("%s", contradicted).isEqualTo(1);
        assertThat(contradicted.out().getFirst()).startsWith("NOT VALID: entry 2");
    }

    /// A line whose time was changed is not signed.
    private void assertRefused(Path export, List<String> lines, Path publicKey) throws Exception {
        String[] fields = lines.getFirst().split(" ", -1);
        fields[4] = "2026-01-01T00:00:00Z";
        Path altered = Files.write(folder.resolve("altered.txt"), List.of(String.join(" ", fields), lines.getLast()));
        ServerProcess.Ended refused = verify(export, altered, publicKey);
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.toString()).contains("line 1: not signed with that key");
    }

    private static void stop(ServerProcess server) throws Exception {
        server.terminate();
        assertThat(server.await()).isZero();
    }
}
