package dev.muster.directory.lane;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.storage.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// The server's lanes. All requests for a realm go to the same lane, so they keep their order.
public final class Lanes implements AutoCloseable {
    private final List<Lane> lanes = new ArrayList<>();
    private final AtomicLong allBytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    public Lanes(
            int count,
            Database database,
            RealmKeys realmKeys,
            InstantSource clock,
            Supplier<UUID> txns,
            GroupCommit.Committed committed) {
        for (int i = 0; i < count; i++) {
            lanes.add(new Lane("lane-" + i, database, realmKeys, clock, txns, allBytes, committed));
        }
    }

    public boolean offer(PendingWrite pending) {
        int lane = (int) Math.floorMod(pending.request.realm(), (long) lanes.size());
        boolean taken = lanes.get(lane).queue.offer(pending);
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    /// The number of requests that are queued.
    public int depth() {
        return lanes.stream().mapToInt(lane -> lane.queue.depth()).sum();
    }

    /// The total size of the queued requests, in bytes.
    public long bytes() {
        return allBytes.get();
    }

    /// The number of requests that were refused because their queue was full.
    public long refused() {
        return refused.sum();
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }
}
