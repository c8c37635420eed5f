package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Digest;
import dev.muster.model.Job;
import dev.muster.model.Result;
import java.util.UUID;

/// Jobs as they are read. `Busy` means that storage did not answer in time.
public final class Jobs {
    /// A job that was submitted; `NotFound` also for one that is only reserved. Needs `jobs:read`.
    public Result<Seen<Job>> job(Actor actor, long realm, String jobId) {
        throw new UnsupportedOperationException();
    }

    /// Jobs that were submitted, newest first; `next` is what `before` must be. Needs `jobs:read`.
    public Result<Seen<Page<Job>>> list(Actor actor, long realm, JobQuery query) {
        throw new UnsupportedOperationException();
    }

    /// What was promised to whoever shows this token: the job with its reservation, and on whose account it will be
    /// submitted. `NotFound` for another token, for a reservation that has lapsed or was used; `Unauthenticated`
    /// when the account's credential was revoked.
    public Result<Promised> promised(long realm, UUID job, Digest token) {
        throw new UnsupportedOperationException();
    }

    public record Promised(Job job, Job.Reservation reservation, Actor actor) {}
}
