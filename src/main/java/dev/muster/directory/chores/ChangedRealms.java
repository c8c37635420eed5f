package dev.muster.directory.chores;

import dev.muster.storage.ChoreLeaseStore;
import dev.muster.storage.ChoreLeaseStore.Changed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The realms that any server has changed since a task last looked. Lanes note the changes: each commit writes the row
/// of its batch, which has an index by time. So a task need not read idle realms.
///
/// A commit becomes visible some seconds after the time in its row, so each look also covers the two minutes before
/// the last one. The task then finds that most of these realms need nothing.
///
/// @param name the name of the task's lease, whose row holds the time of the last look
record ChangedRealms(ChoreLeaseStore storage, UUID server, String name) {
    private static final Duration OVERLAP = Duration.ofMinutes(2);
    private static final Instant FAR = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final int SLICE = 10_000;

    /// Handles some of the realms.
    interface Work {
        void on(List<Changed> realms) throws InterruptedException;
    }

    /// A look at the realms. It counts only after [#done].
    ///
    /// @param since realms that changed at this time or later need the task; null if all realms do, because the
    ///     task has never been done
    /// @param until realms that changed at this time or later are left to the next look
    record Look(@Nullable Instant since, Instant until, Instant at) {}

    /// @param settled how long ago a change must be; less than two minutes
    Look look(Duration settled) {
        Instant last = storage.progress(name);
        Instant now = storage.clock();
        // A clock that was set back gives changes times before the last look.
        Instant from = last.isAfter(now) ? now : last;
        // In a realm that was written before, entries keep the later time.
        Instant until = settled.isZero() ? FAR : now.minus(settled);
        return new Look(last.equals(Instant.EPOCH) ? null : from.minus(OVERLAP), until, now);
    }

    /// Passes the realms that have changed, slice by slice.
    void each(Look look, Work work) throws InterruptedException {
        Instant since = Objects.requireNonNull(look.since);
        List<Changed> slice;
        long after = -1;
        do {
            slice = storage.changed(since, look.until, after, SLICE);
            if (!slice.isEmpty()) {
                work.on(slice);
                after = slice.getLast().realm();
            }
        } while (slice.size() == SLICE);
    }

    /// Saves that everything that had changed by this look has been handled.
    void done(Look look) {
        storage.progress(name, server, look.at);
    }
}
