package dev.muster.model.job;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An enrolment or authentication attempt that a partner submits for a user.
///
/// @param jobId the partner's id for the job, unique in the realm; 1 to 255 characters
/// @param number the job's number in the realm, starting from 1
/// @param user the job's user; null if Muster does not know the user
/// @param userText the partner's name for the user if Muster does not know the user; otherwise null
/// @param extras a JSON object with the partner's additional data; null if there is none or the user has been erased
/// @param callbackUrl the address to which each result is sent; null to send no callbacks
/// @param erasedAt when the job itself was erased; null if it was not, even if its user was
/// @param permitted whether this job may enrol an enrolled user again, regardless of the user's own permission
public record Job(
        UUID id,
        String jobId,
        long number,
        JobType type,
        @Nullable UUID user,
        @Nullable String userText,
        @Nullable String extras,
        @Nullable String callbackUrl,
        boolean permitted,
        Stage stage,
        @Nullable Evidence evidence,
        @Nullable Instant erasedAt) {
    /// The job's progress.
    public sealed interface Stage {}

    /// The job id is reserved so that evidence can be uploaded, but the job has not been submitted. A lapsed
    /// reservation has no effect.
    public record Reserved(Reservation reservation) implements Stage {}

    /// Submitted and waiting for its verdict.
    ///
    /// @param again a reservation for submitting the job again with other evidence; null if there is none
    public record Awaiting(Submission submission, @Nullable Reservation again) implements Stage {}

    /// The job has a verdict. A provisional one may be followed by another.
    ///
    /// @param verdict the verifier's verdict
    /// @param outcome the result, which is always `FAILED` for a user who was held
    /// @param reason why the outcome differs from the verdict: a kind of hold, or `already_enrolled`
    public record Completed(
            Submission submission,
            Verdict verdict,
            Outcome outcome,
            @Nullable String reason,
            Instant at,
            Review review) implements Stage {
        public boolean isFinal() {
            return verdict.isFinal();
        }

        public Completed with(Review next) {
            return new Completed(submission, verdict, outcome, reason, at, next);
        }

        /// Returns a copy with this comment by the verifier and, if the review is closed, this review note and
        /// decision.
        public Completed withText(@Nullable String text, @Nullable String note, @Nullable ReviewDecision decision) {
            Verdict said = new Verdict(verdict.outcome(), verdict.confidence(), text);
            Review reviewed = review instanceof ClosedReview(var by, var closed, var _, var _)
                    ? new ClosedReview(by, closed, note, decision)
                    : review;
            return new Completed(submission, said, outcome, reason, at, reviewed);
        }
    }

    /// A reservation to upload evidence for a job.
    ///
    /// @param token the keyed hash of the upload token required to use it
    /// @param until when the reservation lapses
    /// @param by the actor for whom the job will be submitted
    /// @param job the job that will be submitted
    /// @param evidenceRefused whether an unusable file was uploaded; if so, the next reservation for the same user
    ///     and type replaces this one without having to request a retry
    public record Reservation(Digest token, Instant until, ActorRef by, JobRequest job, boolean evidenceRefused) {
        /// Creates a reservation without a refused upload.
        public Reservation(Digest token, Instant until, ActorRef by, JobRequest job) {
            this(token, until, by, job, false);
        }

        public boolean isOpen(Instant now) {
            return now.isBefore(until);
        }

        public Reservation withEvidenceRefused() {
            return new Reservation(token, until, by, job, true);
        }
    }

    /// The submission of a job.
    ///
    /// @param heldBy the kind of hold that will make it fail; null if there is none
    public record Submission(Instant at, @Nullable HoldKind heldBy) {}

    /// The state of a job's review by a person. Jobs that failed because of a fraud hold need one.
    public sealed interface Review {}

    public record NoReview() implements Review {}

    public record OpenReview() implements Review {}

    /// A closed review.
    ///
    /// @param decision null if it was not given, as by the API and by earlier versions
    public record ClosedReview(
            ActorRef by,
            Instant at,
            @Nullable String note,
            @Nullable ReviewDecision decision) implements Review {}

    /// The outcome's name on the wire; `pending` if there is no verdict.
    public String outcomeWord() {
        return stage instanceof Completed completed ? completed.outcome().wireName() : "pending";
    }

    /// The submission; null while the job is only reserved.
    public @Nullable Submission submission() {
        return switch (stage) {
            case Reserved _ -> null;
            case Awaiting awaiting -> awaiting.submission();
            case Completed completed -> completed.submission();
        };
    }

    /// The current reservation; null if there is none.
    public @Nullable Reservation reservation() {
        return switch (stage) {
            case Reserved(var reservation) -> reservation;
            case Awaiting(var _, var again) -> again;
            case Completed _ -> null;
        };
    }

    /// Whether the job's id is available again because its reservation has lapsed.
    public boolean isLapsed(Instant now) {
        return stage instanceof Reserved(var reservation) && !reservation.isOpen(now);
    }

    public Job at(Stage next) {
        return new Job(
                id, jobId, number, type, user, userText, extras, callbackUrl, permitted, next, evidence, erasedAt);
    }

    /// Returns a copy that belongs to a user who has become known.
    public Job of(UUID owner) {
        return new Job(
                id, jobId, number, type, owner, userText, extras, callbackUrl, permitted, stage, evidence, erasedAt);
    }

    /// The partner's name for the user; null if Muster knows the user or the job names no user.
    public Identifier.@Nullable Key name() {
        Reservation reservation = reservation();
        String text =
                submission() == null && reservation != null && reservation.job().user() != null
                        ? reservation.job().user().text()
                        : userText;
        return user != null || text == null ? null : name(text);
    }

    /// Parses a partner's name for a user. With a prefix it is an e-mail address or a username, otherwise an
    /// external id.
    public static Identifier.Key name(String text) {
        for (Identifier.Kind kind : List.of(Identifier.Kind.EMAIL, Identifier.Kind.USERNAME)) {
            String prefix = kind.field() + ":";
            if (text.startsWith(prefix)) {
                return new Identifier.Key(
                        kind, Identifier.fold(kind, Identifier.trimmed(text.substring(prefix.length()))));
            }
        }
        return new Identifier.Key(
                Identifier.Kind.EXTERNAL_ID, Identifier.fold(Identifier.Kind.EXTERNAL_ID, Identifier.trimmed(text)));
    }

    /// Returns a copy without its evidence.
    public Job withoutEvidence() {
        return new Job(id, jobId, number, type, user, userText, extras, callbackUrl, permitted, stage, null, erasedAt);
    }

    /// Returns a copy without personal data, whose evidence is due to be deleted.
    public Job erased(Instant now) {
        Evidence closed = evidence == null ? null : evidence.closed();
        return new Job(id, jobId, number, type, user, null, null, null, permitted, withoutTexts(stage), closed, now);
    }

    private static Stage withoutTexts(Stage stage) {
        return switch (stage) {
            case Reserved reserved -> reserved;
            case Awaiting(var submission, var _) -> new Awaiting(submission, null);
            case Completed completed -> completed.withText(null, null, null);
        };
    }
}
