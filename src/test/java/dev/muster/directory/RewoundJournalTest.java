package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.JournalCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes.FieldChange;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A database that has lost committed entries is noticed, and the journal records it.
final class RewoundJournalTest extends OnBothRunning {
    @Test
    void aLostEndIsNoticedAtTheNextWriteAndRecordedOnce() throws Exception {
        running.register("kept@example.com");
        Journal.Head kept = Rewinding.head(running);
        UUID user = running.register("lost@example.com");
        Journal.Head lost = Rewinding.head(running);
        Rewinding.rewind(database, kept, user);
        running.register("next@example.com");
        eventually(() -> Rewinding.entries(running).size() == 1);
        running.register("later@example.com");

        assertThat(running.core.rewoundJournals()).isEqualTo(1);
        JournalEntry entry = Rewinding.entries(running).getFirst();
        assertThat(entry.actor()).isEqualTo(ActorRef.SYSTEM);
        assertThat(entry.changes().byField())
                .containsEntry("seq", new FieldChange(lost.seq(), kept.seq()))
                .containsEntry("head", new FieldChange(lost.Rewinding.head(running), kept.Rewinding.head(running)));
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void onlyTheSystemRecordsIt() {
        assertThat(Running.no(running.executeIn(TEST, new JournalCommand.NoteRewind(9, "", 8, ""))))
                .isEqualTo(new Refusal.Forbidden("system"));
    }

    @Test
    void verificationNamesTheCheckpointsThatContradict() throws Exception {
        running.register("kept@example.com");
        Journal.Head kept = Rewinding.head(running);
        UUID user = running.register("lost@example.com");
        Journal.Head lost = Rewinding.head(running);
        running.core.internals().signer().sign();
        Rewinding.rewind(database, kept, user);
        running.register("next@example.com");
        eventually(() -> Rewinding.entries(running).size() == 1);

        ChainVerification found = running.verify();
        assertThat(found.firstBad()).isEqualTo(lost.seq());
        assertThat(found.reason())
                .contains(" These checkpoints contradict the journal: line 1 of the checkpoint folder (entry "
                        + lost.seq() + ", signed ")
                .contains(", a checkpoint in the database (entry " + lost.seq() + ", signed ")
                .endsWith(" Entry " + Rewinding.entries(running).getFirst().seq()
                        + " (journal.rewound) records which entries the database had lost.");
    }
}
