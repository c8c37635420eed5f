package dev.muster.directory.chores;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.directory.lane.ReplayBatch;
import dev.muster.model.UnreadableException;
import dev.muster.model.job.Job;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.DeliveryStore;
import dev.muster.storage.EvidenceStore;
import dev.muster.storage.JobRow;
import dev.muster.storage.JobTables.EvidenceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/// Deletes data that is no longer needed: evidence that has expired or whose job or user was erased, abandoned uploads,
/// leftovers of deleted groups and policies, lapsed reservations, and expired idempotency keys, signatures, sessions,
/// console forms, challenges and token families. No reply depends on when they are deleted. It also adds fingerprints
/// to jobs that earlier versions stored.
public final class Cleanup implements Schedule.Chore {
    /// How long signatures are kept. The time of a signed request may be up to 14¼ hours ahead of the clock, and is
    /// accepted until it is 12¼ hours behind, so a signature could be replayed for 26½ hours.
    public static final Duration SIGNATURE_RETENTION = Duration.ofHours(27);

    /// How long a file is kept while no job refers to it. An upload takes minutes at most, so no job will refer to
    /// the file later.
    private static final Duration PENDING_RETENTION = Duration.ofHours(1);

    /// How long attempts to send something to a partner or a webhook are listed.
    private static final Duration ATTEMPT_RETENTION = Duration.ofDays(30);

    private static final Duration RESERVATION_RETENTION = Duration.ofHours(1);

    /// How long webhook events that were given up are listed.
    private static final Duration GIVEN_UP_RETENTION = Duration.ofDays(30);

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int SLICE = 500;

    /// The fingerprint of a job that names no user.
    private static final byte[] NO_FINGERPRINT = {};

    private final Database database;
    private final ChoreStore storage;
    private final EvidenceStore evidence;
    private final ReadClock now;
    private final RealmKeys realmKeys;
    private final BooleanSupplier holdsLease;
    private final List<Runnable> steps;
    private final Queue<Runnable> dropped = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean erased = new AtomicBoolean();
    private long nextRound = System.nanoTime();

    /// @param holdsLease whether this server cleans up what is due; what its own commits have made obsolete it always
    ///     deletes
    public Cleanup(
            Database database,
            ChoreStore storage,
            EvidenceStore evidence,
            DeliveryStore deliveries,
            ReadClock now,
            RealmKeys realmKeys,
            Duration sessionsKept,
            Duration formsKept,
            Duration challengesKept,
            BooleanSupplier holdsLease) {
        this.holdsLease = holdsLease;
        this.database = database;
        this.storage = storage;
        this.evidence = evidence;
        this.now = now;
        this.realmKeys = realmKeys;
        this.steps = List.of(
                this::fingerprintJobs,
                this::dueEvidence,
                this::pendingEvidence,
                all(storage::sweepGroups),
                all(storage::sweepPolicies),
                all(max -> storage.callbacks().forgetAttempts(before(ATTEMPT_RETENTION), max)),
                all(max -> storage.dropReservations(before(RESERVATION_RETENTION), max)),
                all(max -> storage.forgetRetries(before(ReplayBatch.RETRY_RETENTION), max)),
                all(max -> storage.forgetSignatures(before(SIGNATURE_RETENTION), max)),
                all(max -> deliveries.forgetAttempts(before(ATTEMPT_RETENTION), max)),
                all(max -> deliveries.forgetGivenUp(before(GIVEN_UP_RETENTION), max)),
                () -> storage.forgetSessions(before(sessionsKept)),
                () -> storage.forms().forget(before(formsKept)),
                () -> storage.forgetChallenges(before(challengesKept)),
                () -> storage.forgetTokenFamilies(now.instant()));
    }

    private Instant before(Duration kept) {
        return now.instant().minus(kept);
    }

    /// Creates a step that deletes slice by slice.
    ///
    /// @param slice deletes at most the given number of rows and returns how many it deleted
    private static Runnable all(IntUnaryOperator slice) {
        return () -> {
            int deleted;
            do {
                deleted = slice.applyAsInt(SLICE);
            } while (deleted >= SLICE);
        };
    }

    /// Records the evidence that a commit has made obsolete.
    ///
    /// @return whether there is any, so that the caller must wake the cleanup
    public boolean committed(RealmBatch work) {
        long realm = work.realm.realm().id();
        List<UUID> files = work.jobs.droppedEvidence();
        files.forEach(file -> dropped.add(() -> evidence.delete(realm, file)));
        if (work.erasedAnything()) {
            erased.set(true);
        }
        return !files.isEmpty() || work.erasedAnything();
    }

    @Override
    public Duration run() {
        afterCommits();
        if (!holdsLease.getAsBoolean()) {
            return ChoreLeases.RETRY_INTERVAL;
        }
        long now = System.nanoTime();
        if (nextRound - now > 0) {
            return Duration.ofNanos(nextRound - now);
        }
        everything();
        nextRound = now + INTERVAL.toNanos();
        return INTERVAL;
    }

    /// Deletes the files that [#committed] has recorded since the last call.
    public void afterCommits() {
        for (Runnable delete = dropped.poll(); delete != null; delete = dropped.poll()) {
            delete.run();
        }
        if (erased.getAndSet(false)) {
            dueEvidence();
        }
    }

    /// Runs every step, even after one fails.
    ///
    /// @throws RuntimeException the first failure
    public void everything() {
        RuntimeException first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// Adds the missing fingerprints of the names in older jobs, and links the jobs to users who now exist. An SQL
    /// migration cannot do that, because the fingerprint is keyed and the name is sealed.
    private void fingerprintJobs() {
        EntrySealer sealer = new EntrySealer();
        List<JobRow> old;
        do {
            old = storage.jobsWithoutFingerprint(SLICE);
            old.forEach(job -> print(sealer, job));
        } while (old.size() == SLICE);
    }

    private void print(EntrySealer sealer, JobRow row) {
        RealmKeys.Entry realm = realmKeys.get(row.realm());
        Identifier.Key name = null;
        try {
            byte[] sealed = Objects.requireNonNull(row.sealed());
            Job job = row.job();
            name = sealer.openJob(realm.key(), job.id(), realm.key().own(), sealed, job.jobId(), job.type())
                    .addTo(job)
                    .name();
        } catch (UnreadableException e) {
            Unreadable.report(row.realm(), e);
        } catch (TamperedException e) {
            Unreadable.report(row.realm(), "the details of job", row.id(), e);
        }
        storage.setFingerprint(
                row,
                name == null ? NO_FINGERPRINT : realm.fingerprints().of(name).bytes(),
                name);
    }

    private void dueEvidence() {
        List<EvidenceRef> due;
        do {
            due = storage.dueEvidence(now.instant(), SLICE);
            due.forEach(ref -> evidence.delete(ref.realm(), ref.evidence()));
            if (!due.isEmpty()) {
                storage.evidenceGone(due);
            }
        } while (due.size() == SLICE);
    }

    /// Settles the files of interrupted uploads and of jobs whose outcome was unknown: keeps the files that a job
    /// refers to and deletes the others.
    private void pendingEvidence() {
        Instant before = now.instant().minus(PENDING_RETENTION);
        List<EvidenceStore.PendingEvidence> pending;
        do {
            pending = evidence.pending(before, SLICE);
            Map<Long, List<UUID>> byRealm = new HashMap<>();
            pending.forEach(file -> byRealm.computeIfAbsent(file.realm(), _ -> new ArrayList<>())
                    .add(file.id()));
            byRealm.forEach(this::settle);
        } while (pending.size() == SLICE);
    }

    private void settle(long realm, List<UUID> files) {
        Set<UUID> named = database.read(reads -> reads.jobs().namedEvidence(realm, files));
        for (UUID file : files) {
            if (named.contains(file)) {
                evidence.named(realm, file);
            } else {
                evidence.delete(realm, file);
            }
        }
    }
}
