package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// An attacker who can write to the database, but has neither the keys nor access to the folder, rewrites the journal.
/// The running server does not sign the forgery, and verification finds it.
final class ForgeryTest extends OnBothRunning {
    private static final int FORMAT_AT = 0;
    private static final int ACTOR_ID_AT = 26;
    private static final UUID SOMEBODY_ELSE = new UUID(4, 2);

    @Test
    void aJournalRewrittenBelowItsLastCheckpointIsNeitherValidNorSignedFor() throws Exception {
        fill();
        running.core.internals().signer().sign();
        List<String> signed = lines();
        forgeActors(2, 4);
        database.execute("delete from checkpoint where realm = " + TEST);

        assertInvalid(2);
        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isTrue();
        running.register("later@example.com");
        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines()).isEqualTo(signed);
    }

    @Test
    void aJournalRewrittenBeforeItWasSignedForIsNeitherValidNorSignedFor() throws Exception {
        running.register("first@example.com");
        running.core.internals().signer().sign();
        List<String> signed = lines();
        fill();
        forgeActors(4, 5);

        assertInvalid(4);
        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isTrue();
        // The signer signs the entries that it remembers writing, rather than the forged rows. From now on, the folder
        // therefore contradicts the database.
        assertThat(lines()).hasSize(signed.size() + 1).startsWith(signed.getFirst());
        running.core.internals().signer().forgetRuns();
        running.core.internals().signer().signAll();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines()).hasSize(signed.size() + 1);
    }

    @Test
    void aServerThatStartsOnARewrittenJournalDoesNotSignForIt() throws Exception {
        running.register("first@example.com");
        running.core.internals().signer().sign();
        List<String> signed = lines();
        fill();
        forgeActors(4, 5);
        running.core.internals().signer().forgetRuns();

        running.core.internals().signer().signAll();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines()).isEqualTo(signed);
    }

    @Test
    void aHiddenEndIsNeitherValidNorSignedForAndReadyAgainWhenItIsBack() throws Exception {
        fill();
        running.core.internals().signer().sign();
        List<String> signed = lines();
        String journal = "realm = " + TEST + " and seq > 3";
        String batches = "realm = " + TEST + " and last_seq > 3";
        database.execute("create table hidden_journal as select * from journal where " + journal);
        database.execute("create table hidden_batch as select * from batch where " + batches);
        database.execute("delete from journal where " + journal);
        database.execute("delete from batch where " + batches);
        database.execute("delete from checkpoint where realm = " + TEST);

        assertInvalid(4);
        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines()).isEqualTo(signed);

        database.execute("insert into journal select * from hidden_journal");
        database.execute("insert into batch select * from hidden_batch");
        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isFalse();
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void writesTakenBackBeforeTheyWereSignedForAreMissedForEver() throws Exception {
        running.register("first@example.com");
        running.core.internals().signer().sign();
        long kept = running.verify().entries();
        UUID villain = running.register("villain@example.com");
        database.execute("delete from users where realm = " + TEST + " and id = " + database.literal(villain));
        database.execute("delete from journal where realm = " + TEST + " and seq > " + kept);
        database.execute("delete from batch where realm = " + TEST + " and last_seq > " + kept);
        // Other entries now have the positions of the deleted ones in the chain.
        running.register("second@example.com");
        running.register("third@example.com");

        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isTrue();
        List<String> lines = lines();
        assertThat(lines).hasSize(2);
        running.register("fourth@example.com");
        running.core.internals().signer().sign();
        running.core.internals().signer().forgetRuns();
        running.core.internals().signer().signAll();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(lines()).isEqualTo(lines);
        assertThat(running.verify().valid()).isFalse();
    }

    @Test
    void aForgeryBeforeTheFirstCheckpointIsNotSigned() throws Exception {
        fill();
        forgeActors(2, 3);
        running.register("later@example.com");
        running.core.internals().signer().sign();
        assertThat(running.core.isContradicted()).isTrue();
        assertInvalid(2);
    }

    @Test
    void aServerThatStartsWithoutCheckpointsChecksWhatItFinds() throws Exception {
        fill();
        forgeActors(2, 3);
        running.core.internals().signer().forgetRuns();
        running.core.internals().signer().signAll();
        assertThat(running.core.isContradicted()).isTrue();
        assertThat(file()).doesNotExist();
    }

    @Test
    void anEntryOfTheOldFormatAfterOneOfTheNewIsNotValid() throws Exception {
        fill();
        rewrite(entry -> {
            if (seq(entry) == 3) {
                byte[] older = java.util.Arrays.copyOf(entry, EntryFormat.macAt(entry));
                older[FORMAT_AT] = EntryFormat.UNBOUND;
                return older;
            }
            return entry;
        });
        assertInvalid(3);
    }

    @Test
    void linesThatContradictEachOtherAreBothNamed() throws Exception {
        fill();
        running.core.internals().signer().sign();
        String honest = lines().getLast();
        String[] fields = honest.split(" ", -1);
        fields[3] = "0".repeat(64);
        fields[fields.length - 2] = "another-key";
        Files.writeString(file(), honest + "\n" + String.join(" ", fields) + "\n");
        ChainVerification verification = running.verify();
        assertThat(verification.valid()).isFalse();
        assertThat(verification.reason())
                .contains("the last line of the checkpoint folder")
                .contains("contradict each other");
    }

    @Test
    void aCheckpointThatTheFolderLostIsMissed() throws Exception {
        for (int i = 0; i < 3; i++) {
            running.register("user-" + i + "@example.com");
            running.core.internals().signer().sign();
        }
        assertThat(running.verify().valid()).isTrue();
        List<String> lines = lines();
        assertThat(lines).hasSize(3);
        Files.writeString(file(), lines.get(0) + "\n" + lines.get(2) + "\n");
        assertThat(running.verify().reason()).contains("line 2 of the checkpoint folder does not follow line 1");
    }

    @Test
    void aCheckpointOfAnotherHashInTheDatabaseIsFound() throws Exception {
        fill();
        running.core.internals().signer().sign();
        byte[] other = new byte[32];
        try (Connection connection = database.connect();
                PreparedStatement update =
                        connection.prepareStatement("update checkpoint set head = ? where realm = " + TEST)) {
            update.setBytes(1, other);
            assertThat(update.executeUpdate()).isPositive();
        }
        assertThat(running.verify().valid()).isFalse();
    }

    @Test
    void eachCheckpointContinuesTheOneBefore() throws Exception {
        running.register("first@example.com");
        running.core.internals().signer().sign();
        running.core.internals().signer().sign();
        assertThat(lines()).hasSize(1);
        fill();
        running.core.internals().signer().forgetRuns();
        running.core.internals().signer().sign();
        running.core.internals().signer().signAll();
        assertThat(lines()).hasSize(2);
        assertThat(running.core.isContradicted()).isFalse();
        assertThat(running.verify().valid()).isTrue();
    }

    private void fill() {
        for (int i = 0; i < 5; i++) {
            running.register("user" + i + "@example.com");
        }
        assertThat(running.verify().valid()).isTrue();
    }

    private void assertInvalid(long firstBad) {
        ChainVerification verification = running.verify();
        assertThat(verification.valid()).isFalse();
        assertThat(verification.firstBad()).isEqualTo(firstBad);
    }

    private Path file() {
        return folder.resolve("checkpoints").resolve("realm-" + TEST + ".txt");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    /// Attributes entries to another actor, and recomputes the hashes from there to the end of the chain.
    private void forgeActors(long first, long last) throws SQLException {
        rewrite(entry -> {
            if (seq(entry) >= first && seq(entry) <= last) {
                ByteBuffer.wrap(entry)
                        .putLong(ACTOR_ID_AT, SOMEBODY_ELSE.getMostSignificantBits())
                        .putLong(ACTOR_ID_AT + 8, SOMEBODY_ELSE.getLeastSignificantBits());
            }
            return entry;
        });
    }

    private static long seq(byte[] entry) {
        return ByteBuffer.wrap(entry).getLong(9);
    }

    private interface Rewriting {
        byte[] entry(byte[] entry);
    }

    private record Row(long seq, byte[] entry) {}

    private void rewrite(Rewriting rewriting) throws SQLException {
        EntrySealer sealer = new EntrySealer();
        List<Row> rows = new ArrayList<>();
        try (Connection connection = database.connect()) {
            try (ResultSet found = connection
                    .createStatement()
                    .executeQuery("select seq, entry from journal where realm = " + TEST + " order by seq")) {
                while (found.next()) {
                    rows.add(new Row(found.getLong(1), found.getBytes(2)));
                }
            }
            byte[] head = sealer.origin(TEST);
            for (Row row : rows) {
                byte[] entry = rewriting.entry(row.entry());
                EntryFormat.Plain plain = sealer.format().read(entry);
                head = sealer.hash(head, entry);
                try (PreparedStatement update = connection.prepareStatement(
                        "update journal set entry = ?, hash = ?, actor = ? where realm = ? and seq = ?")) {
                    update.setBytes(1, entry);
                    update.setBytes(2, head);
                    update.setObject(3, database.parameter(plain.actor().id()));
                    update.setLong(4, TEST);
                    update.setLong(5, row.seq());
                    update.executeUpdate();
                }
            }
            try (PreparedStatement update = connection.prepareStatement("update batch set head = ? where realm = ? and"
                    + " no = (select max(no) from batch where realm = ?)")) {
                update.setBytes(1, head);
                update.setLong(2, TEST);
                update.setLong(3, TEST);
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
        }
    }
}
