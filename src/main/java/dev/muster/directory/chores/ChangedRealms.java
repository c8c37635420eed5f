package dev.muster.directory.chores;

import dev.muster.storage.ChoreLeaseStore;
import dev.muster.storage.ChoreLeaseStore.Changed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The realms that any server has changed since the last scan of a task. Lanes note the changes: each commit writes the
/// row of its batch, which has an index by time. So a task need not read idle realms.
///
/// A commit becomes visible some seconds after the time in its row, so each scan also covers the two minutes before
/// the last one. The task then finds that most of these realms need nothing.
///
/// @param name the name of the task's lease, whose row holds the time of the last scan
record ChangedRealms(ChoreLeaseStore storage, UUID server, String name) {
    private static final Duration OVERLAP = Duration.ofMinutes(2);
    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final int SLICE = 10_000;

    /// Handles some of the realms.
    interface Work {
        void on(List<Changed> realms) throws InterruptedException;
    }

    /// A scan of the realms. It counts only after [#done].
    ///
    /// @param since realms that changed at this time or later need the task; null if all realms do, because the
    ///     task has never been done
    /// @param until realms that changed at this time or later are left to the next scan
    record Scan(@Nullable Instant since, Instant until, Instant at) {}

    /// @param settled how long ago a change must be; less than two minutes
    Scan scan(Duration settled) {
        Instant last = storage.progress(name);
        Instant now = storage.clock();
        // A clock that was set back gives changes times before the last scan.
        Instant from = last.isAfter(now) ? now : last;
        // In a realm that was written before, entries keep the later time.
        Instant until = settled.isZero() ? NEVER : now.minus(settled);
        return new Scan(last.equals(Instant.EPOCH) ? null : from.minus(OVERLAP), until, now);
    }

    /// Passes the realms that have changed, slice by slice.
    void each(Scan scan, Work work) throws InterruptedException {
        Instant since = Objects.requireNonNull(scan.since);
        List<Changed> slice;
        long after = -1;
        do {
            slice = storage.changed(since, scan.until, after, SLICE);
            if (!slice.isEmpty()) {
                work.on(slice);
                after = slice.getLast().realm();
            }
        } while (slice.size() == SLICE);
    }

    /// Saves that everything that had changed by this scan has been handled.
    void done(Scan scan) {
        storage.progress(name, server, scan.at);
    }
}
