package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.EventQuery;
import dev.muster.directory.events.EventSubscription;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.JournalCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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
        assertThat(Rewinding.change(entry, "seq")).isEqualTo(lost.seq() + " to " + kept.seq());
        assertThat(Rewinding.change(entry, "head")).isEqualTo(lost.head() + " to " + kept.head());
        assertThat(running.verify().valid()).isTrue();
    }

    /// Otherwise it would skip as many new events as were lost.
    @Test
    void aStreamContinuesAfterTheEntriesThatWereLeft() throws Exception {
        Semaphore news = new Semaphore(0);
        EventQuery query = new EventQuery(0L, EventTypes.ALL, Payload.THIN);
        try (EventSubscription stream =
                Running.ok(running.core.events().subscribe(Running.ADMIN, TEST, query, news::release))) {
            running.register("kept@example.com");
            Journal.Head kept = Rewinding.head(running);
            UUID user = running.register("lost@example.com");
            running.register("lost-too@example.com");
            Journal.Head lost = Rewinding.head(running);
            readUntil(stream, news, event -> event.seq() == lost.seq());
            Rewinding.rewind(database, kept, user);
            database.execute("delete from users where realm = " + TEST + " and number > 1");
            running.register("next@example.com");
            PublishedEvent rewound =
                    readUntil(stream, news, event -> event.type().equals("journal.rewound"));
            assertThat(rewound.seq())
                    .isEqualTo(Rewinding.entries(running).getFirst().seq());
        }
    }

    private static PublishedEvent readUntil(EventSubscription stream, Semaphore news, Predicate<PublishedEvent> wanted)
            throws InterruptedException {
        while (true) {
            long before = stream.position();
            for (PublishedEvent event : Running.ok(stream.next())) {
                if (wanted.test(event)) {
                    return event;
                }
            }
            if (stream.position() == before) {
                assertThat(news.tryAcquire(60, TimeUnit.SECONDS)).as("news").isTrue();
                news.drainPermits();
            }
        }
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
