package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/// The server's lanes. A realm's requests all go to the same one, so they keep their order.
final class Lanes implements AutoCloseable {
    private final List<Lane> lanes = new ArrayList<>();

    Lanes(int count, Database database, Vault vault, Supplier<UUID> txns, GroupCommit.Committed committed) {
        AtomicLong allBytes = new AtomicLong();
        for (int i = 0; i < count; i++) {
            lanes.add(new Lane("lane-" + i, database, vault, txns, allBytes, committed));
        }
    }

    boolean offer(Ticket ticket) {
        int lane = (int) Math.floorMod(ticket.request.realm(), (long) lanes.size());
        return lanes.get(lane).offer(ticket);
    }

    /// Does something with a lane's store between two batches, where a write must not meet another. The result fails
    /// with what the chore threw.
    <T> CompletableFuture<T> chore(Function<LaneStore, T> chore) {
        CompletableFuture<T> done = new CompletableFuture<>();
        boolean taken = lanes.getFirst().chore(store -> {
            try {
                done.complete(chore.apply(store));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
                throw e;
            }
        });
        if (!taken) {
            done.completeExceptionally(new IllegalStateException("the lanes are closed"));
        }
        return done;
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
