package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.LaneStore;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out requests in groups, each group in one transaction: lock, load, decide, save, commit, and only
/// then answer. Batching is invisible: whatever the division into groups, and however often one fails and is
/// run again, replies, rows and journal bytes are those of one request a transaction.
///
/// Belongs to one lane's thread.
public final class GroupCommit {
    /// What a lane does with its store once something was committed, and whom it tells.
    public interface Committed {
        /// After every commit: the realms' work that is durable now.
        void committed(List<RealmBatch> works, int requests, Duration took);
    }

    /// How long a group is tried again while storage is away, counted from its first attempt.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final LaneStore store;
    private final RealmKeys realmKeys;
    private final Supplier<UUID> txns;
    private final Supplier<Instant> clock;
    private final Committed committed;
    private final EntrySealer sealer = new EntrySealer();
    private long noRoomToldNanos = System.nanoTime() - StorageFailures.ROOM_AFTER.toNanos();

    /// @param txns draws a random id for each attempt
    /// @param clock says what time it is, once a transaction has its locks
    public GroupCommit(
            LaneStore store, RealmKeys realmKeys, Supplier<UUID> txns, Supplier<Instant> clock, Committed committed) {
        this.store = store;
        this.realmKeys = realmKeys;
        this.txns = txns;
        this.clock = clock;
        this.committed = committed;
    }

    /// Answers every one of `pendingWrites`, which have been taken and stand in order of arrival within their
    /// realms.
    public void run(List<PendingWrite> pendingWrites) {
        run(pendingWrites, System.nanoTime() + PATIENCE.toNanos());
    }

    private void run(List<PendingWrite> pendingWrites, long deadline) {
        List<PendingWrite> left = pendingWrites;
        boolean wait = false;
        boolean roomMade = false;
        while (!left.isEmpty()) {
            if (store.isTight()) {
                left = urgentOf(left);
            }
            Attempt attempt = new Attempt(store, realmKeys, sealer, clock, committed, txns.get(), left, wait);
            try {
                attempt.prepare();
                attempt.commit();
            } catch (StorageException e) {
                if (e.kind() == StorageException.Kind.FULL && !roomMade) {
                    // The reserve was given up for what is urgent; or there is none, and the WAL is written back.
                    roomMade = true;
                    noRoom(e);
                    store.noRoom();
                    rollback();
                    left = urgentOf(left);
                    continue;
                }
                left = settle(attempt, e, left, deadline);
                wait = true;
                continue;
            } catch (RuntimeException | Error e) {
                // Not storage and not a request alone: what cannot be told apart is found by halving.
                rollback();
                halve(left, e, deadline);
                return;
            }
            attempt.answer();
            left = attempt.leftOut;
            // Realms that another server has locked: the next time, stand in line for them.
            wait = attempt.answered() == 0;
            if (!left.isEmpty() && System.nanoTime() > deadline) {
                left = answerAll(left, new Refusal.Busy(StorageFailures.RETRY_AFTER));
            }
        }
    }

    /// Deals with a failed attempt, and gives the requests that are still to be carried out.
    private List<PendingWrite> settle(
            Attempt attempt, StorageException e, List<PendingWrite> pendingWrites, long deadline) {
        boolean late = System.nanoTime() > deadline;
        return switch (e.kind()) {
            case CONFLICT -> {
                rollback();
                yield late ? answerAll(pendingWrites, new Refusal.Busy(StorageFailures.RETRY_AFTER)) : pendingWrites;
            }
            case STATEMENT -> {
                rollback();
                halve(pendingWrites, e, deadline);
                yield List.of();
            }
            case FULL -> {
                noRoom(e);
                store.noRoom();
                rollback();
                yield answerAll(pendingWrites, new Refusal.StorageFull(StorageFailures.ROOM_AFTER));
            }
            case UNREACHABLE ->
                attempt.committing ? findOut(attempt, pendingWrites, deadline) : comeBack(pendingWrites, deadline);
            case FATAL -> {
                LOG.error("storage cannot be trusted any more; ending at once", e);
                // The log is written by another thread, which has to reach this line.
                LockSupport.parkNanos(LAST_WORDS.toNanos());
                Runtime.getRuntime().halt(70);
                yield List.of();
            }
        };
    }

    /// Refuses those that are not urgent, for want of room, and gives the others. What is only rehearsed needs
    /// none.
    private static List<PendingWrite> urgentOf(List<PendingWrite> pendingWrites) {
        List<PendingWrite> urgent = new ArrayList<>(pendingWrites.size());
        for (PendingWrite pending : pendingWrites) {
            boolean preview = pending.request.dryRun() && pending.request.proof() == null;
            if (preview || pending.request.write().isUrgent()) {
                urgent.add(pending);
            } else {
                pending.answer(refused(new Refusal.StorageFull(StorageFailures.ROOM_AFTER)));
            }
        }
        return urgent;
    }

    /// Told now and then only: clients ask on, and the log may be on the same disk.
    private void noRoom(StorageException e) {
        long now = System.nanoTime();
        if (now - noRoomToldNanos > StorageFailures.ROOM_AFTER.toNanos()) {
            noRoomToldNanos = now;
            LOG.error("no room to write: {}; writes are refused until there is", e.getMessage());
        }
    }

    /// A request that alone brings a fault about is answered with it; its neighbours run again without it.
    private void halve(List<PendingWrite> pendingWrites, Throwable why, long deadline) {
        if (pendingWrites.size() == 1) {
            pendingWrites.getFirst().answer(new PendingWrite.Answer.Failed(why));
            return;
        }
        int middle = pendingWrites.size() / 2;
        long more = Math.max(deadline, System.nanoTime() + PATIENCE.toNanos() / 2);
        run(pendingWrites.subList(0, middle), more);
        run(pendingWrites.subList(middle, pendingWrites.size()), more);
    }

    /// The connection broke before the commit: nothing was done.
    private List<PendingWrite> comeBack(List<PendingWrite> pendingWrites, long deadline) {
        if (System.nanoTime() > deadline) {
            // The process itself stood still, or storage takes too long each time. What comes next needs a connection.
            reconnectIfPossible();
        }
        while (System.nanoTime() < deadline) {
            try {
                store.reconnect();
                return pendingWrites;
            } catch (StorageException e) {
                pause();
            }
        }
        return answerAll(pendingWrites, new Refusal.Busy(StorageFailures.RETRY_AFTER));
    }

    /// The answer to a commit was lost. Locking the realms waits until the old connection's transaction has
    /// committed or rolled back. Then the batch is found by its `txn` if it was committed, and otherwise not.
    private List<PendingWrite> findOut(Attempt attempt, List<PendingWrite> pendingWrites, long deadline) {
        long patience = Math.max(deadline, System.nanoTime() + 2 * PATIENCE.toNanos());
        while (System.nanoTime() < patience) {
            try {
                store.reconnect();
                BatchRow sent = attempt.batch.batches.getFirst();
                boolean locked = store.lock(attempt.realms(), true).containsAll(attempt.realms());
                UUID found = locked ? store.txn(sent.realm(), sent.no()) : null;
                boolean takenAway = locked && found == null && isPast(sent);
                rollback();
                if (locked && attempt.txn.equals(found)) {
                    attempt.answer();
                    return attempt.leftOut;
                }
                if (takenAway) {
                    break;
                }
                if (locked) {
                    return pendingWrites;
                }
            } catch (StorageException e) {
                LOG.warn("looking for the outcome of a commit: {}", e.getMessage());
                pause();
            }
        }
        answerAll(attempt.leftOut, new Refusal.Busy(StorageFailures.RETRY_AFTER));
        attempt.answers.keySet().forEach(pending -> pending.answer(refused(new Refusal.OutcomeUnknown())));
        return List.of();
    }

    /// Whether the realm is already past the number of a batch that was not found. Only the last batches are
    /// kept, so another server may have written enough meanwhile for it to be deleted, and its outcome is
    /// unknown.
    private boolean isPast(BatchRow sent) {
        return store.present(List.of(sent.realm())).getFirst().no() >= sent.no();
    }

    private void rollback() {
        try {
            store.rollback();
        } catch (StorageException e) {
            LOG.warn("rolling back: {}", e.getMessage());
            reconnectIfPossible();
        }
    }

    /// Where it is not, the next attempt finds the connection gone and waits for storage to come back.
    private void reconnectIfPossible() {
        try {
            store.reconnect();
        } catch (StorageException e) {
            LOG.warn("connecting again: {}", e.getMessage());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static PendingWrite.Answer refused(Refusal refusal) {
        return new PendingWrite.Answer.Judged(Result.refused(refusal));
    }

    /// Gives what is left to be carried out of them: nothing.
    private static List<PendingWrite> answerAll(List<PendingWrite> pendingWrites, Refusal refusal) {
        pendingWrites.forEach(pending -> pending.answer(refused(refusal)));
        return List.of();
    }
}
