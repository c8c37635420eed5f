package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.JobDetails;
import dev.muster.directory.keys.JobKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.UnreadableException;
import dev.muster.model.job.Callback;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobFields;
import dev.muster.model.state.JobState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Batch;
import dev.muster.storage.CallbackTables.CallbackRow;
import dev.muster.storage.JobRow;
import dev.muster.storage.JobTables.ClaimRow;
import dev.muster.storage.JobTables.JobSealRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One realm's jobs in one transaction: their rows, their sealed details, and the seeds of the keys that seal them.
///
/// What the current request adds is kept separate until [#merge].
public final class JobBatch {
    private final RealmKey key;
    private final Fingerprint.Maker fingerprints;
    private final EntrySealer sealer;
    private final JobState state;
    private final PeopleBatch people;
    private final JobKeys keys;

    private final Map<UUID, byte[]> sealed = new HashMap<>();
    private final Map<UUID, byte[]> seeds = new HashMap<>();

    /// Jobs that have no seed and are sealed with the realm's own key.
    private final Set<UUID> realmSealed = new HashSet<>();

    /// Jobs whose sealed details cannot be unsealed.
    private final Set<UUID> unreadable = new HashSet<>();

    private final List<UUID> droppedEvidence = new ArrayList<>();
    private final List<CallbackRow> callbacks = new ArrayList<>();
    private boolean erasedAny;

    // Added by the current request:
    private final Map<UUID, byte[]> freshSealed = new HashMap<>();
    private final Map<UUID, byte[]> freshSeeds = new HashMap<>();
    private final List<UUID> freshDropped = new ArrayList<>();
    private final List<CallbackRow> freshCallbacks = new ArrayList<>();
    private @Nullable UUID erased;

    /// The user of the current request's job, if that user has been erased. Their jobs must not retain anything
    /// that could identify them.
    private @Nullable UUID erasedUser;

    JobBatch(RealmKey key, Fingerprint.Maker fingerprints, EntrySealer sealer, JobState state, PeopleBatch people) {
        this.key = key;
        this.fingerprints = fingerprints;
        this.sealer = sealer;
        this.state = state;
        this.people = people;
        this.keys = new JobKeys(key, people::seed);
    }

    /// Loads a job. Call this after all users have been loaded.
    void loaded(JobRow row) {
        if (!Unreadable.isReadable(row)) {
            state.loadedUnreadable(row.jobId(), row.unreadable());
            return;
        }
        Job job = row.job();
        if (row.seed() != null) {
            seeds.put(job.id(), row.seed());
        } else if (job.erasedAt() == null && (job.user() == null || row.realmKey())) {
            realmSealed.add(job.id());
        }
        byte[] details = row.sealed();
        SealingKey openingKey = details == null ? null : keys.of(row.seal());
        if (details == null || openingKey == null) {
            state.loaded(JobDetails.NONE.addTo(job));
            return;
        }
        sealed.put(job.id(), details);
        state.loaded(details(job, openingKey, details).addTo(job));
    }

    private JobDetails details(Job job, SealingKey openingKey, byte[] details) {
        try {
            return sealer.openJob(key, job.id(), openingKey, details, job.jobId(), job.type());
        } catch (TamperedException e) {
            Unreadable.report(key.realm(), "the details of job", job.id(), e);
            unreadable.add(job.id());
            return JobDetails.UNREADABLE;
        }
    }

    /// Discards whatever an earlier request added but did not merge.
    void begin() {
        freshSealed.clear();
        freshSeeds.clear();
        freshDropped.clear();
        freshCallbacks.clear();
        erased = null;
        erasedUser = null;
    }

    /// Keeps a new or changed job. The request may also have registered the job's user, and may have replaced
    /// evidence, even evidence added in the same transaction.
    void keep(Job job, Change change, ReplayableRandom random) {
        Job earlier = state.find(job.jobId());
        Evidence before = earlier == null ? null : earlier.evidence();
        if (before != null && (job.evidence() == null || !job.evidence().id().equals(before.id()))) {
            freshDropped.add(before.id());
        }
        for (Event event : change.events()) {
            if (event.action() == Event.Action.USER_REGISTERED) {
                people.seedOrNew(event.subject().id(), random);
            }
        }
        if (job.erasedAt() != null) {
            erased = job.id();
            return;
        }
        if (unreadable.contains(job.id())) {
            // Keep the row as it is, because its details may still be restored from a backup.
            throw new UnreadableException("job", job.id().toString());
        }
        if (earlier == null || earlier.submission() == null) {
            seedOfNew(job, random);
        }
        SealingKey sealingKey = key(job);
        if (sealingKey == null) {
            erasedUser = job.user();
        } else {
            freshSealed.put(job.id(), sealer.sealJob(key, job, sealingKey, random));
        }
    }

    /// Records that the partner must be notified of this result, if the event is one, once its journal entry `seq`
    /// exists.
    ///
    /// A result with the same outcome as the previous one is skipped. Otherwise the partner would be notified twice
    /// (of a provisional and a final result) if a job fails because of a fraud hold, but only once if it fails for
    /// another reason.
    void journalled(Event event, long seq, Change.About about, Instant now) {
        if (event.action() == Event.Action.JOB_COMPLETED
                && about instanceof Change.OfJob(var job)
                && job.callbackUrl() != null
                && event.changes().byField().containsKey(JobFields.OUTCOME)) {
            freshCallbacks.add(new CallbackRow(key.realm(), Callback.fresh(seq, job.id(), now)));
        }
    }

    /// The key that seals a job's journal entry; null in the cases of [JobKeys#of]. A reservation is journalled
    /// before its user is known, and without personal data.
    @Nullable
    SealingKey key(Event event, Change.About about) {
        if (event.action() == Event.Action.JOB_RESERVED) {
            return key.own();
        }
        return about instanceof Change.OfJob(var job) ? key(job) : null;
    }

    private @Nullable SealingKey key(Job job) {
        byte[] seed = seeds.get(job.id());
        return keys.of(new JobSealRow(
                job.id(),
                job.user(),
                seed == null ? freshSeeds.get(job.id()) : seed,
                realmSealed.contains(job.id()),
                job.erasedAt()));
    }

    /// Generates a seed for a new job, unless the row of a lapsed reservation already has one.
    private void seedOfNew(Job job, ReplayableRandom random) {
        realmSealed.remove(job.id());
        if (!seeds.containsKey(job.id())) {
            freshSeeds.computeIfAbsent(job.id(), _ -> random.next(RealmKey.SEED_BYTES));
        }
    }

    /// Merges what the current request added. If a user was erased, also removes the details of that user's jobs.
    void merge() {
        sealed.putAll(freshSealed);
        seeds.putAll(freshSeeds);
        droppedEvidence.addAll(freshDropped);
        callbacks.addAll(freshCallbacks);
        if (erased != null) {
            erasedAny = true;
            seeds.remove(erased);
            realmSealed.remove(erased);
        }
        UUID gone = people.erased() == null ? erasedUser : people.erased();
        if (gone != null) {
            // The next request must see the jobs as it would in a separate transaction.
            state.replaceAll(job -> {
                if (!gone.equals(job.user())) {
                    return job;
                }
                seeds.remove(job.id());
                return JobDetails.erased(job);
            });
        }
    }

    void collect(Batch batch) {
        long realm = key.realm();
        batch.callbacks.addAll(callbacks);
        for (WorkingSet.Changed<Job> changed : state.changed()) {
            (changed.before() == null ? batch.newJobs : batch.changedJobs).add(row(realm, changed.after()));
        }
        state.claimed()
                .forEach((fingerprint, user) ->
                        batch.claimedJobs.add(new ClaimRow(realm, fingerprint.bytes(), user.orElseThrow())));
    }

    private JobRow row(long realm, Job job) {
        UUID user = job.user();
        Identifier.Key name = job.name();
        boolean destroyed = job.erasedAt() != null || (user != null && people.isErased(user));
        return destroyed
                ? new JobRow(realm, job, null, null, false, null)
                : new JobRow(
                        realm,
                        job,
                        sealed.get(job.id()),
                        seeds.get(job.id()),
                        user != null && realmSealed.contains(job.id()),
                        name == null ? null : fingerprints.of(name).bytes());
    }

    /// Evidence to which its job no longer refers, because it was replaced or removed.
    public List<UUID> droppedEvidence() {
        return droppedEvidence;
    }

    /// Whether there are results of which partners must be notified.
    public boolean hasCallbacks() {
        return !callbacks.isEmpty();
    }

    /// Whether any job was erased.
    boolean erasedAny() {
        return erasedAny;
    }
}
