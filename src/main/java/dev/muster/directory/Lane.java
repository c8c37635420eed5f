package dev.muster.directory;

import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One platform thread with a connection of its own, which carries out what waits in its backlog, a group at a time.
/// A realm always waits in the same lane of a server.
final class Lane implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final Backlog backlog;
    private final LaneStore store;
    private final GroupCommit groups;
    private final Thread thread;

    Lane(
            String name,
            Database database,
            Vault vault,
            Supplier<UUID> txns,
            AtomicLong allBytes,
            GroupCommit.Committed committed) {
        backlog = new Backlog(allBytes);
        store = database.lane();
        groups = new GroupCommit(store, vault, txns, store::clock, committed);
        thread = Thread.ofPlatform().name(name).start(this::work);
    }

    boolean offer(Ticket ticket) {
        return backlog.offer(ticket);
    }

    boolean chore(Consumer<LaneStore> chore) {
        return backlog.chore(chore);
    }

    int depth() {
        return backlog.depth();
    }

    private void work() {
        while (!backlog.isDone()) {
            try {
                Backlog.Turn turn = backlog.take(IDLE);
                if (!turn.tickets().isEmpty()) {
                    carryOut(turn);
                }
                turn.chores().forEach(this::carryOut);
            } catch (InterruptedException e) {
                // Only close() ends a lane, and it does not interrupt: what was accepted is carried out.
                LOG.warn("a lane was interrupted and goes on");
            }
        }
        store.close();
    }

    private void carryOut(Backlog.Turn turn) {
        try {
            groups.run(turn.tickets());
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "a group of {} requests failed outside of storage",
                    turn.tickets().size(),
                    e);
            turn.tickets().forEach(ticket -> ticket.answer(new Ticket.Answer.Failed(e)));
        }
    }

    private void carryOut(Consumer<LaneStore> chore) {
        try {
            chore.accept(store);
        } catch (RuntimeException e) {
            LOG.warn("upkeep: {}", e.getMessage());
            try {
                store.rollback();
            } catch (RuntimeException again) {
                store.reconnect();
            }
        }
    }

    /// Carries out what waits, and ends.
    @Override
    public void close() {
        backlog.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
