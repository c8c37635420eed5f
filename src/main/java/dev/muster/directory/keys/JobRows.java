package dev.muster.directory.keys;

import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.storage.JobRow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Jobs as rows and rows as jobs. What a person could be read from stands in neither column: it is in the
/// sealed details.
public final class JobRows {
    private JobRows() {}

    /// What of a job's row is not of the job itself.
    ///
    /// @param sealed what is sealed of it; null when nothing may be kept
    /// @param seed what its key follows from; null for none
    /// @param userPrint the fingerprint of the name under which it was submitted, where it has no user
    public record Kept(
            byte @Nullable [] sealed, byte @Nullable [] seed, boolean realmKey, byte @Nullable [] userPrint) {
        public static final Kept NOTHING = new Kept(null, null, false, null);
    }

    public static JobRow row(long realm, Job job, Kept kept) {
        Job.Submission submission = job.submission();
        Job.Reservation reservation = job.reservation();
        Evidence evidence = job.evidence();
        JobRow.Draft row = new JobRow.Draft(realm, job.id(), job.jobId(), job.number(), job.type());
        row.user = job.user();
        row.permitted = job.permitted();
        row.stage = stage(job.stage());
        if (submission != null) {
            row.submittedAt = submission.at();
            row.heldBy = submission.heldBy();
        }
        if (reservation != null) {
            row.token = reservation.token();
            row.tokenUntil = reservation.until();
            row.tokenBy = reservation.by();
        }
        if (job.stage() instanceof Job.Judged judged) {
            row.given = judged.given().outcome();
            row.confidence = judged.given().confidence();
            row.outcome = judged.outcome();
            row.reason = judged.reason();
            row.judgedAt = judged.at();
            row.review = review(judged.review());
            if (judged.review() instanceof Job.ClosedReview closed) {
                row.reviewedBy = closed.by();
                row.reviewedAt = closed.at();
            }
        }
        if (evidence != null) {
            row.evidence = evidence.id();
            row.evidenceSize = evidence.size();
            row.evidenceSha256 = evidence.sha256();
            row.evidenceUntil = evidence.keptUntil();
        }
        row.sealed = kept.sealed;
        row.seed = kept.seed;
        row.realmKey = kept.realmKey;
        row.userPrint = kept.userPrint;
        row.erasedAt = job.erasedAt();
        return row.build();
    }

    private static JobRow.Stage stage(Job.Stage stage) {
        return switch (stage) {
            case Job.Reserved _ -> JobRow.Stage.RESERVED;
            case Job.Awaiting _ -> JobRow.Stage.AWAITING;
            case Job.Judged _ -> JobRow.Stage.JUDGED;
        };
    }

    private static JobRow.Review review(Job.Review review) {
        return switch (review) {
            case Job.NoReview() -> JobRow.Review.NONE;
            case Job.OpenReview() -> JobRow.Review.OPEN;
            case Job.ClosedReview _ -> JobRow.Review.CLOSED;
        };
    }

    /// What is left of a job once its user is erased: as storage makes it of the user's rows.
    public static Job erased(Job job) {
        Job bare = job.withoutWords(job.stage(), job.erasedAt());
        return job(row(0, bare, Kept.NOTHING), JobDetails.NONE);
    }

    /// Whether a row holds what some version writes, and all that a job in its stage has.
    public static boolean isReadable(JobRow row) {
        boolean reserved = row.stage() == JobRow.Stage.RESERVED;
        boolean judged = row.stage() == JobRow.Stage.JUDGED;
        return row.readable()
                && (reserved ? row.token() != null : row.submittedAt() != null)
                && (row.token() == null || (row.tokenUntil() != null && row.tokenBy() != null))
                && (!judged || (row.given() != null && row.judgedAt() != null))
                && (row.review() != JobRow.Review.CLOSED || (row.reviewedBy() != null && row.reviewedAt() != null))
                && (row.evidence() == null || (row.evidenceSha256() != null && row.evidenceUntil() != null));
    }

    /// The job of a row and its opened details.
    ///
    /// @throws dev.muster.model.UnreadableException when the row cannot be read
    public static Job job(JobRow row, JobDetails details) {
        if (!isReadable(row)) {
            throw row.unreadable();
        }
        return new Job(
                row.id(),
                row.jobId(),
                row.number(),
                row.type(),
                row.user(),
                details.userText(),
                details.extras(),
                details.callbackUrl(),
                row.permitted(),
                stage(row, details),
                evidence(row, details),
                row.erasedAt());
    }

    private static Job.Stage stage(JobRow row, JobDetails details) {
        return switch (row.stage()) {
            case RESERVED -> new Job.Reserved(Objects.requireNonNull(reservation(row, details)));
            case AWAITING -> new Job.Awaiting(submission(row), reservation(row, details));
            case JUDGED -> judged(row, details);
        };
    }

    private static Job.Submission submission(JobRow row) {
        return new Job.Submission(Objects.requireNonNull(row.submittedAt()), row.heldBy());
    }

    private static Job.@Nullable Reservation reservation(JobRow row, JobDetails details) {
        if (row.token() == null) {
            return null;
        }
        JobRequest asked = details.reserved() == null
                ? new JobRequest(row.jobId(), row.type(), null, null, null, false, false, Outcome.PASSED)
                : details.reserved();
        return new Job.Reservation(
                row.token(),
                Objects.requireNonNull(row.tokenUntil()),
                Objects.requireNonNull(row.tokenBy()),
                asked,
                details.evidenceRefused());
    }

    private static Job.Judged judged(JobRow row, JobDetails details) {
        Job.Review review = switch (row.review()) {
            case NONE -> new Job.NoReview();
            case OPEN -> new Job.OpenReview();
            case CLOSED ->
                new Job.ClosedReview(
                        Objects.requireNonNull(row.reviewedBy()),
                        Objects.requireNonNull(row.reviewedAt()),
                        details.reviewNote());
        };
        return new Job.Judged(
                submission(row),
                new Verdict(Objects.requireNonNull(row.given()), row.confidence(), details.verdictText()),
                Objects.requireNonNull(row.outcome()),
                row.reason(),
                Objects.requireNonNull(row.judgedAt()),
                review);
    }

    private static @Nullable Evidence evidence(JobRow row, JobDetails details) {
        return row.evidence() == null
                ? null
                : new Evidence(
                        row.evidence(),
                        row.evidenceSize(),
                        Objects.requireNonNull(row.evidenceSha256()),
                        details.evidenceKey() == null ? Evidence.Key.NONE : details.evidenceKey(),
                        Objects.requireNonNull(row.evidenceUntil()));
    }
}
