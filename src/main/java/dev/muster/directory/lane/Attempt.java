package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Refusal;
import dev.muster.model.UnreadableException;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Fingerprint;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Batch;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.LaneStore;
import dev.muster.storage.LoadedRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One attempt to execute requests in one transaction: lock, load, decide, save, commit. It may fail at any point;
/// [GroupCommit] then decides what happens to its requests.
final class Attempt {
    private final LaneStore store;
    private final RealmKeys realmKeys;
    private final EntrySealer sealer;
    private final Supplier<Instant> clock;
    private final GroupCommit.Committed committed;
    private final CommittedBatches earlier;
    private final boolean wait;
    final UUID txn;
    private final SequencedMap<Long, List<PendingWrite>> byRealm = new TreeMap<>();
    final List<PendingWrite> leftOut = new ArrayList<>();
    private final List<RealmBatch> works = new ArrayList<>();
    final Map<PendingWrite, PendingWrite.WriteOutcome> answers = new HashMap<>();
    final Batch batch = new Batch();
    private final long began = System.nanoTime();
    boolean committing;

    /// @param earlier the batches that this lane has committed
    /// @param txn the id of this attempt in the batch rows that it writes
    /// @param wait whether to wait for realms that another server has locked
    Attempt(
            LaneStore store,
            RealmKeys realmKeys,
            EntrySealer sealer,
            Supplier<Instant> clock,
            GroupCommit.Committed committed,
            CommittedBatches earlier,
            UUID txn,
            List<PendingWrite> pendingWrites,
            boolean wait) {
        this.store = store;
        this.realmKeys = realmKeys;
        this.sealer = sealer;
        this.clock = clock;
        this.committed = committed;
        this.earlier = earlier;
        this.txn = txn;
        this.wait = wait;
        for (PendingWrite pending : pendingWrites) {
            byRealm.computeIfAbsent(pending.request.realm(), _ -> new ArrayList<>())
                    .add(pending);
        }
    }

    List<Long> realms() {
        return List.copyOf(byRealm.keySet());
    }

    int answered() {
        return answers.size();
    }

    /// Locks the realms, loads what the requests need, and decides the requests.
    void prepare() {
        List<Long> locked = store.lock(realms(), wait);
        for (long realm : realms()) {
            if (!locked.contains(realm)) {
                leftOut.addAll(byRealm.remove(realm));
            }
        }
        refuseMoving();
        if (byRealm.isEmpty()) {
            return;
        }
        Map<Long, BatchRow> present = new HashMap<>();
        for (BatchRow row : store.present(realms())) {
            present.put(row.realm(), row);
            earlier.compare(row);
            UnreadableException cause = unreadable(row);
            if (cause != null) {
                Unreadable.report(row.realm(), cause);
                for (PendingWrite pending : Objects.requireNonNull(byRealm.remove(row.realm()))) {
                    answers.put(pending, GroupCommit.refused(cause.refusal()));
                }
            }
        }
        Instant at = clock.get();
        Map<Long, RealmBatch> byNumber = new HashMap<>();
        byRealm.keySet()
                .forEach(realm -> byNumber.put(
                        realm,
                        new RealmBatch(
                                realmKeys.get(realm),
                                null,
                                realmKeys.masterKeys().current(),
                                sealer,
                                present.getOrDefault(realm, BatchRow.none(realm)),
                                store.quotas(realm),
                                at)));
        Map<Long, LoadPlan> plans = new HashMap<>();
        List<RetryRow> retries = new ArrayList<>();
        List<SignatureRow> signatures = new ArrayList<>();
        byRealm.forEach((realm, realmWrites) -> {
            plans.put(realm, work(byNumber, realm).plan(realmWrites));
            for (PendingWrite pending : realmWrites) {
                if (pending.retry != null) {
                    retries.add(pending.retry);
                }
                SignatureRow signature = pending.signature(at);
                if (signature != null) {
                    signatures.add(signature);
                }
            }
        });
        fill(byNumber, store.load(plans, retries, signatures));
        for (SignatureRow signature : signatures) {
            SignatureRow seen = realmKeys.seen(signature);
            if (seen != null) {
                // This row takes precedence over the loaded row, which someone may have deleted or altered.
                work(byNumber, seen.realm()).repeats.loaded(seen);
            }
        }
        plans.forEach((realm, all) -> set(byNumber, realm).loadedAll(all));
        byRealm.forEach((realm, realmWrites) -> {
            RealmBatch work = work(byNumber, realm);
            realmWrites.forEach(pending -> answers.put(pending, work.apply(pending, works)));
            works.add(work);
        });
        works.forEach(work -> work.collect(batch, txn));
    }

    /// Refuses the requests to realms that are being moved to another database. The move waits for the locks of this
    /// attempt, so no request is executed after the move has begun to refuse them.
    private void refuseMoving() {
        for (long realm : realms()) {
            if (store.isMoving(realm)) {
                Objects.requireNonNull(byRealm.remove(realm))
                        .forEach(pending -> answers.put(
                                pending, GroupCommit.refused(new Refusal.Busy(StorageFailures.RETRY_AFTER))));
            }
        }
    }

    /// Why the realm cannot be written to; null if it can.
    private @Nullable UnreadableException unreadable(BatchRow present) {
        if (!present.readable()) {
            return present.unreadable();
        }
        long realm = present.realm();
        try {
            realmKeys.get(realm);
            return null;
        } catch (UnreadableException e) {
            return e;
        } catch (TamperedException | KeyUnavailableException e) {
            return new UnreadableException("realm", Long.toString(realm), e);
        }
    }

    private void fill(Map<Long, RealmBatch> byNumber, LoadedRows loaded) {
        loaded.users.forEach(row -> work(byNumber, row.realm()).people.loaded(row));
        loaded.bars.forEach(
                row -> set(byNumber, row.realm()).people().loadedBar(new Fingerprint(row.fingerprint()), row.user()));
        loaded.cards.forEach(
                row -> set(byNumber, row.realm()).people().loadedCard(new Fingerprint(row.fingerprint()), row.user()));
        loaded.keys.forEach(row -> work(byNumber, row.realm()).credentials.loaded(row));
        loaded.operators.forEach(row -> work(byNumber, row.realm()).credentials.loaded(row));
        loaded.providers.forEach(row -> work(byNumber, row.realm()).credentials.loaded(row));
        loaded.passkeys.forEach(row -> work(byNumber, row.realm()).credentials.loaded(row));
        loaded.passkeyPolicies.forEach(
                row -> work(byNumber, row.realm()).credentials.loaded(row));
        loaded.tenants.forEach(
                tenant -> set(byNumber, Realm.SYSTEM).credentials().loaded(tenant));
        loaded.groups.forEach(
                row -> MembershipBatch.loaded(row, set(byNumber, row.realm()).memberships().groups));
        loaded.policies.forEach(
                row -> MembershipBatch.loaded(row, set(byNumber, row.realm()).memberships().policies));
        loaded.memberships.forEach(
                row -> set(byNumber, row.realm()).memberships().loadedMembership(row.user(), row.to()));
        loaded.assignments.forEach(
                row -> set(byNumber, row.realm()).memberships().loadedAssignment(row.user(), row.to()));
        loaded.groupAssignments.forEach(
                row -> set(byNumber, row.realm()).memberships().loadedPolicyOfGroup(row.group(), row.policy()));
        loaded.jobNames.forEach(
                row -> set(byNumber, row.realm()).jobs().loadedName(new Fingerprint(row.fingerprint())));
        // Jobs are loaded after the users, whose keys unseal them.
        loaded.jobs.forEach(row -> work(byNumber, row.realm()).jobs.loaded(row));
        loaded.approvalRules.forEach(
                row -> work(byNumber, row.realm()).approvals.loaded(row));
        loaded.approvals.forEach(row -> work(byNumber, row.realm()).approvals.loaded(row));
        loaded.webhooks.forEach(row -> work(byNumber, row.realm()).webhooks.loaded(row));
        loaded.signatures.forEach(row -> work(byNumber, row.realm()).repeats.loaded(row));
        loaded.retries.forEach(row -> work(byNumber, row.realm()).repeats.loaded(row));
    }

    private static WorkingSet set(Map<Long, RealmBatch> byNumber, long realm) {
        return work(byNumber, realm).set;
    }

    private static RealmBatch work(Map<Long, RealmBatch> byNumber, long realm) {
        RealmBatch work = byNumber.get(realm);
        if (work == null) {
            throw new IllegalStateException("storage returned rows of a realm that was not requested: " + realm);
        }
        return work;
    }

    void commit() {
        if (batch.batches.isEmpty()) {
            // A response that is repeated must be as durable as when it was first sent: the locks make this commit wait
            // for synchronous standbys, which a primary that crashed and restarted may be ahead of.
            if (answers.values().stream().anyMatch(PendingWrite.WriteOutcome.Replay.class::isInstance)) {
                store.commit();
            } else {
                store.rollback();
            }
            return;
        }
        store.save(batch);
        committing = true;
        store.commit();
    }

    /// Sends all callers their answers. Call this once the commit is durable. Waking the callers takes about a
    /// sixth of the time needed to execute the next group, so another thread does it.
    public void answer() {
        // The first batches of new realms are left out, because other lanes write to these realms.
        earlier.committed(batch.batches.stream()
                .filter(row -> byRealm.containsKey(row.realm()))
                .toList());
        committed.committed(works, answers.size(), Duration.ofNanos(System.nanoTime() - began));
        Thread.startVirtualThread(() -> answers.forEach(PendingWrite::complete));
    }
}
