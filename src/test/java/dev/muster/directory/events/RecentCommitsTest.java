package dev.muster.directory.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalCommit;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Which entries are kept after which commits.
final class RecentCommitsTest {
    private final RecentCommits commits = new RecentCommits();

    private void commit(long first, long last) {
        List<JournalEntry> entries = LongStream.rangeClosed(first, last)
                .mapToObj(RecentCommitsTest::entry)
                .toList();
        commits.add(last, () -> new JournalCommit(entries, List.of()));
    }

    private static JournalEntry entry(long seq) {
        return new JournalEntry(
                seq,
                Instant.EPOCH,
                new ActorRef(ActorRef.Kind.ROOT, new UUID(0, 0)),
                null,
                "rest",
                "",
                null,
                "user.updated",
                new Event.Subject(Event.Subject.Type.USER, new UUID(1, 1)),
                null,
                null,
                null,
                Changes.NONE,
                null,
                true,
                "");
    }

    private List<Long> after(long seq) {
        RecentCommits.Part part = commits.after(seq);
        return part == null
                ? null
                : part.entries().stream().map(JournalEntry::seq).toList();
    }

    @Test
    void allEntriesAfterAPositionAreReturned() {
        commit(5, 6);
        commit(7, 7);
        assertThat(after(4)).containsExactly(5L, 6L, 7L);
        assertThat(after(5)).containsExactly(6L, 7L);
        assertThat(after(6)).containsExactly(7L);
    }

    @Test
    void thereIsNoPartWithoutNewEntriesOrWithMissingOnes() {
        assertThat(after(0)).isNull();
        commit(5, 6);
        assertThat(after(6)).isNull();
        assertThat(after(3)).isNull();
    }

    /// Another server wrote entry 7.
    @Test
    void aGapDiscardsTheCommitsBeforeIt() {
        commit(5, 6);
        commit(8, 9);
        assertThat(after(4)).isNull();
        assertThat(after(6)).isNull();
        assertThat(after(7)).containsExactly(8L, 9L);
    }

    /// A database that was restored to an earlier state continues with lower numbers.
    @Test
    void lowerNumbersDiscardTheCommitsBeforeThem() {
        commit(5, 9);
        commit(6, 6);
        assertThat(after(5)).containsExactly(6L);
        assertThat(after(6)).isNull();
    }

    @Test
    void aCommitWhoseEntriesMustBeReadDiscardsAll() {
        commit(5, 6);
        commits.add(7, () -> null);
        assertThat(after(4)).isNull();
        assertThat(after(6)).isNull();
    }

    /// Such as one that only refused requests.
    @Test
    void aTransactionWithoutEntriesChangesNothing() {
        commit(5, 6);
        commits.add(6, () -> null);
        assertThat(after(4)).containsExactly(5L, 6L);
    }

    @Test
    void theOldestCommitsAreDiscarded() {
        for (int i = 1; i <= 1_000; i++) {
            commit(i, i);
        }
        assertThat(after(700)).isNull();
        assertThat(after(990)).hasSize(10);
    }

    @Test
    void entriesWithoutTheirUserAreRecognised() {
        commit(5, 6);
        assertThat(commits.after(4).hasAllUsers()).isFalse();
    }
}
