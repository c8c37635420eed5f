package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `muster doctor`, against folders with one problem each. No server runs, so that is always one more.
final class DoctorTest {
    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void installed() throws IOException {
        data = Files.createDirectory(
                folder.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String name : new String[] {"muster.db", "master.key", "root.key"}) {
            Path file = Files.createFile(
                    data.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.setLastModifiedTime(file, FileTime.from(Cli.NOW.minus(Duration.ofHours(1))));
        }
    }

    private String examined(String... more) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {"doctor", "--data", data.toString(), "--port", Integer.toString(port)},
                0,
                arguments,
                0,
                5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        Cli.Ran ran = new Cli().run(arguments);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).isEmpty();
        return ran.out();
    }

    @Test
    void onlyTheServerIsMissing() throws Exception {
        assertThat(examined("--disk-floor", "0").lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("ok       settings"),
                        line -> assertThat(line).isEqualTo("ok       modes of " + data + " and of the keys"),
                        line -> assertThat(line).startsWith("ok       disk: ").endsWith(" MB are free for " + data),
                        line -> assertThat(line).isEqualTo("ok       clock"),
                        line -> assertThat(line).startsWith("wrong    ").contains("no server answers there"));
    }

    @Test
    void eachProblemHasAdvice() throws Exception {
        Files.setPosixFilePermissions(data.resolve("root.key"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(data.resolve("master.key"));
        Files.setLastModifiedTime(data.resolve("muster.db"), FileTime.from(Cli.NOW.plus(Duration.ofDays(1))));
        assertThat(examined("--disk-floor", "999999999", "--host", "0.0.0.0"))
                .contains(
                        "warning  listening on 0.0.0.0 without TLS",
                        "wrong    others can read or write " + data.resolve("root.key") + " (mode 644): chmod 600 "
                                + data.resolve("root.key"),
                        "wrong    " + data.resolve("master.key") + " is missing, and " + data.resolve("muster.db"),
                        "wrong    only ",
                        "wrong    the clock is behind " + data);
    }

    @Test
    void aWrongSettingIsTheOnlyFinding() throws Exception {
        assertThat(examined("--tls-cert", data.resolve("muster.db").toString()))
                .isEqualTo("wrong    settings: --tls-key is missing: certificate and key are given together or not"
                        + " at all\n");
    }
}
