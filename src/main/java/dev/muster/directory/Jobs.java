package dev.muster.directory;

import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.FanOut;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Digest;
import dev.muster.storage.Database;
import dev.muster.storage.JobFilter;
import dev.muster.storage.JobRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads jobs, and erases jobs that were submitted under a name. Every method refuses Busy if storage does not respond
/// in time.
public final class Jobs {
    private static final String PENDING = "pending";
    private static final int MAX_CONCURRENT = 50;
    /// The number of jobs under a name that are read together.
    private static final int BATCH = 1_000;
    private static final Digest NO_TOKEN = new Digest(new byte[32]);

    private final Database database;
    private final Directory directory;
    private final Credentials credentials;
    private final RealmKeys realmKeys;
    private final ReadClock now;

    Jobs(Database database, Directory directory, Credentials credentials, RealmKeys realmKeys, ReadClock now) {
        this.database = database;
        this.directory = directory;
        this.credentials = credentials;
        this.realmKeys = realmKeys;
        this.now = now;
    }

    /// Returns a submitted job. Refuses: NotFound, also if the job is only reserved. Requires `jobs:read`.
    public Result<AsOf<Job>> job(Actor actor, long realm, String jobId) {
        return StorageFailures.withScope(actor, Scope.JOBS_READ, () -> submitted(realm, jobId));
    }

    /// Returns a submitted job of the given user. Refuses: NotFound, also if the job belongs to another user.
    /// Requires only `jobs:read`.
    public Result<AsOf<Job>> job(Actor actor, long realm, String jobId, JobRequest.ForUser user) {
        return job(actor, realm, jobId)
                .then(seen -> StorageFailures.of(() -> {
                    Job job = seen.value();
                    UUID owner = job.user();
                    UserRow row = owner == null ? null : database.user(realm, user.ref());
                    boolean theirs = owner == null
                            ? user.text().equals(job.userText())
                            : row != null && row.id().equals(owner);
                    return theirs ? Result.ok(seen) : Result.refused(new Refusal.NotFound("job", jobId));
                }));
    }

    private Result<AsOf<Job>> submitted(long realm, String jobId) {
        return database.<Result<AsOf<Job>>>snapshot(reads -> {
            JobRow row = reads.jobs().job(realm, jobId);
            return row == null || row.job().submission() == null
                    ? Result.refused(new Refusal.NotFound("job", jobId))
                    : Result.ok(new AsOf<>(seen(open(reads, row)), now.instant()));
        });
    }

    /// Returns those of these jobs that were submitted and can be read, by id. Requires `jobs:read`.
    public Result<Map<UUID, Job>> find(Actor actor, long realm, Collection<UUID> ids) {
        return StorageFailures.withScope(
                actor,
                Scope.JOBS_READ,
                () -> Result.ok(database.<Map<UUID, Job>>snapshot(reads -> {
                    List<JobRow> rows = new ArrayList<>();
                    for (UUID id : Set.copyOf(ids)) {
                        JobRow row = reads.jobs().job(realm, id);
                        if (row != null && row.job().submission() != null) {
                            rows.add(row);
                        }
                    }
                    Map<UUID, Job> found = new HashMap<>();
                    new HistoryReader(realmKeys.get(realm))
                            .readableJobs(reads, rows)
                            .forEach(job -> found.put(job.id(), seen(job)));
                    return found;
                })));
    }

    /// Returns submitted jobs, newest first. Pass `next` as `before` to get the next page. Requires `jobs:read`.
    /// Refuses: Barred or NotFound if the user in the query is not found.
    public Result<AsOf<Page<Job>>> list(Actor actor, long realm, JobQuery query) {
        return StorageFailures.withScope(
                actor,
                Scope.JOBS_READ,
                () -> database.primaryOrStandby(realm).<Result<AsOf<Page<Job>>>>search(reads -> {
                    UUID user = null;
                    if (query.user() != null) {
                        UserRow row = reads.users().user(realm, query.user());
                        if (row == null) {
                            return Result.refused(directory.missing(realm, query.user()));
                        }
                        user = row.id();
                    }
                    JobFilter all = filter(realm, query, user, null);
                    List<JobRow> rows = reads.jobs()
                            .jobs(filter(realm, query, user, query.before()), query.limit() + 1, query.offset());
                    List<JobRow> shown = rows.subList(0, Math.min(query.limit(), rows.size()));
                    long count = reads.jobs().count(all, Page.MAX_COUNTED + 1);
                    Page<Job> page = Page.counted(
                            new HistoryReader(realmKeys.get(realm))
                                    .readableJobs(reads, shown).stream()
                                            .map(this::seen)
                                            .toList(),
                            count,
                            rows.size() > query.limit() ? shown.getLast().number() : null);
                    return Result.ok(new AsOf<>(page, now.instant()));
                }));
    }

    /// Erases all jobs that were submitted under `name` and belong to no user, each with a change of its own. Jobs
    /// that belong to a user are erased together with the user. If a job in a batch is refused, this stops after
    /// the batch; it can be called again to erase the rest. If erasures need approval, one approval is requested
    /// for each job of the first batch. Requires `bar:write`.
    ///
    /// @param name the name, as submitted with the jobs
    /// @return the number of jobs erased; with `dryRun`, the number that would be erased, at most a thousand
    public Result<Integer> eraseNamed(Actor actor, long realm, String name, Origin origin, boolean dryRun) {
        Fingerprint fingerprint = realmKeys.get(realm).fingerprints().of(Job.name(name));
        return StorageFailures.withScope(actor, Scope.BAR_WRITE, () -> {
            int erased = 0;
            while (true) {
                List<String> some = database.read(reads -> reads.jobs().jobsNamed(realm, fingerprint, BATCH));
                for (Result<Change> result :
                        FanOut.map(some, MAX_CONCURRENT, job -> erase(actor, realm, job, origin, dryRun))) {
                    if (result instanceof Result.Refused<Change>(var refusal)) {
                        return Result.refused(refusal);
                    }
                    erased++;
                }
                if (dryRun || some.size() < BATCH) {
                    return Result.ok(erased);
                }
            }
        });
    }

    private Result<Change> erase(Actor actor, long realm, String jobId, Origin origin, boolean dryRun) {
        Write write = new Write(actor, null, List.of(new JobCommand.EraseJob(jobId)), null);
        return directory.execute(new WriteRequest(realm, write, origin, null, dryRun, 0));
    }

    private static JobFilter filter(long realm, JobQuery query, @Nullable UUID user, @Nullable Long before) {
        Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
        for (String word : query.outcomes()) {
            Outcome outcome = Outcome.of(word);
            if (outcome != null) {
                outcomes.add(outcome);
            }
        }
        return new JobFilter(
                realm,
                user,
                query.outcomes().contains(PENDING),
                outcomes,
                query.review(),
                before == null ? Long.MAX_VALUE : before);
    }

    /// Computes the keyed digest of an upload token. The digest is stored instead of the token.
    public Digest uploadToken(long realm, String token) {
        return new Digest(realmKeys.get(realm).macs().uploadToken(token));
    }

    /// Like [#promised(long, UUID, Digest)], but takes the token itself.
    public Result<ReservedJob> promised(long realm, UUID job, String token) {
        return StorageFailures.of(() -> realmKeys.find(realm) == null
                ? Result.refused(noReservation())
                : promised(realm, job, uploadToken(realm, token)));
    }

    /// Returns the reservation to which an upload token belongs, with its job and the actor for whom the job will
    /// be submitted. Refuses: NotFound if the token is wrong or the reservation has lapsed or been used,
    /// Unauthenticated if the actor's credential is no longer valid.
    ///
    /// @param token the digest of the token, as returned by [#uploadToken]
    Result<ReservedJob> promised(long realm, UUID job, Digest token) {
        return StorageFailures.of(() -> {
            if (realmKeys.find(realm) == null) {
                return Result.refused(noReservation());
            }
            JobRow row = database.read(reads -> reads.jobs().job(realm, job));
            // The tokens are compared in constant time, even if there is no reservation.
            Job.Reservation stored =
                    row == null || !row.readable() ? null : row.job().reservation();
            boolean matches = token.equals(stored == null ? NO_TOKEN : stored.token());
            if (!matches || row == null) {
                return Result.refused(noReservation());
            }
            Job found = database.snapshot(reads -> open(reads, row));
            Job.Reservation reservation = found.reservation();
            if (reservation == null || !reservation.isOpen(now.instant())) {
                return Result.refused(noReservation());
            }
            Actor actor = actor(realm, reservation);
            return actor == null
                    ? Result.refused(new Refusal.Unauthenticated())
                    : Result.ok(new ReservedJob(found, reservation, actor));
        });
    }

    private static Refusal noReservation() {
        return new Refusal.NotFound("upload", "");
    }

    private @Nullable Actor actor(long realm, Job.Reservation reservation) {
        UUID id = reservation.by().id();
        return switch (reservation.by().kind()) {
            case API_KEY -> {
                ApiKey key = credentials.key(realm, id);
                yield key == null || !key.isLive(now.instant()) ? null : key.actor();
            }
            case OPERATOR -> {
                Operator operator = credentials.operator(realm, id);
                yield operator == null || !operator.isLive() ? null : operator.actor();
            }
            case SYSTEM, ROOT -> null;
        };
    }

    /// A reservation found by its token.
    ///
    /// @param actor the actor for whom the job will be submitted
    public record ReservedJob(Job job, Job.Reservation reservation, Actor actor) {}

    /// Converts a row to a job with its details unsealed.
    Job open(Reads reads, JobRow row) {
        return new HistoryReader(realmKeys.get(row.realm()))
                .jobs(reads, List.of(row))
                .getFirst();
    }

    /// Hides evidence that has expired but that `Cleanup` may not have deleted yet.
    private Job seen(Job job) {
        Evidence evidence = job.evidence();
        return evidence == null || evidence.isKept(now.instant()) ? job : job.withoutEvidence();
    }
}
