package dev.muster.directory.lane;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A platform thread with its own connection that executes the writes in its queue, one group at a time. On each
/// server, a realm always uses the same lane.
public final class Lane implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    public final WriteQueue queue;
    private final LaneStore store;
    private final GroupCommit groups;
    private final Thread thread;

    public Lane(
            String name,
            Database database,
            RealmKeys realmKeys,
            InstantSource clock,
            Supplier<UUID> txns,
            AtomicLong allBytes,
            GroupCommit.Committed committed) {
        queue = new WriteQueue(allBytes);
        store = database.lane();
        groups = new GroupCommit(store, realmKeys, txns, () -> store.clock(clock), committed);
        thread = Thread.ofPlatform().name(name).start(this::work);
    }

    private void work() {
        while (!queue.isDone()) {
            try {
                List<PendingWrite> pendingWrites = queue.take(IDLE);
                if (pendingWrites.isEmpty()) {
                    groups.idle();
                } else {
                    carryOut(pendingWrites);
                }
            } catch (InterruptedException e) {
                // Only close() ends a lane, and it does not interrupt the thread, so that accepted writes are executed.
                LOG.warn("a lane was interrupted; it continues");
            }
        }
        store.close();
    }

    private void carryOut(List<PendingWrite> pendingWrites) {
        try {
            groups.run(pendingWrites);
        } catch (RuntimeException | Error e) {
            LOG.error("a group of {} requests failed outside of storage", pendingWrites.size(), e);
            pendingWrites.forEach(pending -> pending.complete(new PendingWrite.WriteOutcome.Failed(e)));
        }
    }

    /// Executes the queued writes, and then stops.
    @Override
    public void close() {
        queue.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
