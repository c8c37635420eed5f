package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `muster doctor` beside real servers, in a separate process.
@UsesPostgres
final class DoctorOnServersTest {
    private static final String SCHEMA = "ok       schema version " + Database.SCHEMA;

    @TempDir
    private Path folder;

    private record File(long bytes, FileTime modified, String hash) {}

    /// All files of a folder with their content and times.
    private static Map<String, File> files(Path folder) throws Exception {
        Map<String, File> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.toList()) {
                files.put(
                        folder.relativize(file).toString(),
                        new File(
                                Files.isDirectory(file) ? 0 : Files.size(file),
                                Files.getLastModifiedTime(file),
                                Files.isDirectory(file) ? "" : hash(file)));
            }
        }
        return files;
    }

    private static String hash(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private ServerProcess.Ended doctor(ServerProcess server, Map<String, String> environment) throws IOException {
        return doctor(server, environment, server.address().getPort());
    }

    private ServerProcess.Ended doctor(ServerProcess server, Map<String, String> environment, int port) {
        List<String> arguments =
                new ArrayList<>(List.of("doctor", "--data", server.data().toString()));
        arguments.addAll(List.of("--disk-floor", "0", "--port", Integer.toString(port)));
        return ServerProcess.run(folder.resolve("doctor"), environment, arguments.toArray(String[]::new));
    }

    @Test
    void anEmbeddedDatabaseIsReadWhetherOrNotItsServerRuns() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Tenancy.make(server.address(), "acme");
            ServerProcess.Ended beside = doctor(server, Map.of());
            assertThat(beside.out()).as("%s", beside).contains(SCHEMA);
            assertThat(beside.exitCode()).as("%s", beside).isZero();
            assertThat(beside.err()).isEmpty();
            try (Client client = new Client(server.address(), null)) {
                assertThat(client.get("/health/ready").status()).isEqualTo(200);
            }

            int port = server.address().getPort();
            server.kill();
            Map<String, File> killed = files(server.data());
            assertThat(killed).containsKeys("muster.db-wal", "muster.db-shm");
            ServerProcess.Ended afterwards = doctor(server, Map.of(), port);
            assertThat(afterwards.out()).as("%s", afterwards).contains(SCHEMA);
            assertThat(afterwards.exitCode()).isOne();
            assertThat(files(server.data())).isEqualTo(killed);

            server.restart();
            server.terminate();
            assertThat(server.await()).isZero();
            Map<String, File> stopped = files(server.data());
            assertThat(stopped).doesNotContainKey("muster.db-wal");
            assertThat(doctor(server, Map.of(), port).out()).contains(SCHEMA);
            assertThat(files(server.data())).isEqualTo(stopped);
        }
        try (Stream<Path> left = Files.list(folder.resolve("doctor/data.tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aServerOnPostgresAndItsDatabaseAreFine() throws Exception {
        String url = TestPostgres.newDatabase();
        Path masterKey = ServerProcess.masterKey(folder.resolve("master.key"));
        Map<String, String> environment = Map.of(
                "MUSTER_ROOT_KEY",
                ServerProcess.ROOT_KEY,
                "MUSTER_DATABASE",
                url,
                "MUSTER_MASTER_KEY_FILE",
                masterKey.toString());
        try (ServerProcess server = ServerProcess.startOnPostgres(folder.resolve("data"), url, masterKey)) {
            ServerProcess.Ended ended = doctor(server, environment);
            assertThat(ended.exitCode()).as("%s", ended).isZero();
            assertThat(ended.err()).isEmpty();
            assertThat(ended.out())
                    .contains(SCHEMA, "ok       PostgreSQL's settings", "ok       PostgreSQL's clock")
                    .noneMatch(line -> line.startsWith("wrong"))
                    // Without a package, the versions of the server and of this program differ.
                    .last()
                    .asString()
                    .contains("is ready");
        }
    }
}
