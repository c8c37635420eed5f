package dev.muster.directory;

import dev.muster.directory.callbacks.SealedReplies;
import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Callback;
import dev.muster.model.job.Job;
import dev.muster.model.job.Outcome;
import dev.muster.storage.CallbackStore;
import dev.muster.storage.CallbackTables.CallbackRow;
import dev.muster.storage.Database;
import dev.muster.storage.JobRow;
import dev.muster.storage.Reads;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Returns whether a job's results were sent to its callback address, and resends results. Refuses: Busy if storage is
/// unavailable.
public final class JobCallbacks {
    private final Database database;
    private final CallbackStore store;
    private final RealmKeys realmKeys;
    private final SealedReplies replies;
    private final ReadClock now;
    private final Runnable wake;

    /// @param wake makes the sender look for due callbacks
    JobCallbacks(
            Database database,
            CallbackStore store,
            RealmKeys realmKeys,
            SealedReplies replies,
            ReadClock now,
            Runnable wake) {
        this.database = database;
        this.store = store;
        this.realmKeys = realmKeys;
        this.replies = replies;
        this.now = now;
        this.wake = wake;
    }

    /// A result and the attempts to send it.
    ///
    /// @param outcome the job's outcome; null if the job has since been erased
    public record CallbackHistory(
            Callback callback, @Nullable Outcome outcome, List<Attempt> attempts) {}

    /// An attempt to send a result.
    ///
    /// @param reply the beginning of the response body; null if it was empty or there was no response
    public record Attempt(
            Callback.Attempt attempt, @Nullable String reply) {}

    /// The callback address of a job and its results, oldest first.
    ///
    /// @param url the callback address; null if the job was erased
    public record OfJob(String jobId, @Nullable String url, List<CallbackHistory> results) {}

    /// Returns the callbacks of a job. Refuses: NotFound if there is no such job or it has no callback address.
    /// Requires `jobs:read`.
    public Result<OfJob> of(Actor actor, long realm, String jobId) {
        return StorageFailures.withScope(
                actor, Scope.JOBS_READ, () -> database.snapshot(reads -> read(reads, realm, jobId)));
    }

    /// Sends the latest result again immediately, with retries. Refuses: NotFound as [#of] does, and if there is no
    /// result. Requires `jobs:write`.
    public Result<OfJob> repeat(Actor actor, long realm, String jobId) {
        return StorageFailures.withScope(actor, Scope.JOBS_WRITE, () -> {
            Result<OfJob> before = database.snapshot(reads -> read(reads, realm, jobId));
            return before.then(found -> {
                if (found.url == null || found.results.isEmpty()) {
                    return Result.refused(new Refusal.NotFound("result of job", jobId));
                }
                store.repeat(realm, found.results.getLast().callback.seq(), now.instant());
                wake.run();
                return database.snapshot(reads -> read(reads, realm, jobId));
            });
        });
    }

    private Result<OfJob> read(Reads reads, long realm, String jobId) {
        JobRow row = reads.jobs().job(realm, jobId);
        if (row == null || row.job().submission() == null) {
            return Result.refused(new Refusal.NotFound("job", jobId));
        }
        HistoryReader history = new HistoryReader(realmKeys.get(realm));
        Job job = history.jobs(reads, List.of(row)).getFirst();
        List<CallbackRow> rows = reads.callbacks().ofJob(realm, job.id());
        if (job.callbackUrl() == null && rows.isEmpty()) {
            return Result.refused(new Refusal.NotFound("callback of job", jobId));
        }
        List<Callback.Attempt> attempts = reads.callbacks().attempts(realm, job.id());
        List<CallbackHistory> results = new ArrayList<>();
        for (CallbackRow result : rows) {
            Callback callback = result.callback();
            results.add(new CallbackHistory(
                    callback,
                    outcome(history.jobAsOf(reads, row, callback.seq())),
                    attempts.stream()
                            .filter(attempt -> attempt.seq() == callback.seq())
                            .map(attempt -> new Attempt(attempt, reply(realm, job, attempt)))
                            .toList()));
        }
        return Result.ok(new OfJob(jobId, job.callbackUrl(), results));
    }

    private @Nullable String reply(long realm, Job job, Callback.Attempt attempt) {
        return replies.open(realm, job.id(), attempt.seq(), attempt.number(), attempt.sealedReply());
    }

    private static @Nullable Outcome outcome(Result<Job> job) {
        return job instanceof Result.Ok<Job>(var found) && found.stage() instanceof Job.Completed completed
                ? completed.outcome()
                : null;
    }
}
