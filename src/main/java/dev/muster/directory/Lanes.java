package dev.muster.directory;

import dev.muster.storage.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// The server's lanes. A realm's requests all go to the same one, so they keep their order.
final class Lanes implements AutoCloseable {
    private final List<Lane> lanes = new ArrayList<>();

    Lanes(
            int count,
            Database database,
            Vault vault,
            InstantSource clock,
            Supplier<UUID> txns,
            GroupCommit.Committed committed) {
        AtomicLong allBytes = new AtomicLong();
        for (int i = 0; i < count; i++) {
            lanes.add(new Lane("lane-" + i, database, vault, clock, txns, allBytes, committed));
        }
    }

    boolean offer(Ticket ticket) {
        int lane = (int) Math.floorMod(ticket.request.realm(), (long) lanes.size());
        return lanes.get(lane).offer(ticket);
    }

    /// How many requests wait.
    int depth() {
        return lanes.stream().mapToInt(Lane::depth).sum();
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }
}
