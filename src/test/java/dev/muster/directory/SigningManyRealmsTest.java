package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.CheckpointSigner;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Realm;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.storage.JournalTables.CheckpointRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One run signs once, however many realms have changed, and each realm's line stands for itself.
final class SigningManyRealmsTest extends OnBothRunning {
    private static final int TENANTS = 10;
    private static final String TOGETHER = "muster-checkpoint-3 ";
    private static final String ALONE = "muster-checkpoint-2 ";

    private final List<Long> realms = new ArrayList<>();
    private CheckpointSigner signer;

    /// Changes many realms that have no checkpoints, and stops the task that signs them in the background.
    @BeforeEach
    void changeManyRealms() throws Exception {
        running.core.internals().schedule().close();
        signer = running.core.internals().signer();
        signer.sign();
        realms.addAll(List.of(Realm.SYSTEM, TEST, PRODUCTION));
        for (long realm : realms) {
            Files.deleteIfExists(file(realm));
        }
        database.execute("delete from checkpoint");
        running.register("first@example.com");
        Running.ok(running.executeIn(PRODUCTION, Running.registration("first@example.com")));
        for (int i = 0; i < TENANTS; i++) {
            addTenant(5001 + 2L * i);
        }
    }

    /// Changes the system's realm and two new ones.
    private void addTenant(long realm) {
        Write write = new Write(Actor.ROOT, null, List.of(Scenario.tenant(realm, realm + 1, new UUID(8, realm))), null);
        Running.ok(running.core
                .directory()
                .execute(new WriteRequest(Realm.SYSTEM, write, Running.origin(), null, false, 0)));
        realms.add(realm);
        realms.add(realm + 1);
    }

    private Path file(long realm) {
        return folder.resolve("checkpoints").resolve("realm-" + realm + ".txt");
    }

    private List<String> lines(long realm) throws IOException {
        return Files.readAllLines(file(realm));
    }

    private static String signature(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    private CheckpointRow row(long realm) {
        return running.database().read(reads -> reads.journal().checkpoint(realm));
    }

    private String publicKey() {
        return CheckpointKey.loadOrCreate(folder.resolve("checkpoint.key"), new SecureRandom())
                .publicKeyPem();
    }

    @Test
    void oneRunSignsOnceForAllRealmsThatChanged() throws Exception {
        signer.sign();
        List<String> signatures = new ArrayList<>();
        for (long realm : realms) {
            assertThat(lines(realm)).singleElement().asString().startsWith(TOGETHER + realm + " ");
            String line = lines(realm).getFirst();
            signatures.add(signature(line));
            assertThat(row(realm).line()).isEqualTo(line);
            assertThat(CheckpointKey.verify(publicKey(), line))
                    .get()
                    .returns(realm, Checkpoint::realm)
                    .returns(row(realm).seq(), Checkpoint::seq)
                    .returns(row(realm).at(), Checkpoint::at);
        }
        assertThat(signatures).hasSize(realms.size());
        assertThat(signatures.stream().distinct()).hasSize(1);
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void linesOfBothFormatsContinueEachOther() throws Exception {
        signer.sign();
        running.register("alone@example.com");
        signer.sign();
        running.register("together@example.com");
        Running.ok(running.executeIn(PRODUCTION, Running.registration("together@example.com")));
        signer.sign();
        List<String> lines = lines(TEST);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith(TOGETHER);
        assertThat(lines.get(1)).startsWith(ALONE);
        assertThat(lines.get(2)).startsWith(TOGETHER);
        for (int i = 1; i < lines.size(); i++) {
            assertThat(Checkpoint.parseUnverified(lines.get(i)))
                    .get()
                    .returns(Checkpoint.hashOf(lines.get(i - 1)), Checkpoint::previous);
        }
        assertThat(signature(lines.get(2)))
                .isEqualTo(signature(lines(PRODUCTION).getLast()));
        assertThat(running.verify().valid()).isTrue();
        signer.forgetRuns();
        signer.signAll();
        assertThat(lines(TEST)).isEqualTo(lines);
        assertThat(running.core.isContradicted()).isFalse();
        Files.write(file(TEST), List.of(lines.get(0), lines.get(2)));
        assertThat(running.verify().reason()).contains("line 2 of the checkpoint folder does not follow line 1");
    }

    @Test
    void anAlteredLineIsFoundInTheFolderAndInTheDatabase() throws Exception {
        signer.sign();
        String line = lines(TEST).getFirst();
        String other = lines(PRODUCTION).getFirst();
        // The path of another realm, under the same signature.
        String[] fields = line.split(" ", -1);
        fields[7] = other.split(" ", -1)[7];
        fields[9] = other.split(" ", -1)[9];
        String altered = String.join(" ", fields);
        Files.write(file(TEST), List.of(altered));
        assertThat(running.verify().reason()).contains("line 1 of the checkpoint folder is not what was signed");
        Files.write(file(TEST), List.of(line));
        assertThat(running.verify().valid()).isTrue();
        try (Connection connection = database.connect();
                PreparedStatement update =
                        connection.prepareStatement("update checkpoint set line = ? where realm = " + TEST)) {
            update.setString(1, altered);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
        assertThat(running.verify().reason()).contains("in the database is not what was signed");
    }

    @Test
    void aRealmThatContradictsItsCheckpointsIsLeftOutOfTheTree() throws Exception {
        signer.sign();
        List<String> signed = lines(TEST);
        long end = row(TEST).seq();
        running.register("villain@example.com");
        signer.sign();
        assertThat(lines(TEST)).hasSize(2);
        database.execute("delete from journal where realm = " + TEST + " and seq > " + end);
        database.execute("delete from batch where realm = " + TEST + " and last_seq > " + end);
        Running.ok(running.executeIn(PRODUCTION, Running.registration("honest@example.com")));
        addTenant(9001);
        signer.sign();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines(TEST)).hasSize(2).startsWith(signed.getFirst());
        assertThat(lines(PRODUCTION)).hasSize(2);
        assertThat(lines(PRODUCTION).getLast()).startsWith(TOGETHER);
        for (long realm : List.of(Realm.SYSTEM, 9001L, 9002L)) {
            assertThat(signature(lines(realm).getLast()))
                    .isEqualTo(signature(lines(PRODUCTION).getLast()));
        }
    }

    /// A realm whose file could not be read or written is signed later. Entries that were removed until then are
    /// missed.
    @Test
    void whatCouldNotBeSignedIsRemembered() throws Exception {
        signer.sign();
        long end = row(TEST).seq();
        running.register("villain@example.com");
        Running.ok(running.executeIn(PRODUCTION, Running.registration("honest@example.com")));
        Path kept = Files.move(file(TEST), folder.resolve("kept.txt"));
        Files.createDirectory(file(TEST));
        signer.sign();
        assertThat(lines(PRODUCTION)).hasSize(2);
        database.execute("delete from journal where realm = " + TEST + " and seq > " + end);
        database.execute("delete from batch where realm = " + TEST + " and last_seq > " + end);
        Files.delete(file(TEST));
        Files.move(kept, file(TEST));
        signer.sign();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines(TEST)).hasSize(2);
    }

    /// A server that stops interrupts the task. What the task had not signed yet is signed before the server stops,
    /// from
    /// memory.
    @Test
    void whatAnInterruptedRunHasLeftIsSignedAtTheStop() throws Exception {
        Thread.currentThread().interrupt();
        try {
            signer.sign();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file(TEST)).doesNotExist();
        signer.signRemaining(Duration.ofSeconds(60));
        for (long realm : realms) {
            assertThat(lines(realm)).hasSize(1);
        }
        assertThat(lines(TEST).getFirst()).startsWith(TOGETHER);
    }
}
