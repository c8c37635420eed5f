package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.JournalCommit;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalPosition;
import dev.muster.directory.keys.FingerprintCache;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.rules.Decider;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Fingerprint;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.Batch;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.DayEndRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.RealmTables.RealmRow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One realm's share of one transaction: the loaded working set and, by subject, the effects of the requests so far.
/// Requests are applied one after the other. A request that is refused, is a dry run or throws an exception changes
/// nothing here.
public final class RealmBatch {
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

    public final RealmKeys.Entry realm;
    private final byte @Nullable [] wrappedKey;
    private final MasterKeys masterKeys;
    private final Fingerprint.Maker fingerprints;
    private final EntrySealer sealer;
    public final Instant now;
    private final boolean clockIsBehind;
    private final BatchRow last;
    final WorkingSet set;

    public final PeopleBatch people;
    public final CredentialBatch credentials;
    private final MembershipBatch memberships;
    public final JobBatch jobs;
    final ApprovalBatch approvals;
    public final WebhookBatch webhooks;
    private final JournalBatch journal;
    public final ReplayBatch repeats;

    /// @param wrappedKey the wrapped key of a realm that this transaction creates; null for an existing realm
    /// @param last the realm's last batch
    /// @param quotas the quotas that root has set; null if there are none
    /// @param clock the time on the clock; the realm's time is never earlier than that of its last batch
    RealmBatch(
            RealmKeys.Entry realm,
            byte @Nullable [] wrappedKey,
            MasterKeys masterKeys,
            EntrySealer sealer,
            BatchRow last,
            @Nullable QuotaRow quotas,
            Instant clock) {
        this.realm = realm;
        this.wrappedKey = wrappedKey;
        this.masterKeys = masterKeys;
        this.fingerprints = new FingerprintCache(realm.fingerprints());
        this.sealer = sealer;
        this.last = last;
        boolean begun = last.no() > 0;
        this.now = begun && clock.isBefore(last.at()) ? last.at() : clock;
        this.clockIsBehind = begun && clock.plus(CLOCK_TOLERANCE).isBefore(last.at());
        this.set = new WorkingSet(last.counters(), last.number(), realm.macs().quotas(quotas));
        this.people = new PeopleBatch(realm.key(), fingerprints, sealer, set.people());
        this.credentials = new CredentialBatch(realm, sealer, set.credentials(), people);
        this.memberships = new MembershipBatch(realm.realm().id(), set.memberships(), set.people(), now);
        this.jobs = new JobBatch(realm.key(), fingerprints, sealer, set.jobs(), people);
        this.approvals = new ApprovalBatch(realm, sealer, set.approvals(), people);
        this.webhooks = new WebhookBatch(realm, sealer, set.webhooks());
        this.journal = new JournalBatch(
                realm.key(),
                sealer,
                last.lastSeq(),
                begun ? last.head() : sealer.origin(realm.realm().id()));
        this.repeats = new ReplayBatch(now);
    }

    /// Determines which rows to load for these requests.
    LoadPlan plan(List<PendingWrite> pendingWrites) {
        LoadPlan all = new LoadPlan();
        pendingWrites.forEach(pending -> Decider.plan(pending.request.write(), all, fingerprints));
        if (set.jobs().isEmpty()) {
            all.jobs.names.clear();
        }
        return all;
    }

    /// The end of the journal before this transaction.
    public JournalPosition began() {
        return new JournalPosition(
                last.lastSeq(),
                last.no() > 0 ? last.head() : sealer.origin(realm.realm().id()));
    }

    /// The end of the journal after this transaction.
    public JournalPosition ended() {
        return new JournalPosition(journal.seq(), journal.head());
    }

    // Applying requests

    /// Executes one request. Adds the realms of a new tenant to `made`.
    PendingWrite.WriteOutcome apply(PendingWrite pending, List<RealmBatch> made) {
        try {
            return answer(pending, made);
        } catch (UnreadableException e) {
            return refused(e.refusal());
        } catch (RuntimeException | StackOverflowError e) {
            return new PendingWrite.WriteOutcome.Failed(e);
        }
    }

    private PendingWrite.WriteOutcome answer(PendingWrite pending, List<RealmBatch> made) {
        if (clockIsBehind) {
            return refused(new Refusal.Clock());
        }
        if (repeats.isReplay(pending)) {
            return refused(new Refusal.Unauthenticated());
        }
        RetryRow wanted = pending.retry;
        RetryRow earlier = wanted == null ? null : repeats.earlier(wanted);
        if (wanted != null && earlier != null) {
            return Arrays.equals(wanted.request(), earlier.request())
                    ? new PendingWrite.WriteOutcome.Replay(earlier)
                    : refused(new Refusal.IdempotencyMismatch());
        }
        ReplayableRandom random = pending.randomness;
        random.restart();
        Supplier<UUID> freshId = () -> random.uuidV7(now.toEpochMilli());
        WorkingSet overlay = set.overlay();
        Result<Change> result = new Decider(overlay, realm.realm().environment(), fingerprints, now)
                .decide(pending.request.write(), freshId);
        if (!(result instanceof Result.Ok<Change>(var change)) || pending.request.dryRun()) {
            return new PendingWrite.WriteOutcome.Decided(result);
        }
        begin();
        keep(change, pending);
        if (change.about() instanceof Change.OfTenant && !change.events().isEmpty()) {
            Command.CreateTenant command =
                    (Command.CreateTenant) pending.request.write().commands().getFirst();
            made.addAll(firstKeys(command, pending));
        }
        merge(overlay);
        if (wanted != null) {
            repeats.keep(new RetryRow(
                    realm.realm().id(),
                    wanted.actor(),
                    wanted.key(),
                    wanted.request(),
                    journal.seq(),
                    now,
                    change.about().subject()));
        }
        return new PendingWrite.WriteOutcome.Decided(result);
    }

    private void begin() {
        people.begin();
        credentials.begin();
        jobs.begin();
        approvals.begin();
        webhooks.begin();
        journal.begin();
    }

    /// Seals and journals a change. The result is kept separate from the changes of earlier requests until
    /// [#merge].
    private void keep(Change change, PendingWrite pending) {
        if (change.events().isEmpty()) {
            return;
        }
        ReplayableRandom random = pending.randomness;
        switch (change.about()) {
            case Change.OfUser(var user) -> people.keep(user, change, random);
            case Change.OfKey(var key) -> credentials.keep(key, random);
            case Change.OfOperator(var operator) -> people.seedOrNew(operator.id(), random);
            case Change.OfSso(var provider) -> credentials.keep(provider, random);
            case Change.OfJob(var job) -> jobs.keep(job, change, random);
            case Change.AwaitsApproval(var approval) -> approvals.keep(approval, random);
            case Change.OfTenant _,
                    Change.OfGroup _,
                    Change.OfPolicy _,
                    Change.OfQuotas _,
                    Change.OfApproval _,
                    Change.OfApprovalRules _,
                    Change.OfPasskeyPolicy _,
                    Change.OfWebhook _,
                    Change.OfNothing _ -> {}
        }
        for (Event event : change.events()) {
            SealingKey key = switch (event.subject().type()) {
                case USER, OPERATOR -> people.key(event.subject().id());
                case JOB -> jobs.key(event, change.about());
                case KEY, TENANT, REALM, GROUP, POLICY, SSO, APPROVAL, WEBHOOK ->
                    realm.key().own();
            };
            jobs.journalled(event, journal.add(event, pending.request.origin(), key, random), change.about(), now);
        }
        webhooks.keep(change, journal.nextSeq(), random);
    }

    private void merge(WorkingSet overlay) {
        overlay.merge();
        people.merge();
        credentials.merge();
        jobs.merge();
        approvals.merge();
        webhooks.merge();
        journal.merge();
    }

    private static PendingWrite.WriteOutcome refused(Refusal refusal) {
        return new PendingWrite.WriteOutcome.Decided(Result.refused(refusal));
    }

    /// Creates the two realms of a new tenant, each with its first key.
    private List<RealmBatch> firstKeys(Command.CreateTenant command, PendingWrite pending) {
        return List.of(
                firstKey(command.partnerId(), command.testRealm(), Environment.TEST, command.testKey(), pending),
                firstKey(
                        command.partnerId(),
                        command.productionRealm(),
                        Environment.PRODUCTION,
                        command.productionKey(),
                        pending));
    }

    private RealmBatch firstKey(
            String partnerId, long number, Environment environment, Command.CreateKey key, PendingWrite pending) {
        RealmKeys.Entry fresh = new RealmKeys.Entry(
                new Realm(number, partnerId, environment), RealmKey.create(number, pending.randomness));
        byte[] wrapped = masterKeys.wrap(fresh.key(), pending.randomness);
        RealmBatch work = new RealmBatch(fresh, wrapped, masterKeys, sealer, BatchRow.none(number), null, now);
        LoadPlan plan = new LoadPlan();
        plan.credentials.keys.add(key.id());
        work.set.loadedAll(plan);
        WorkingSet overlay = work.set.overlay();
        Write write = new Write(Actor.ROOT, null, List.of(key), null);
        Result<Change> result = new Decider(overlay, environment, work.fingerprints, now).decide(write, key::id);
        if (!(result instanceof Result.Ok<Change>(var change))) {
            throw new IllegalStateException("a new realm's first key is refused: " + result);
        }
        work.keep(change, pending);
        work.merge(overlay);
        return work;
    }

    // The rows to write

    private static long day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC).toEpochDay();
    }

    /// Adds the effects of the requests to `batch`. Adds nothing if there are none.
    void collect(Batch batch, UUID txn) {
        if (journal.isEmpty() && repeats.isEmpty()) {
            return;
        }
        long id = realm.realm().id();
        if (last.no() > 0 && day(last.at()) < day(now)) {
            batch.dayEnds.add(new DayEndRow(id, day(last.at()), last.number(), last.counters()));
        }
        batch.batches.add(new BatchRow(
                id,
                last.no() + 1,
                txn,
                last.lastSeq() + 1,
                journal.seq(),
                journal.head(),
                lastNumber(),
                set.counters(),
                now));
        batch.journal.addAll(journal.rows());
        Quotas quotas = set.changedQuotas();
        if (quotas != null) {
            batch.quotas.add(realm.macs().sealed(new QuotaRow(id, quotas, null)));
        }
        repeats.collect(batch);
        people.collect(batch);
        credentials.collect(batch);
        memberships.collect(batch);
        jobs.collect(batch);
        approvals.collect(batch);
        webhooks.collect(batch);
        if (wrappedKey != null) {
            batch.newRealms.add(new RealmRow(realm.realm(), wrappedKey));
        }
    }

    /// What this transaction added to the journal. Null if it added nothing, or if some of it can no longer be
    /// read, because erasing something or deleting an operator destroys the key of earlier entries.
    public @Nullable JournalCommit added() {
        List<JournalEntry> entries = journal.entries();
        boolean keysRemain = !erasedAnything()
                && entries.stream().noneMatch(entry -> entry.subject().type() == Event.Subject.Type.OPERATOR);
        return keysRemain && !entries.isEmpty() ? new JournalCommit(entries, people.rows()) : null;
    }

    /// Whether a user or a job was erased, which means that evidence must be deleted immediately.
    public boolean erasedAnything() {
        return people.erasedAnybody() || jobs.erasedAny();
    }

    /// The highest user number assigned.
    public long lastNumber() {
        return set.lastNumber();
    }

    /// Whether the realm's quotas were changed.
    public boolean changedQuotas() {
        return set.changedQuotas() != null;
    }
}
