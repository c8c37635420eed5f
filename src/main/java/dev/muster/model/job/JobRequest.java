package dev.muster.model.job;

import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import org.jspecify.annotations.Nullable;

/// What a partner asks for with a job. Values in it have passed `Validator`.
///
/// @param user null where the type needs none and none is given
/// @param extras the JSON text of an object, at most 8 KiB; null for nothing
/// @param callbackUrl where the partner wishes to be told of the verdict
/// @param permit whether to let this job enrol an enrolled user again; ignored where the actor may not allow
///     that
/// @param retry whether a job of that id that has no verdict yet is to be replaced
/// @param sandboxResult what a test realm comes to, at once; of no meaning in production
public record JobRequest(
        String jobId,
        JobType type,
        @Nullable ForUser user,
        @Nullable String extras,
        @Nullable String callbackUrl,
        boolean permit,
        boolean retry,
        Outcome sandboxResult) {
    /// One that asks for nothing more than a job.
    public static JobRequest bare(String jobId, JobType type) {
        return new JobRequest(jobId, type, null, null, null, false, false, Outcome.PASSED);
    }

    /// Whose job it is.
    ///
    /// @param ref how the user is found
    /// @param text as the partner wrote it; kept with a job whose user need not be known
    /// @param register the external id to register an unknown user with, where the job is an enrolment; null
    ///     where such a job is refused
    public record ForUser(
            UserRef ref, String text, @Nullable Identifier register) {}
}
