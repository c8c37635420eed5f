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

/// Keeps the indexes for searches up to date. What is not indexed yet is looked at by every search, so
/// answers are right whether this runs or not; it makes them quick, and makes what an erased person left in
/// an index go.
public final class SearchIndexer implements Schedule.Chore {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// How many rounds later few changes are worth it too.
    private static final int WHOLLY_EVERY = 60;

    private static final int AT_ONCE = 500;

    private final TextIndex index;
    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final Set<Long> erased = ConcurrentHashMap.newKeySet();
    private int round;

    public SearchIndexer(TextIndex index) {
        this.index = index;
    }

    /// Something was committed; nobody waits for what follows from it.
    public void committed(RealmBatch work) {
        if (index.isFor(work.lastNumber())) {
            changed.add(work.realm.realm().id());
            if (work.people.erasedAnybody()) {
                erased.add(work.realm.realm().id());
            }
        }
    }

    /// Once a minute all that there is to do, else what commits here have left. What an earlier run left
    /// undone because it failed is found in the next whole one.
    @Override
    public Duration run() {
        if (round++ % WHOLLY_EVERY == 0) {
            whole();
        }
        for (long realm : taken(erased)) {
            catchUp(realm, true);
        }
        for (long realm : taken(changed)) {
            catchUp(realm, false);
        }
        return EVERY;
    }

    /// Every large realm, whatever it has been told of: other servers write too.
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

    /// A realm whose index cannot be read keeps no other from being indexed.
    private void catchUp(long realm, boolean wholly) {
        try {
            index.catchUp(realm, wholly, () -> !Thread.currentThread().isInterrupted());
        } catch (UnreadableException e) {
            Unreadable.report(realm, e);
        }
    }

    private static Set<Long> taken(Set<Long> realms) {
        Set<Long> taken = new HashSet<>(realms);
        realms.removeAll(taken);
        return taken;
    }
}
