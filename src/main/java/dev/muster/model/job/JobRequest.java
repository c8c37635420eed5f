package dev.muster.model.job;

import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import org.jspecify.annotations.Nullable;

/// A partner's request for a job. `Validator` has already validated its values.
///
/// @param user the job's user; null if the partner names none, which is allowed only for types that do not require one
/// @param extras a JSON object, at most 8 KiB; null if there is none
/// @param callbackUrl the address to which each result is sent; null to send no callbacks
/// @param permit whether this job may enrol an enrolled user again; ignored if the actor has no right to allow that
/// @param retry whether to replace an existing job with the same id that has no verdict yet
/// @param sandboxResult the outcome in a test realm; ignored in production
public record JobRequest(
        String jobId,
        JobType type,
        @Nullable ForUser user,
        @Nullable String extras,
        @Nullable String callbackUrl,
        boolean permit,
        boolean retry,
        Outcome sandboxResult) {
    /// Creates a request with only an id and a type.
    public static JobRequest bare(String jobId, JobType type) {
        return new JobRequest(jobId, type, null, null, null, false, false, Outcome.PASSED);
    }

    /// The user of a job.
    ///
    /// @param ref the reference by which the user is found
    /// @param text the partner's name for the user; stored with the job if Muster does not know the user
    /// @param register the external id with which an unknown user is registered if the job is an enrolment; null to
    ///     refuse such a job
    public record ForUser(
            UserRef ref, String text, @Nullable Identifier register) {}
}
