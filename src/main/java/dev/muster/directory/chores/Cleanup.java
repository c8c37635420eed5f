package dev.muster.directory.chores;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.model.Identifier;
import dev.muster.model.Job;
import dev.muster.model.UnreadableException;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes away what nobody can reach any more: evidence whose time is over or whose user was erased, uploads that
/// came to nothing, what deleted groups and policies left behind, reservations that lapsed, signatures that can
/// no longer be sent again. Nothing that is answered depends on it.
public final class Cleanup implements AutoCloseable {
    /// The time in a signed request may lie 14 and a quarter hours ahead of the clock, and is good until it lies
    /// 12 and a quarter behind: that is how long a signature could be sent again.
    public static final Duration SIGNATURES_KEPT = Duration.ofHours(27);

    /// An upload takes minutes at the most, so a file that no job names after this long never will be.
    private static final Duration PENDING_KEPT = Duration.ofHours(1);

    private static final Duration RESERVATIONS_KEPT = Duration.ofHours(1);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int AT_ONCE = 500;

    /// That of a job which names nobody.
    private static final byte[] NO_PRINT = {};

    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final Database database;
    private final ChoreStore storage;
    private final EvidenceStore evidence;
    private final ReadClock now;
    private final RealmKeys realmKeys;
    private final Duration sessionsKept;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("sweeping").daemon().unstarted(task));

    public Cleanup(
            Database database,
            ChoreStore storage,
            EvidenceStore evidence,
            ReadClock now,
            RealmKeys realmKeys,
            Duration sessionsKept) {
        this.database = database;
        this.storage = storage;
        this.evidence = evidence;
        this.now = now;
        this.realmKeys = realmKeys;
        this.sessionsKept = sessionsKept;
    }

    public void start() {
        var _ = executor.scheduleWithFixedDelay(
                () -> each(List.of(
                        this::printJobs,
                        this::dueEvidence,
                        this::pendingEvidence,
                        this::deletedGroups,
                        this::lapsedReservations,
                        this::oldSignatures,
                        this::oldSessions,
                        this::oldTokenFamilies)),
                0,
                EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// What a commit has left to be taken away goes at once.
    public void committed(RealmBatch work) {
        List<UUID> dropped = work.jobs().droppedEvidence();
        boolean erased = work.erasedAnything();
        if (dropped.isEmpty() && !erased) {
            return;
        }
        long realm = work.realm().realm().id();
        List<Runnable> chores = new ArrayList<>(2);
        chores.add(() -> dropped.forEach(file -> evidence.delete(realm, file)));
        if (erased) {
            chores.add(this::dueEvidence);
        }
        try {
            executor.execute(() -> each(chores));
        } catch (RejectedExecutionException e) {
            LOG.debug("the server stops; evidence is taken away at its next start");
        }
    }

    /// One that fails, since storage does not answer, is done again in the next round.
    private static void each(List<Runnable> chores) {
        for (Runnable chore : chores) {
            try {
                chore.run();
            } catch (RuntimeException e) {
                LOG.warn("sweeping: {}", e.toString());
            }
        }
    }

    public void oldSessions() {
        storage.forgetSessions(now.instant().minus(sessionsKept));
    }

    public void oldTokenFamilies() {
        storage.forgetTokenFamilies(now.instant());
    }

    /// Gives older jobs the fingerprints of the names in them, and their users, if they have any by now. A migration
    /// cannot do it: the fingerprint is keyed and the name is sealed. New jobs are written with theirs.
    public void printJobs() {
        EntrySealer sealer = new EntrySealer();
        List<JobRow> old;
        do {
            old = storage.unprintedJobs(AT_ONCE);
            old.forEach(job -> print(sealer, job));
        } while (old.size() == AT_ONCE);
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
        storage.print(row, name == null ? NO_PRINT : realm.prints().of(name).bytes(), name);
    }

    public void dueEvidence() {
        List<EvidenceRef> due;
        do {
            due = storage.dueEvidence(now.instant(), AT_ONCE);
            due.forEach(ref -> evidence.delete(ref.realm(), ref.evidence()));
            if (!due.isEmpty()) {
                storage.evidenceGone(due);
            }
        } while (due.size() == AT_ONCE);
    }

    /// Files whose upload was broken off, or whose job's outcome was not known.
    public void pendingEvidence() {
        Instant before = now.instant().minus(PENDING_KEPT);
        List<EvidenceStore.Begun> pending;
        do {
            pending = evidence.pending(before, AT_ONCE);
            Map<Long, List<UUID>> byRealm = new HashMap<>();
            pending.forEach(file -> byRealm.computeIfAbsent(file.realm(), _ -> new ArrayList<>())
                    .add(file.id()));
            byRealm.forEach(this::settle);
        } while (pending.size() == AT_ONCE);
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

    public void deletedGroups() {
        while (storage.sweepGroups(AT_ONCE) >= AT_ONCE) {
            LOG.debug("swept {} rows of deleted groups", AT_ONCE);
        }
        while (storage.sweepPolicies(AT_ONCE) >= AT_ONCE) {
            LOG.debug("swept {} rows of deleted policies", AT_ONCE);
        }
    }

    public void lapsedReservations() {
        Instant before = now.instant().minus(RESERVATIONS_KEPT);
        while (storage.dropReservations(before, AT_ONCE) == AT_ONCE) {
            LOG.debug("dropped {} reservations", AT_ONCE);
        }
    }

    public void oldSignatures() {
        Instant before = now.instant().minus(SIGNATURES_KEPT);
        while (storage.forgetSignatures(before, AT_ONCE) == AT_ONCE) {
            LOG.debug("forgot {} signatures", AT_ONCE);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
