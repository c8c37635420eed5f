package dev.muster.directory.events;

import dev.muster.directory.journal.JournalCommit;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.storage.UserRow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Keeps a realm's latest commits in memory, so that readers at the head of its journal do not have to read and unseal
/// what was just written. Thread-safe.
final class RecentCommits {
    /// The maximum number of entries, not counting those of the last commit.
    private static final int MAX_ENTRIES = 256;

    /// The maximum age of commits. It is limited because a user may since have been erased on another server.
    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final Deque<TimedCommit> commits = new ArrayDeque<>();
    private int entries;

    private record TimedCommit(JournalCommit commit, long nanos) {
        int size() {
            return commit.entries().size();
        }
    }

    /// All entries after a position, up to the end of the last commit.
    ///
    /// @param users the users that the entries are about, as they were after the last commit
    /// @param nanos the time, by [System#nanoTime], of the earliest of the commits
    record Part(List<JournalEntry> entries, Map<UUID, UserRow> users, long nanos) {
        /// Whether `users` contains the users of all entries. An entry about a user need not change the user's
        /// row, so some may be missing.
        boolean hasAllUsers() {
            return entries.stream()
                    .map(JournalEntry::subject)
                    .allMatch(subject -> subject.type() != Event.Subject.Type.USER || users.containsKey(subject.id()));
        }
    }

    /// Adds a commit.
    ///
    /// @param lastSeq the end of the journal after the commit
    /// @param added what the commit added; null if that must be read from the database
    synchronized void add(long lastSeq, Supplier<@Nullable JournalCommit> added) {
        TimedCommit last = commits.peekLast();
        if (last != null && last.commit.last() == lastSeq) {
            return;
        }
        JournalCommit commit = added.get();
        if (commit == null || (last != null && last.commit.last() + 1 != commit.first())) {
            clear();
        }
        if (commit != null) {
            commits.add(new TimedCommit(commit, System.nanoTime()));
            entries += commit.entries().size();
        }
        while (entries > MAX_ENTRIES && commits.size() > 1) {
            entries -= commits.remove().size();
        }
    }

    /// Discards all commits.
    synchronized void clear() {
        commits.clear();
        entries = 0;
    }

    /// All entries after entry `seq`; null if there are none, or if not all of them are kept here.
    synchronized @Nullable Part after(long seq) {
        List<JournalEntry> after = new ArrayList<>();
        Map<UUID, UserRow> users = new HashMap<>();
        long oldest = 0;
        for (TimedCommit kept : commits) {
            if (kept.commit.last() <= seq) {
                continue;
            }
            if (after.isEmpty()) {
                oldest = kept.nanos;
                if (kept.commit.first() > seq + 1 || System.nanoTime() - oldest > MAX_AGE.toNanos()) {
                    return null;
                }
            }
            kept.commit.entries().stream().filter(entry -> entry.seq() > seq).forEach(after::add);
            kept.commit.users().forEach(user -> users.put(user.id(), user));
        }
        return after.isEmpty() ? null : new Part(after, users, oldest);
    }

    /// Discards commits that are too old to be read.
    synchronized void tidy() {
        while (!commits.isEmpty() && System.nanoTime() - commits.element().nanos > MAX_AGE.toNanos()) {
            entries -= commits.remove().size();
        }
    }
}
