package dev.muster.directory;

import dev.muster.model.Counters;
import dev.muster.model.Fingerprint;
import dev.muster.model.Needs;
import dev.muster.model.Realm;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Batch;
import dev.muster.storage.LaneStore;
import dev.muster.storage.Loaded;
import dev.muster.storage.Rows.BatchRow;
import dev.muster.storage.Rows.RetryRow;
import dev.muster.storage.Rows.SignatureRow;
import dev.muster.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out requests in groups, each group in one transaction: lock, load, judge, save, commit, and only then
/// answer. Batching is invisible: whatever the division into groups, and however often one fails and is run again,
/// replies, rows and journal bytes are those of one request a transaction.
///
/// Belongs to one lane's thread.
final class GroupCommit {
    /// What a lane does with its store once something was committed, and whom it tells.
    interface Committed {
        /// After every commit: the realms' work that is durable now.
        void committed(List<RealmWork> works, int requests, Duration took);
    }

    /// How long a group is tried again while storage is away, counted from its first attempt.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// How soon it is worth asking again whether there is room: somebody has to make it.
    static final Duration ROOM_AFTER = Duration.ofSeconds(10);

    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final LaneStore store;
    private final Vault vault;
    private final Supplier<UUID> txns;
    private final Supplier<Instant> clock;
    private final Committed committed;
    private final Scribe scribe = new Scribe();
    private long noRoomToldNanos = System.nanoTime() - ROOM_AFTER.toNanos();

    /// @param txns draws a random id for each attempt
    /// @param clock says what time it is, once a transaction has its locks
    GroupCommit(LaneStore store, Vault vault, Supplier<UUID> txns, Supplier<Instant> clock, Committed committed) {
        this.store = store;
        this.vault = vault;
        this.txns = txns;
        this.clock = clock;
        this.committed = committed;
    }

    /// Answers every one of `tickets`, which have been taken and stand in order of arrival within their realms.
    void run(List<Ticket> tickets) {
        run(tickets, System.nanoTime() + PATIENCE.toNanos());
    }

    private void run(List<Ticket> tickets, long deadline) {
        List<Ticket> left = tickets;
        boolean wait = false;
        boolean roomMade = false;
        while (!left.isEmpty()) {
            if (store.isTight()) {
                left = urgentOf(left);
            }
            Attempt attempt = new Attempt(left, wait);
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
                left = answerAll(left, new Refusal.Busy(RETRY_AFTER));
            }
        }
    }

    /// Deals with a failed attempt, and gives the requests that are still to be carried out.
    private List<Ticket> settle(Attempt attempt, StorageException e, List<Ticket> tickets, long deadline) {
        boolean late = System.nanoTime() > deadline;
        return switch (e.kind()) {
            case CONFLICT -> {
                rollback();
                yield late ? answerAll(tickets, new Refusal.Busy(RETRY_AFTER)) : tickets;
            }
            case STATEMENT -> {
                rollback();
                halve(tickets, e, deadline);
                yield List.of();
            }
            case FULL -> {
                noRoom(e);
                store.noRoom();
                rollback();
                yield answerAll(tickets, new Refusal.NoRoom(ROOM_AFTER));
            }
            case UNREACHABLE -> attempt.committing ? findOut(attempt, tickets, deadline) : comeBack(tickets, deadline);
            case FATAL -> {
                LOG.error("storage cannot be trusted any more; ending at once", e);
                // The log has a thread of its own, which is to come to this line.
                LockSupport.parkNanos(LAST_WORDS.toNanos());
                Runtime.getRuntime().halt(70);
                yield List.of();
            }
        };
    }

    /// Refuses those that are not urgent, for want of room, and gives the others. What is only rehearsed needs none.
    private static List<Ticket> urgentOf(List<Ticket> tickets) {
        List<Ticket> urgent = new ArrayList<>(tickets.size());
        for (Ticket ticket : tickets) {
            boolean rehearsed = ticket.request.dryRun() && ticket.request.proof() == null;
            if (rehearsed || ticket.request.write().isUrgent()) {
                urgent.add(ticket);
            } else {
                ticket.answer(refused(new Refusal.NoRoom(ROOM_AFTER)));
            }
        }
        return urgent;
    }

    /// Told now and then only: clients ask on, and the log may be on the same disk.
    private void noRoom(StorageException e) {
        long now = System.nanoTime();
        if (now - noRoomToldNanos > ROOM_AFTER.toNanos()) {
            noRoomToldNanos = now;
            LOG.error("no room to write: {}; writes are refused until there is", e.getMessage());
        }
    }

    /// A request that alone brings a fault about is answered with it; its neighbours run again without it.
    private void halve(List<Ticket> tickets, Throwable why, long deadline) {
        if (tickets.size() == 1) {
            tickets.getFirst().answer(new Ticket.Answer.Failed(why));
            return;
        }
        int middle = tickets.size() / 2;
        long more = Math.max(deadline, System.nanoTime() + PATIENCE.toNanos() / 2);
        run(tickets.subList(0, middle), more);
        run(tickets.subList(middle, tickets.size()), more);
    }

    /// The connection broke before the commit: nothing was done.
    private List<Ticket> comeBack(List<Ticket> tickets, long deadline) {
        if (System.nanoTime() > deadline) {
            // The process itself stood still, or storage takes too long each time. What comes next needs a connection.
            reconnectIfPossible();
        }
        while (System.nanoTime() < deadline) {
            try {
                store.reconnect();
                return tickets;
            } catch (StorageException e) {
                pause();
            }
        }
        return answerAll(tickets, new Refusal.Busy(RETRY_AFTER));
    }

    /// The answer to a commit was lost. Locking the realms waits until the old connection's transaction has ended,
    /// one way or the other; then the batch stands there under its `txn`, or certainly does not.
    private List<Ticket> findOut(Attempt attempt, List<Ticket> tickets, long deadline) {
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
                    return tickets;
                }
            } catch (StorageException e) {
                LOG.warn("looking for the outcome of a commit: {}", e.getMessage());
                pause();
            }
        }
        answerAll(attempt.leftOut, new Refusal.Busy(RETRY_AFTER));
        attempt.answers.keySet().forEach(ticket -> ticket.answer(refused(new Refusal.OutcomeUnknown())));
        return List.of();
    }

    /// Whether the realm has had that batch, which is not there: only the last ones are kept, and while this server was
    /// away another may have written so many that nobody knows any more whose that one was.
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

    private static Ticket.Answer refused(Refusal refusal) {
        return new Ticket.Answer.Judged(Result.refused(refusal));
    }

    /// Gives what is left to be carried out of them: nothing.
    private static List<Ticket> answerAll(List<Ticket> tickets, Refusal refusal) {
        tickets.forEach(ticket -> ticket.answer(refused(refusal)));
        return List.of();
    }

    /// The present of a realm in which nothing has happened yet.
    static BatchRow nothingYet(long realm) {
        return new BatchRow(realm, 0, new UUID(0, 0), 1, 0, new byte[0], 0, Counters.ZERO, Instant.EPOCH);
    }

    /// One transaction's worth.
    private final class Attempt {
        private final boolean wait;
        private final UUID txn = txns.get();
        private final SequencedMap<Long, List<Ticket>> byRealm = new TreeMap<>();
        private final List<Ticket> leftOut = new ArrayList<>();
        private final List<RealmWork> works = new ArrayList<>();
        private final Map<Ticket, Ticket.Answer> answers = new HashMap<>();
        private final Batch batch = new Batch();
        private final long began = System.nanoTime();
        private boolean committing;

        Attempt(List<Ticket> tickets, boolean wait) {
            this.wait = wait;
            for (Ticket ticket : tickets) {
                byRealm.computeIfAbsent(ticket.request.realm(), _ -> new ArrayList<>())
                        .add(ticket);
            }
        }

        List<Long> realms() {
            return List.copyOf(byRealm.keySet());
        }

        int answered() {
            return answers.size();
        }

        /// Locks, loads and judges.
        void prepare() {
            List<Long> locked = store.lock(realms(), wait);
            for (long realm : realms()) {
                if (!locked.contains(realm)) {
                    leftOut.addAll(byRealm.remove(realm));
                }
            }
            if (byRealm.isEmpty()) {
                return;
            }
            Map<Long, BatchRow> present = new HashMap<>();
            store.present(realms()).forEach(row -> present.put(row.realm(), row));
            for (long realm : realms()) {
                UnreadableException why = unreadable(realm, present.get(realm));
                if (why != null) {
                    Unreadable.report(realm, why);
                    List<Ticket> its = byRealm.remove(realm);
                    if (its != null) {
                        its.forEach(ticket -> answers.put(ticket, refused(why.refusal())));
                    }
                }
            }
            Instant at = clock.get();
            Map<Long, RealmWork> byNumber = new HashMap<>();
            byRealm.keySet()
                    .forEach(realm -> byNumber.put(
                            realm,
                            new RealmWork(
                                    vault.get(realm),
                                    null,
                                    vault.masterKeys(),
                                    scribe,
                                    present.getOrDefault(realm, nothingYet(realm)),
                                    store.quotas(realm),
                                    at)));
            Map<Long, Needs> needs = new HashMap<>();
            List<RetryRow> retries = new ArrayList<>();
            List<SignatureRow> signatures = new ArrayList<>();
            byRealm.forEach((realm, its) -> {
                needs.put(realm, work(byNumber, realm).needs(its));
                for (Ticket ticket : its) {
                    if (ticket.retry != null) {
                        retries.add(ticket.retry);
                    }
                    SignatureRow signature = ticket.signature(at);
                    if (signature != null) {
                        signatures.add(signature);
                    }
                }
            });
            fill(byNumber, store.load(needs, retries, signatures));
            for (SignatureRow signature : signatures) {
                SignatureRow seen = vault.seen(signature);
                if (seen != null) {
                    // Goes before what was loaded: somebody may have deleted or altered that.
                    work(byNumber, seen.realm()).loaded(seen);
                }
            }
            needs.forEach((realm, all) -> work(byNumber, realm).picture().loadedAll(all));
            byRealm.forEach((realm, its) -> {
                RealmWork work = work(byNumber, realm);
                its.forEach(ticket -> answers.put(ticket, work.apply(ticket, works)));
                works.add(work);
            });
            works.forEach(work -> work.collect(batch, txn));
        }

        /// Why nothing can be written to a realm; null where it can.
        private @Nullable UnreadableException unreadable(long realm, @Nullable BatchRow present) {
            if (present != null && !present.readable()) {
                return present.unreadable();
            }
            try {
                vault.get(realm);
                return null;
            } catch (UnreadableException e) {
                return e;
            } catch (TamperedException | KeyUnavailableException e) {
                return new UnreadableException("realm", Long.toString(realm), e);
            }
        }

        private void fill(Map<Long, RealmWork> byNumber, Loaded loaded) {
            loaded.users.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.bars.forEach(row ->
                    work(byNumber, row.realm()).picture().loadedBar(new Fingerprint(row.fingerprint()), row.user()));
            loaded.cards.forEach(row ->
                    work(byNumber, row.realm()).picture().loadedCard(new Fingerprint(row.fingerprint()), row.user()));
            loaded.keys.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.operators.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.tenants.forEach(
                    tenant -> work(byNumber, Realm.SYSTEM).picture().loaded(tenant));
            loaded.groups.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.policies.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.memberships.forEach(
                    row -> work(byNumber, row.realm()).picture().loadedMembership(row.user(), row.group()));
            loaded.assignments.forEach(
                    row -> work(byNumber, row.realm()).picture().loadedAssignment(row.user(), row.policy()));
            loaded.groupAssignments.forEach(
                    row -> work(byNumber, row.realm()).picture().loadedPolicyOfGroup(row.group(), row.policy()));
            loaded.jobNames.forEach(
                    row -> work(byNumber, row.realm()).picture().loadedJobName(new Fingerprint(row.print())));
            // After the users, whose keys open them.
            loaded.jobs.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.signatures.forEach(row -> work(byNumber, row.realm()).loaded(row));
            loaded.retries.forEach(row -> work(byNumber, row.realm()).loaded(row));
        }

        private RealmWork work(Map<Long, RealmWork> byNumber, long realm) {
            RealmWork work = byNumber.get(realm);
            if (work == null) {
                throw new IllegalStateException("storage gave rows of a realm that was not asked for: " + realm);
            }
            return work;
        }

        void commit() {
            if (batch.batches.isEmpty()) {
                store.rollback();
                return;
            }
            store.save(batch);
            committing = true;
            store.commit();
        }

        /// Tells everybody, now that it is durable. To wake them takes as long as carrying out a sixth of the next
        /// group, so the lane has it done.
        void answer() {
            committed.committed(works, answers.size(), Duration.ofNanos(System.nanoTime() - began));
            Thread.startVirtualThread(() -> answers.forEach(Ticket::answer));
        }
    }
}
