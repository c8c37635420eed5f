package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Key files as Kubernetes mounts them: files of root with mode 440, on a separate file system.
final class ContainerSecretsTest {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    private Path folder;

    private ServerProcess started(String mode, String mount) throws Exception {
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Path master = ServerProcess.masterKey(folder.resolve("master"));
        List<String> within = new ArrayList<>(List.of("unshare"));
        if (!ROOT) {
            within.addAll(List.of("--user", "--map-root-user"));
        }
        within.addAll(List.of(
                "--mount",
                "sh",
                "-c",
                """
                        cd /
                        mount -t tmpfs none "$0" && cp "$1" "$0/master" && echo "$2" >"$0/root" && chmod "$3" "$0"/* &&
                        mount -o "remount,$4" "$0" || exit 99
                        shift 4
                        exec "$@"
                        """,
                secrets.toString(),
                master.toString(),
                ServerProcess.ROOT_KEY,
                mode,
                mount));
        return ServerProcess.start(
                folder.resolve("data"),
                Map.of(
                        "MUSTER_ROOT_KEY_FILE",
                        secrets.resolve("root").toString(),
                        "MUSTER_MASTER_KEY_FILE",
                        secrets.resolve("master").toString()),
                within);
    }

    @Test
    void theyAreReadIfTheyAreMountedReadOnly() throws Exception {
        try (ServerProcess server = started("440", "ro")) {
            assertThat(Tenancy.make(server.address(), "acme").testKey()).startsWith("mst_test_");
        }
    }

    @Test
    void theyAreRefusedIfTheyAreNot() {
        assertThatThrownBy(() -> started("440", "rw").close())
                .hasMessageContaining("others can read or write (mode 440)");
    }

    @Test
    void othersThanTheGroupMayNeverReadThem() {
        assertThatThrownBy(() -> started("444", "ro").close())
                .hasMessageContaining("others can read or write (mode 444)");
    }
}
