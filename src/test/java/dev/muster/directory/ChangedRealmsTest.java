package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.CheckpointSigner;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Realm;
import dev.muster.storage.ChoreLeaseStore;
import dev.muster.storage.ChoreLeaseStore.Changed;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.CheckpointRow;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server has left undone is found by the one that takes over, without reading idle realms.
@UsesPostgres
final class ChangedRealmsTest {
    @TempDir
    private Path folder;

    private static CheckpointRow signed(Running running, long realm) {
        return running.database().<CheckpointRow>read(reads -> reads.journal().checkpoint(realm));
    }

    private static long last(Running running, long realm) {
        return running.database().read(reads -> reads.journal().present(realm)).lastSeq();
    }

    @Test
    void journalsThatAnotherServerLeftUnsignedAreSigned() throws Exception {
        String url = TestPostgres.newDatabase();
        Path own = Files.createDirectories(folder.resolve("own"));
        try (Running gone = new Running(Database.postgres(url, null), folder)) {
            for (String key : List.of("master.key", "checkpoint.key", "checkpoint.key.pub")) {
                Files.copy(folder.resolve(key), own.resolve(key), StandardCopyOption.COPY_ATTRIBUTES);
            }
            gone.core.internals().schedule().close();
            gone.core.internals().signer().sign();
            gone.core.internals().leases().release();
            try (Running running = new Running(Database.postgres(url, null), own)) {
                running.core.internals().schedule().close();
                running.core.internals().leases().run();
                CheckpointSigner signer = running.core.internals().signer();
                // The first look covers all realms, which have been signed.
                signer.signForOthers();
                gone.register("ada@example.com");
                gone.core.internals().signer().forgetRuns();
                long seq = last(gone, Running.REALM);
                // The other server would sign it within a minute, so it is not signed yet.
                signer.signForOthers();
                assertThat(signed(running, Running.REALM).seq()).isEqualTo(seq - 1);
                try (Connection connection = DriverManager.getConnection(url);
                        Statement statement = connection.createStatement()) {
                    statement.executeUpdate("update batch set at = at - 100000 where realm = " + Running.REALM);
                }
                signer.signForOthers();
                assertThat(signed(running, Running.REALM).seq()).isEqualTo(seq);
                assertThat(running.verify().valid()).isTrue();
            }
        }
    }

    @Test
    void onlyRealmsThatChangedSinceAreRead() throws Exception {
        String url = TestPostgres.newDatabase();
        try (Running running = new Running(Database.postgres(url, null), folder)) {
            running.core.internals().schedule().close();
            for (int i = 0; i < 5; i++) {
                Write write = new Write(
                        Actor.ROOT, null, List.of(Scenario.tenant(2000 + 2 * i, 2001 + 2 * i, new UUID(8, i))), null);
                running.core
                        .directory()
                        .execute(new WriteRequest(Realm.SYSTEM, write, Running.origin(), null, false, 0));
            }
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("update batch set at = at - 3600000");
            }
            ChoreLeaseStore leases = running.core.internals().choreStore().leases();
            Instant since = leases.clock().minusSeconds(600);
            Instant far = Instant.ofEpochMilli(Long.MAX_VALUE);
            assertThat(leases.changed(since, far, -1, 10)).isEmpty();
            running.register("ada@example.com");
            assertThat(leases.changed(since, far, -1, 10)).containsExactly(new Changed(Running.REALM, 1, false));
            running.core.internals().signer().sign();
            assertThat(leases.changed(since, far, -1, 10)).containsExactly(new Changed(Running.REALM, 1, true));
            assertThat(leases.changed(since, far, Running.REALM, 10)).isEmpty();
            assertThat(leases.changed(since.minusSeconds(7200), far, -1, 10_000))
                    .hasSizeGreaterThan(5);
        }
    }
}
