package dev.muster.directory.events;

import dev.muster.directory.journal.JournalCommit;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Notifies listeners when a realm's journal has grown: immediately after a commit by this server, and within a second
/// of a commit by another server. It keeps the latest commits of realms that have listeners. Thread-safe.
public final class JournalHeads {
    /// How often [#tidy] is called.
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Function<Set<Long>, Map<Long, Long>> stored;
    private final ConcurrentHashMap<Long, WatchedRealm> realms = new ConcurrentHashMap<>();

    /// A realm with listeners.
    private static final class WatchedRealm {
        private final List<Registration> listeners = new CopyOnWriteArrayList<>();
        private final RecentCommits recent = new RecentCommits();
        private volatile @Nullable Rewind rewound;
        private long seen = -1;

        private synchronized void rewound(long lastSeq) {
            seen = Math.min(seen, lastSeq);
            recent.clear();
            Rewind before = rewound;
            rewound = new Rewind(lastSeq, before == null ? 1 : before.times + 1);
        }

        /// The last entry seen; -1 if none was.
        private synchronized long known() {
            return seen;
        }

        private synchronized long seen() {
            return seen < 0 ? Long.MAX_VALUE : seen;
        }

        /// @return whether the journal has grown since the last call
        private synchronized boolean sees(long lastSeq) {
            boolean grown = lastSeq > seen;
            seen = Math.max(seen, lastSeq);
            return grown;
        }
    }

    /// @param stored reads the last seq of each of the given realms from the database
    public JournalHeads(Function<Set<Long>, Map<Long, Long>> stored) {
        this.stored = stored;
    }

    /// A registered listener. Closing it removes it.
    public final class Registration implements AutoCloseable {
        private final long realm;
        private final Runnable onNews;

        private Registration(long realm, Runnable onNews) {
            this.realm = realm;
            this.onNews = onNews;
        }

        @Override
        public void close() {
            realms.computeIfPresent(realm, (_, watched) -> {
                watched.listeners.remove(this);
                return watched.listeners.isEmpty() ? null : watched;
            });
        }
    }

    /// Calls `onNews` whenever the realm's journal has grown, until the returned listener is closed. `onNews` must
    /// return quickly and must not throw, because a lane calls it after a commit. It may also be called if nothing
    /// is new.
    public Registration listen(long realm, Runnable onNews) {
        Registration listening = new Registration(realm, onNews);
        realms.compute(realm, (_, watched) -> {
            WatchedRealm made = watched == null ? new WatchedRealm() : watched;
            made.listeners.add(listening);
            return made;
        });
        return listening;
    }

    /// Records a commit by this server and notifies listeners. Call this after each commit.
    ///
    /// @param lastSeq the end of the realm's journal
    /// @param added what the commit added; null if that must be read from the database. It is called only for
    ///     realms with listeners
    public void committed(long realm, long lastSeq, Supplier<@Nullable JournalCommit> added) {
        WatchedRealm watched = realms.get(realm);
        if (watched != null) {
            watched.recent.add(lastSeq, added);
            found(realm, lastSeq);
        }
    }

    /// That a journal has lost its last entries.
    ///
    /// @param seq the last entry that was left
    /// @param times how many times this has happened
    record Rewind(long seq, int times) {}

    /// Records that a journal has lost its last entries, and notifies listeners, which continue after `lastSeq`.
    public void rewound(long realm, long lastSeq) {
        WatchedRealm watched = realms.get(realm);
        if (watched != null) {
            watched.rewound(lastSeq);
            watched.listeners.forEach(listening -> listening.onNews.run());
        }
    }

    /// The last time that a realm's journal lost entries while it had listeners; null if it never did.
    @Nullable
    Rewind rewound(long realm) {
        WatchedRealm watched = realms.get(realm);
        return watched == null ? null : watched.rewound;
    }

    private void found(long realm, long lastSeq) {
        WatchedRealm watched = realms.get(realm);
        if (watched != null && watched.sees(lastSeq)) {
            watched.listeners.forEach(listening -> listening.onNews.run());
        }
    }

    /// The entries that this server committed most recently, provided that they are all the entries after `seq` up
    /// to the end of a recent commit and are still kept; null otherwise.
    RecentCommits.@Nullable Part recent(long realm, long seq) {
        WatchedRealm watched = realms.get(realm);
        return watched == null ? null : watched.recent.after(seq);
    }

    /// Whether a realm's journal may have entries after `seq`. True while this is unknown.
    public boolean mayHaveAfter(long realm, long seq) {
        WatchedRealm watched = realms.get(realm);
        return watched == null || watched.seen() > seq;
    }

    /// Looks for commits by other servers, with one statement for all realms that have listeners.
    public void look() {
        // A journal that ends before an entry that was seen before the statement has lost entries.
        Map<Long, Long> before = new HashMap<>();
        realms.forEach((realm, watched) -> before.put(realm, watched.known()));
        if (!before.isEmpty()) {
            stored.apply(before.keySet()).forEach((realm, lastSeq) -> {
                if (lastSeq < before.getOrDefault(realm, -1L)) {
                    rewound(realm, lastSeq);
                } else {
                    found(realm, lastSeq);
                }
            });
        }
    }

    /// Discards commits that are too old to be read, so that realms without traffic do not use memory, and looks for
    /// commits by other servers if there can be any. Returns the time until the next call.
    public Duration tidy(boolean shared) {
        realms.values().forEach(each -> each.recent.tidy());
        if (shared) {
            look();
        }
        return INTERVAL;
    }
}
