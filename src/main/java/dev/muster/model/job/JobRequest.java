package dev.muster.model.job;

import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import org.jspecify.annotations.Nullable;

/// A partner's request for a job. Its values were validated by `Validator`.
///
/// @param user the job's user; null if the type requires none and the partner names none
/// @param extras a JSON object, at most 8 KiB; null if there is none
/// @param callbackUrl where the partner is notified of each result; null to send no callbacks
/// @param permit whether this job may enrol an enrolled user again; ignored if the actor may not allow that
/// @param retry whether to replace a job with that id that has no verdict yet
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
    /// A request with only an id and a type.
    public static JobRequest bare(String jobId, JobType type) {
        return new JobRequest(jobId, type, null, null, null, false, false, Outcome.PASSED);
    }

    /// The user of a job.
    ///
    /// @param ref how the user is found
    /// @param text the partner's name for the user; stored with a job whose user need not be known
    /// @param register the external id to register an unknown user with if the job is an enrolment; null to
    ///     refuse such a job
    public record ForUser(
            UserRef ref, String text, @Nullable Identifier register) {}
}
