package dev.muster.model.job;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One enrolment or authentication attempt that a partner submits for a user.
///
/// @param jobId the partner's own id, unique in the realm; 1 to 255 characters
/// @param number counts the realm's jobs from 1
/// @param user whose it is; null where the user is not known here
/// @param userText who the partner says it is, where the user is not known here
/// @param extras the JSON text of an object: what else the partner gave; null for nothing, and once its
///     user is erased
/// @param callbackUrl where the partner wishes to be told of the verdict
/// @param erasedAt when it was erased by itself; null for never, also when its user was
/// @param permitted whether this job may enrol an enrolled user again, whatever the user's own permission
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
    /// How far it has come.
    public sealed interface Stage {}

    /// Only its id is taken, for the evidence that is to come. A reservation that has lapsed is as good as
    /// none.
    public record Reserved(Reservation reservation) implements Stage {}

    /// Submitted, and waits for its verdict.
    ///
    /// @param again where it is about to be submitted again with other evidence
    public record Awaiting(Submission submission, @Nullable Reservation again) implements Stage {}

    /// It has a verdict. After a provisional one there may be another.
    ///
    /// @param given what the verifier said
    /// @param outcome what came of it: `FAILED` whatever was said of a user who was held
    /// @param reason why the outcome is not what was given: a kind of hold, or `already_enrolled`
    public record Judged(
            Submission submission,
            Verdict given,
            Outcome outcome,
            @Nullable String reason,
            Instant at,
            Review review) implements Stage {
        public boolean isFinal() {
            return given.isFinal();
        }

        public Judged with(Review next) {
            return new Judged(submission, given, outcome, reason, at, next);
        }

        /// The same with another text of the verifier, and another note at a review that is closed.
        public Judged withWords(@Nullable String text, @Nullable String note) {
            Verdict said = new Verdict(given.outcome(), given.confidence(), text);
            Review reviewed = review instanceof ClosedReview(var by, var closed, var _)
                    ? new ClosedReview(by, closed, note)
                    : review;
            return new Judged(submission, said, outcome, reason, at, reviewed);
        }
    }

    /// A promise to take evidence for a job.
    ///
    /// @param token the keyed hash of what must be shown to make use of it
    /// @param until when it lapses
    /// @param by on whose account the job will be submitted
    /// @param job what will be submitted
    /// @param evidenceRefused whether something was uploaded that could not be used: then the next
    ///     reservation for the same user and type replaces this one without asking for a retry
    public record Reservation(Digest token, Instant until, ActorRef by, JobRequest job, boolean evidenceRefused) {
        /// A reservation for which nothing has been uploaded.
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

    /// That it was submitted.
    ///
    /// @param heldBy the hold under which it was taken and will fail; null for none
    public record Submission(Instant at, @Nullable HoldKind heldBy) {}

    /// Whether somebody has to look at it: at those that failed under a fraud hold.
    public sealed interface Review {}

    public record NoReview() implements Review {}

    public record OpenReview() implements Review {}

    public record ClosedReview(
            ActorRef by, Instant at, @Nullable String note) implements Review {}

    /// The word on the wire for how it ended; `pending` before its verdict.
    public String outcomeWord() {
        return stage instanceof Judged judged ? judged.outcome().word() : "pending";
    }

    /// When and how it was submitted; null while it is only reserved.
    public @Nullable Submission submission() {
        return switch (stage) {
            case Reserved _ -> null;
            case Awaiting awaiting -> awaiting.submission();
            case Judged judged -> judged.submission();
        };
    }

    /// What it is reserved or about to be submitted again for; null for nothing.
    public @Nullable Reservation reservation() {
        return switch (stage) {
            case Reserved(var reservation) -> reservation;
            case Awaiting(var _, var again) -> again;
            case Judged _ -> null;
        };
    }

    /// Whether its id is not taken any more: it was only reserved, and that has lapsed.
    public boolean isLapsed(Instant now) {
        return stage instanceof Reserved(var reservation) && !reservation.isOpen(now);
    }

    public Job at(Stage next) {
        return new Job(
                id, jobId, number, type, user, userText, extras, callbackUrl, permitted, next, evidence, erasedAt);
    }

    /// The same job as that of a user who is known now.
    public Job of(UUID owner) {
        return new Job(
                id, jobId, number, type, owner, userText, extras, callbackUrl, permitted, stage, evidence, erasedAt);
    }

    /// What the job says of who it is about; null where its user is known, or it names nobody.
    public Identifier.@Nullable Key name() {
        Reservation reservation = reservation();
        String text =
                submission() == null && reservation != null && reservation.job().user() != null
                        ? reservation.job().user().text()
                        : userText;
        return user != null || text == null ? null : name(text);
    }

    /// Whom a partner means by a text: an address or a username where it says so, else an external id.
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

    /// The same job, showing none of its evidence.
    public Job withoutEvidence() {
        return new Job(id, jobId, number, type, user, userText, extras, callbackUrl, permitted, stage, null, erasedAt);
    }

    /// The same job without anything that a person could be read from. Its evidence is due to be deleted.
    public Job erased(Instant now) {
        Evidence closed = evidence == null ? null : evidence.closed();
        return new Job(id, jobId, number, type, user, null, null, null, permitted, wordless(stage), closed, now);
    }

    private static Stage wordless(Stage stage) {
        return switch (stage) {
            case Reserved reserved -> reserved;
            case Awaiting(var submission, var _) -> new Awaiting(submission, null);
            case Judged judged -> judged.withWords(null, null);
        };
    }
}
