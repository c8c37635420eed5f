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

/// Executes requests in groups, each group in one transaction: lock, load, decide, save, commit, and only then respond.
/// Batching is invisible: however requests are grouped, and however often a group is retried, the replies, rows and
/// journal bytes are the same as with one request per transaction.
///
/// Confined to the thread of one lane.
public final class GroupCommit {
    /// Observes commits.
    public interface Committed {
        /// Called after every commit, and after a transaction that had nothing to write. At this point, all
        /// effects of `works` are durable.
        void committed(List<RealmBatch> works, int requests, Duration took);

        /// Called when a journal has lost what this server committed. Must return quickly.
        default void rewound(JournalRewind rewind) {}
    }

    /// How long a group is retried while storage is unreachable, counted from its first attempt.
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// How often an idle connection is checked.
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

    private static final Duration LOG_FLUSH = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final LaneStore store;
    private final RealmKeys realmKeys;
    private final Supplier<UUID> txns;
    private final Supplier<Instant> clock;
    private final Committed committed;
    private final EntrySealer sealer = new EntrySealer();
    private final CommittedBatches earlier;
    private long probedNanos = System.nanoTime();
    private long noRoomLoggedNanos = System.nanoTime() - StorageFailures.RETRY_WHEN_FULL.toNanos();

    /// @param txns generates a random id for each attempt
    /// @param clock returns the time of a transaction; called once the transaction has its locks
    public GroupCommit(
            LaneStore store, RealmKeys realmKeys, Supplier<UUID> txns, Supplier<Instant> clock, Committed committed) {
        this.store = store;
        this.realmKeys = realmKeys;
        this.txns = txns;
        this.clock = clock;
        this.committed = committed;
        this.earlier = new CommittedBatches(committed::rewound);
    }

    /// Answers all `pendingWrites`. They must already have been taken, and must be in order of arrival within their
    /// realms.
    public void run(List<PendingWrite> pendingWrites) {
        run(pendingWrites, System.nanoTime() + TIMEOUT.toNanos());
    }

    private void run(List<PendingWrite> pendingWrites, long deadline) {
        List<PendingWrite> left = pendingWrites;
        boolean wait = false;
        boolean roomMade = false;
        while (!left.isEmpty()) {
            if (store.isTight()) {
                left = urgentOf(left);
            }
            Attempt attempt = new Attempt(store, realmKeys, sealer, clock, committed, earlier, txns.get(), left, wait);
            try {
                earlier.compare(store);
                attempt.prepare();
                attempt.commit();
            } catch (StorageException e) {
                if (e.kind() == StorageException.Kind.FULL && !roomMade) {
                    // Retry the urgent writes. The reserved space was released for them or, if there is none, the WAL
                    // was written back.
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
                // Storage did not fail, and it is not known which request did, so it is found by bisection.
                rollback();
                halve(left, e, deadline);
                return;
            }
            attempt.answer();
            left = attempt.leftOut;
            // If only realms locked by another server are left, wait for their locks next time.
            wait = attempt.answered() == 0;
            if (!left.isEmpty() && System.nanoTime() > deadline) {
                left = completeAll(left, new Refusal.Busy(StorageFailures.RETRY_AFTER));
            }
        }
    }

    /// Handles a failed attempt, and returns the requests that must still be executed.
    private List<PendingWrite> settle(
            Attempt attempt, StorageException e, List<PendingWrite> pendingWrites, long deadline) {
        boolean late = System.nanoTime() > deadline;
        return switch (e.kind()) {
            case CONFLICT -> {
                rollback();
                yield late ? completeAll(pendingWrites, new Refusal.Busy(StorageFailures.RETRY_AFTER)) : pendingWrites;
            }
            case STATEMENT, DUPLICATE -> {
                rollback();
                halve(pendingWrites, e, deadline);
                yield List.of();
            }
            case FULL -> {
                noRoom(e);
                store.noRoom();
                rollback();
                yield completeAll(pendingWrites, new Refusal.StorageFull(StorageFailures.RETRY_WHEN_FULL));
            }
            case UNREACHABLE ->
                attempt.committing
                        ? findOutcome(attempt, pendingWrites, deadline)
                        : reconnectUntil(pendingWrites, deadline);
            case FATAL -> {
                LOG.error("storage can no longer be trusted; exiting immediately", e);
                // Give the logging thread time to write this message.
                LockSupport.parkNanos(LOG_FLUSH.toNanos());
                Runtime.getRuntime().halt(70);
                yield List.of();
            }
        };
    }

    /// Refuses writes that are not urgent as `StorageFull` and returns the others. Dry runs need no space, except
    /// for the signature of a signed request.
    private static List<PendingWrite> urgentOf(List<PendingWrite> pendingWrites) {
        List<PendingWrite> urgent = new ArrayList<>(pendingWrites.size());
        for (PendingWrite pending : pendingWrites) {
            boolean preview = pending.request.dryRun() && pending.request.proof() == null;
            if (preview || pending.request.write().isUrgent()) {
                urgent.add(pending);
            } else {
                pending.complete(refused(new Refusal.StorageFull(StorageFailures.RETRY_WHEN_FULL)));
            }
        }
        return urgent;
    }

    /// Logs that storage is full, at most once per interval, because clients keep retrying and the log may be on
    /// the same disk.
    private void noRoom(StorageException e) {
        long now = System.nanoTime();
        if (now - noRoomLoggedNanos > StorageFailures.RETRY_WHEN_FULL.toNanos()) {
            noRoomLoggedNanos = now;
            LOG.error("no room to write: {}; writes are refused until there is", e.getMessage());
        }
    }

    /// Retries both halves separately, so that ultimately only the request that causes the failure fails.
    private void halve(List<PendingWrite> pendingWrites, Throwable cause, long deadline) {
        if (pendingWrites.size() == 1) {
            pendingWrites.getFirst().complete(new PendingWrite.WriteOutcome.Failed(cause));
            return;
        }
        int middle = pendingWrites.size() / 2;
        long more = Math.max(deadline, System.nanoTime() + TIMEOUT.toNanos() / 2);
        run(pendingWrites.subList(0, middle), more);
        run(pendingWrites.subList(middle, pendingWrites.size()), more);
    }

    /// Reconnects after the connection broke before the commit, which means that nothing was written. At the
    /// deadline, refuses the writes as `Busy`.
    private List<PendingWrite> reconnectUntil(List<PendingWrite> pendingWrites, long deadline) {
        if (System.nanoTime() > deadline) {
            // The process was suspended, or storage takes too long every time. The next group still needs a connection.
            reconnectIfPossible();
        }
        while (System.nanoTime() < deadline) {
            try {
                reconnect();
                return pendingWrites;
            } catch (StorageException e) {
                pause();
            }
        }
        return completeAll(pendingWrites, new Refusal.Busy(StorageFailures.RETRY_AFTER));
    }

    /// Determines whether a commit whose response was lost took place. Locking the realms waits until the
    /// transaction of the old connection has committed or rolled back. If it was committed, its batch row contains
    /// this attempt's `txn`.
    private List<PendingWrite> findOutcome(Attempt attempt, List<PendingWrite> pendingWrites, long deadline) {
        long patience = Math.max(deadline, System.nanoTime() + 2 * TIMEOUT.toNanos());
        while (System.nanoTime() < patience) {
            try {
                reconnect();
                BatchRow sent = attempt.batch.batches.getFirst();
                boolean locked = store.lock(attempt.realms(), true).containsAll(attempt.realms());
                UUID found = locked ? store.txn(sent.realm(), sent.no()) : null;
                boolean trimmed = locked && found == null && isPast(sent);
                // With synchronous replication, this commit waits until the standby has what was found. A primary that
                // crashed and restarted shows batches that it had not sent yet. Locking the realms makes the commit
                // wait, because it writes to the WAL.
                if (locked && attempt.txn.equals(found)) {
                    store.commit();
                } else {
                    rollback();
                }
                if (locked && attempt.txn.equals(found)) {
                    attempt.answer();
                    return attempt.leftOut;
                }
                if (trimmed) {
                    break;
                }
                if (locked) {
                    return pendingWrites;
                }
            } catch (StorageException e) {
                LOG.warn("finding the outcome of a commit: {}", e.getMessage());
                pause();
            }
        }
        completeAll(attempt.leftOut, new Refusal.Busy(StorageFailures.RETRY_AFTER));
        attempt.answers.keySet().forEach(pending -> pending.complete(refused(new Refusal.OutcomeUnknown())));
        return List.of();
    }

    /// Whether the realm is already past the number of a batch that was not found. Only the last batch rows are
    /// kept, so the batch may have been written and then deleted after more writes by another server. In that case,
    /// its outcome is unknown.
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

    /// Reconnects. If storage is unreachable, the next attempt detects that and waits for it.
    private void reconnectIfPossible() {
        try {
            reconnect();
        } catch (StorageException e) {
            LOG.warn("connecting again: {}", e.getMessage());
        }
    }

    private void reconnect() {
        store.reconnect();
        earlier.reconnected();
    }

    /// Checks the connection from time to time while there is nothing to write, so that a database that was replaced by
    /// one with fewer entries is noticed even if nothing is written.
    public void idle() {
        long now = System.nanoTime();
        if (!store.isRemote() || now - probedNanos < PROBE_INTERVAL.toNanos()) {
            return;
        }
        probedNanos = now;
        try {
            if (!works()) {
                reconnect();
            }
            earlier.compare(store);
        } catch (StorageException e) {
            LOG.debug("the database does not answer: {}", e.getMessage());
        }
    }

    private boolean works() {
        try {
            store.probe();
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static PendingWrite.WriteOutcome refused(Refusal refusal) {
        return new PendingWrite.WriteOutcome.Decided(Result.refused(refusal));
    }

    /// Refuses all writes. Returns an empty list, because none are left to retry.
    private static List<PendingWrite> completeAll(List<PendingWrite> pendingWrites, Refusal refusal) {
        pendingWrites.forEach(pending -> pending.complete(refused(refusal)));
        return List.of();
    }
}
