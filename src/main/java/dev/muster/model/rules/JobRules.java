package dev.muster.model.rules;

import dev.muster.model.Refusal;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Determines who may submit which kind of job, and the result of a verdict. These are pure functions of the user's
/// current state, the job and the time.
final class JobRules {
    /// How long a job id stays reserved for its evidence.
    static final Duration RESERVATION_LIFETIME = Duration.ofHours(1);

    /// The reason recorded for an enrolment that passed verification but failed because its user had been enrolled
    /// in the meantime.
    static final String ALREADY_ENROLLED = "already_enrolled";

    private final Instant now;

    JobRules(Instant now) {
        this.now = now;
    }

    /// Why a job of this type is refused for `user`; null if it is accepted.
    ///
    /// @param user the user in their current state; null if unknown
    /// @param permitted whether the job may enrol an enrolled user again
    @Nullable
    Refusal refused(JobType type, @Nullable User user, boolean permitted) {
        if (user == null) {
            return type.kind() == JobType.Kind.OF_ENROLLED ? new Refusal.NotEnrolled() : null;
        }
        Refusal refusal = Lookup.outOfService(user);
        if (refusal != null) {
            return refusal;
        }
        List<Hold> denying = user.holds().denying(now);
        if (!denying.isEmpty()) {
            return new Refusal.Held(denying);
        }
        boolean enrols = type.kind() == JobType.Kind.ENROLMENT;
        return switch (user.enrolment()) {
            case Enrolment.ReenrolmentAllowed _ -> enrols ? null : new Refusal.MustReenrol();
            case Enrolment.Enrolled _ -> enrols && !permitted ? new Refusal.AlreadyEnrolled() : null;
            case Enrolment.None() -> type.kind() == JobType.Kind.OF_ENROLLED ? new Refusal.NotEnrolled() : null;
        };
    }

    /// The kind of hold that would make a job fail if it were accepted now; null if there is none.
    static @Nullable HoldKind failingHold(@Nullable User user, Instant now) {
        return user == null || user.holds().decision(now) == Decision.ALLOW
                ? null
                : user.holds().at(now).all().getFirst().kind();
    }

    /// Returns the result of the verdict `given`.
    ///
    /// @param user the user in their current state; null if Muster does not know the job's user
    Job.Completed completed(Job job, Job.Submission submission, @Nullable User user, Verdict given) {
        HoldKind deciding = submission.heldBy() == null ? failingHold(user, now) : submission.heldBy();
        if (deciding != null) {
            Job.Review review = deciding == HoldKind.FRAUD ? review(job) : new Job.NoReview();
            return new Job.Completed(submission, given, Outcome.FAILED, deciding.wireName(), now, review);
        }
        boolean tooLate = given.outcome() == Outcome.PASSED
                && job.type().kind() == JobType.Kind.ENROLMENT
                && !job.permitted()
                && user != null
                && user.enrolment() instanceof Enrolment.Enrolled;
        return tooLate
                ? new Job.Completed(submission, given, Outcome.FAILED, ALREADY_ENROLLED, now, new Job.NoReview())
                : new Job.Completed(submission, given, given.outcome(), null, now, new Job.NoReview());
    }

    /// The review after a verdict. The verdict that follows a provisional one does not reopen a closed review.
    private static Job.Review review(Job job) {
        return job.stage() instanceof Job.Completed completed && completed.review() instanceof Job.ClosedReview closed
                ? closed
                : new Job.OpenReview();
    }

    static boolean enrols(Job job, Job.Completed completed) {
        return completed.outcome() == Outcome.PASSED && job.type().kind() == JobType.Kind.ENROLMENT;
    }

    /// Returns the user as enrolled by `job`. Any permission to enrol again is used up.
    static User enrolled(Job job, User user, long version, Instant now) {
        User.Draft draft = user.draft();
        draft.enrolment = new Enrolment.Enrolled(job.jobId(), now);
        draft.version = version;
        draft.updatedAt = now;
        return draft.build();
    }

    /// Whether an existing job is the same as the requested one, so that a retry may replace it.
    static boolean isSame(Job existing, JobRequest request, @Nullable User user) {
        if (!existing.type().equals(request.type())) {
            return false;
        }
        if (existing.user() != null) {
            return user != null && existing.user().equals(user.id());
        }
        Job.Reservation reservation = existing.reservation();
        String text = existing.submission() == null
                        && reservation != null
                        && reservation.job().user() != null
                ? reservation.job().user().text()
                : existing.userText();
        return Objects.equals(
                text, request.user() == null ? null : request.user().text());
    }
}
