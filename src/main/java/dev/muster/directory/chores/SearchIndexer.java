package dev.muster.directory.chores;

import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.model.UnreadableException;
import dev.muster.storage.search.TextIndex;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps the search indexes up to date. Searches scan what is not indexed yet, so their results are correct even
/// without this chore. It makes searches fast and removes erased people from the index.
public final class SearchIndexer implements Schedule.Chore {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// The number of rounds per full run.
    private static final int FULL_RUN_EVERY = 60;

    private static final int AT_ONCE = 500;

    private final TextIndex index;
    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final Set<Long> erased = ConcurrentHashMap.newKeySet();
    private int round;

    public SearchIndexer(TextIndex index) {
        this.index = index;
    }

    /// Records which realms to index after a commit.
    public void committed(RealmBatch work) {
        if (index.isFor(work.lastNumber())) {
            changed.add(work.realm.realm().id());
            if (work.people.erasedAnybody()) {
                erased.add(work.realm.realm().id());
            }
        }
    }

    /// Indexes everything once a minute, and otherwise only what commits on this server have changed. After a
    /// failure, the next full run tries again.
    @Override
    public Duration run() {
        if (round++ % FULL_RUN_EVERY == 0) {
            whole();
        }
        for (long realm : drained(erased)) {
            catchUp(realm, true);
        }
        for (long realm : drained(changed)) {
            catchUp(realm, false);
        }
        return EVERY;
    }

    /// Indexes every large realm, because other servers also write to them.
    public void whole() {
        long after = -1;
        List<Long> realms;
        do {
            realms = index.realms(after, AT_ONCE);
            for (long realm : realms) {
                catchUp(realm, true);
                after = realm;
            }
        } while (realms.size() == AT_ONCE);
    }

    /// Indexes a realm. A realm that cannot be read does not prevent the others from being indexed.
    private void catchUp(long realm, boolean wholly) {
        try {
            index.catchUp(realm, wholly, () -> !Thread.currentThread().isInterrupted());
        } catch (UnreadableException e) {
            Unreadable.report(realm, e);
        }
    }

    private static Set<Long> drained(Set<Long> realms) {
        Set<Long> drained = new HashSet<>(realms);
        realms.removeAll(drained);
        return drained;
    }
}
