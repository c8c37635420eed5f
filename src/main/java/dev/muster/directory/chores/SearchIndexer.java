package dev.muster.directory.chores;

import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.model.UnreadableException;
import dev.muster.storage.ChoreLeaseStore.Changed;
import dev.muster.storage.search.TextIndex;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps the search indexes up to date. Searches scan what is not indexed yet, so their results are correct even
/// without this chore. It makes searches fast and removes erased people from the index.
public final class SearchIndexer implements Schedule.Chore {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /// The number of rounds per full run.
    private static final int ROUNDS_PER_FULL_RUN = 60;

    private static final int PAGE_SIZE = 500;

    private final TextIndex index;
    private final ChoreLeases leases;
    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final Set<Long> erased = ConcurrentHashMap.newKeySet();

    /// The realms to index wholly at the next full run: on an embedded database all that have changed, otherwise
    /// those that could not be indexed.
    private final Set<Long> later = ConcurrentHashMap.newKeySet();

    private int round;
    private boolean begun;
    private boolean heldLease;

    /// @param leases say whether this server also indexes what other servers have left
    public SearchIndexer(TextIndex index, ChoreLeases leases) {
        this.index = index;
        this.leases = leases;
    }

    /// Records which realms to index after a commit.
    public void committed(RealmBatch work) {
        if (index.isFor(work.lastNumber())) {
            long realm = work.realm.realm().id();
            changed.add(realm);
            if (work.people.erasedAnybody()) {
                erased.add(realm);
            }
            if (!leases.areNeeded()) {
                later.add(realm);
            }
        }
    }

    /// Indexes, once a minute, all that has changed since the last time, and otherwise what commits on this server
    /// have changed. After a failure, the next full run tries again.
    @Override
    public Duration run() throws InterruptedException {
        boolean hasLease = leases.holds(SharedChore.SEARCH_INDEX);
        if (round++ % ROUNDS_PER_FULL_RUN == 0 || (hasLease && !heldLease)) {
            full(hasLease);
        }
        heldLease = hasLease;
        catchUp(drained(erased), true);
        catchUp(drained(changed), false);
        return INTERVAL;
    }

    private void full(boolean hasLease) throws InterruptedException {
        catchUp(drained(later), true);
        if (!leases.areNeeded() && !begun) {
            whole();
            begun = true;
        } else if (leases.areNeeded() && hasLease) {
            ChangedRealms changes = leases.changed(SharedChore.SEARCH_INDEX);
            ChangedRealms.Scan scan = changes.scan(Duration.ZERO);
            if (scan.since() == null) {
                whole();
            } else {
                changes.each(
                        scan,
                        realms -> catchUp(
                                realms.stream()
                                        .filter(realm -> index.isFor(realm.number()))
                                        .map(Changed::realm)
                                        .toList(),
                                true));
            }
            if (!Thread.currentThread().isInterrupted()) {
                changes.done(scan);
            }
        }
    }

    /// Indexes every large realm.
    public void whole() {
        long after = -1;
        List<Long> realms;
        do {
            realms = index.realms(after, PAGE_SIZE);
            catchUp(realms, true);
            after = realms.isEmpty() ? after : realms.getLast();
        } while (realms.size() == PAGE_SIZE);
    }

    /// Indexes realms. One that cannot be indexed does not prevent the others from being indexed.
    ///
    /// @throws RuntimeException the first failure; the next full run tries these realms again
    private void catchUp(Collection<Long> realms, boolean wholly) {
        RuntimeException first = null;
        for (long realm : realms) {
            try {
                index.catchUp(realm, wholly, () -> !Thread.currentThread().isInterrupted());
            } catch (UnreadableException e) {
                Unreadable.report(realm, e);
            } catch (RuntimeException e) {
                later.add(realm);
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static Set<Long> drained(Set<Long> realms) {
        Set<Long> drained = new HashSet<>(realms);
        realms.removeAll(drained);
        return drained;
    }
}
