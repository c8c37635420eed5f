package dev.muster.model;

import dev.muster.model.job.Evidence;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.job.Verdict;
import dev.muster.model.value.Digest;
import org.jspecify.annotations.Nullable;

/// A command on jobs.
public sealed interface JobCommand extends Command {
    /// Checks a submission and reserves its job id for [JobRules#RESERVATION_LIFETIME].
    ///
    /// @param token the keyed hash of the upload token that is required to submit the job
    record ReserveJob(JobRequest job, Digest token) implements JobCommand {}

    /// Submits a job.
    ///
    /// @param token the keyed hash of the reservation's upload token; null for a job submitted without a
    ///     reservation
    /// @param evidence the uploaded file, which is already stored durably; null if there is none
    /// @param callbackUrl the callback address named in the evidence, which is used if the request names none; null
    ///     if there is none
    record SubmitJob(
            JobRequest job,
            @Nullable Digest token,
            @Nullable Evidence evidence,
            @Nullable String callbackUrl) implements JobCommand {
        /// Creates a submission without evidence, or whose evidence names no callback address.
        public SubmitJob(JobRequest job, @Nullable Digest token, @Nullable Evidence evidence) {
            this(job, token, evidence, null);
        }
    }

    /// Records that the file uploaded for a reserved job was unusable. The reservation stays open, and a new
    /// reservation with the same job id, user and type replaces it without having to request a retry. A job that
    /// has already been submitted is not changed. Refuses: NotFound and JobExists, if the token does not belong to
    /// an open reservation.
    ///
    /// @param token the keyed hash of the reservation's upload token
    record FreeJobId(String jobId, Digest token) implements JobCommand {}

    record GiveVerdict(String jobId, Verdict verdict) implements JobCommand {}

    /// Closes the review of a job that failed because of a fraud hold. Neither changes the hold nor a review that is
    /// already closed.
    ///
    /// @param decision null if the caller does not say
    record ReviewJob(
            String jobId, @Nullable String note, @Nullable ReviewDecision decision) implements JobCommand {}

    /// Clears a job's fields and destroys the key of its journal entries.
    record EraseJob(String jobId) implements JobCommand, Command.Deferrable {}

    /// Records in the journal that a job's evidence, or an image from it, was read. Changes nothing else.
    record NoteEvidenceRead(String jobId) implements JobCommand {}
}
