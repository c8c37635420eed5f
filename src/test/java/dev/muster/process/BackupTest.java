package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A backup made under load can be restored.
@Timeout(300)
class BackupTest {
    private static final int CONNECTIONS = 6;
    private static final long WRITES = 300;

    @TempDir
    private Path folder;

    /// A backup made over HTTP while clients write contains every write that was confirmed before it.
    @Test
    void aBackupContainsAllEarlierConfirmedWrites() throws Exception {
        Path data = folder.resolve("data");
        Path restored = Files.createDirectory(
                folder.resolve("restored"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String key;
        long before;
        try (ServerProcess server = ServerProcess.start(data);
                Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
            key = Tenancy.make(server.address(), "acme").testKey();
            Load load = new Load(key, CONNECTIONS, 3);
            load.start(server.address());
            load.awaitAnswered(WRITES);
            before = load.answered();
            Client.Answer begun = root.json("POST", "/v1/backups", null);
            assertThat(begun.status()).as("%s", begun).isEqualTo(202);
            Fields backup = begun.json();
            assertThat(backup.number("pages")).isPositive();
            while (backup.text("state").equals("running")) {
                Thread.sleep(5);
                backup = root.get("/v1/backups/" + backup.text("id")).json();
                assertThat(backup.number("pagesLeft")).isLessThanOrEqualTo(backup.number("pages"));
            }
            assertThat(backup.text("state")).as("%s", backup).isEqualTo("done");
            assertThat(backup.number("pagesLeft")).isZero();
            // Writes continued during the backup and still do.
            load.awaitAnswered(load.answered() + WRITES);
            server.terminate();
            load.await();
            assertThat(server.await()).isZero();
            Path file = Path.of(backup.text("file"));
            Files.copy(file, restored.resolve("muster.db"));
            String evidence = file.getFileName().toString().replace(".db", "-evidence.db");
            Files.copy(file.resolveSibling(evidence), restored.resolve("evidence.db"));
            Files.copy(
                    data.resolve("master.key"),
                    restored.resolve("master.key"),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (ServerProcess server = ServerProcess.start(restored);
                Client client = new Client(server.address(), key)) {
            Fields verified = client.get("/v1/journal/verify").json();
            assertThat(verified.flag("valid")).as("%s", verified).isTrue();
            // Each confirmed write adds one journal entry.
            assertThat(verified.number("entries")).isGreaterThanOrEqualTo(before + Tenancy.FIRST_ENTRIES);
            long users = client.get("/v1/users?limit=1").json().in("page").number("total");
            assertThat(client.get("/v1/users/number:" + users).status()).isEqualTo(200);
        }
    }
}
