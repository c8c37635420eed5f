package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server leaves no temporary files behind, whether it is stopped or killed.
@Timeout(600)
class LeftoversTest {
    @TempDir
    private Path folder;

    @Test
    void nothingIsLeftInTheTemporaryFolderAndNoLibraryInTheDataFolder() throws IOException {
        try (ServerProcess server = ServerProcess.startAsLaunched(folder.resolve("data"))) {
            Tenancy.make(server.address(), "acme");
            nothingIsLeft(server, "while it runs");
            server.terminate();
            assertThat(server.await()).isZero();
            nothingIsLeft(server, "after SIGTERM");
            for (int i = 0; i < 2; i++) {
                server.restart();
                server.kill();
                nothingIsLeft(server, "after kill -9");
            }
        }
    }

    @Test
    void aLibraryThatAKilledServerLeftIsReplacedAndDeleted() throws IOException {
        Path data = Files.createDirectory(
                folder.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path library = Files.writeString(data.resolve("libsqlitejdbc.so"), "cut off in the middle");
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(library).doesNotExist();
            assertThat(files(server.temporary())).isEmpty();
        }
    }

    private static void nothingIsLeft(ServerProcess server, String when) throws IOException {
        assertThat(files(server.temporary())).as(when).isEmpty();
        assertThat(files(server.data())).as(when).noneMatch(name -> name.contains("sqlite"));
        String user = System.getProperty("user.name");
        assertThat(Path.of("/tmp/hsperfdata_" + user, Long.toString(server.pid())))
                .as(when)
                .doesNotExist();
    }

    private static Stream<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
