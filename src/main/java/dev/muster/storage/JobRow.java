package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Digest;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `job`. Personal data, the reserved request and the evidence key are stored only in `sealed`: the component
/// `job` lacks them when the row is read, and any that it has are ignored when the row is written.
///
/// @param sealed the sealed data; null once the job or its user is erased
/// @param seed the seed of the job's own key; null for older jobs, and once the job or its user is erased
/// @param realmKey whether `sealed` is sealed with the realm's key although the job has a user
/// @param userPrint the fingerprint of the user name that the job was submitted under; null once the job has a user, or
///     once the job or its user is erased
/// @param readable whether all columns hold valid values; otherwise [#job] throws
public record JobRow(
        long realm,
        Job job,
        byte @Nullable [] sealed,
        byte @Nullable [] seed,
        boolean realmKey,
        byte @Nullable [] userPrint,
        boolean readable)
        implements StoredRow {
    // The column `state` holds a job's stage, or its outcome if it has one.

    static final int RESERVED = 0;
    static final int AWAITING = 1;
    static final int STATES = 2 + Outcome.CODES.size();

    // Values of the column `review`.

    static final int NO_REVIEW = 0;
    static final int OPEN_REVIEW = 1;
    static final int CLOSED_REVIEW = 2;

    // Placeholders for unreadable rows.

    private static final JobType ANY_TYPE = new JobType(1);
    private static final Job.Stage ANY_STAGE = new Job.Awaiting(new Job.Submission(Instant.EPOCH, null), null);

    private static final Evidence.Key NO_KEY = new Evidence.Key(new byte[0]);

    /// Creates a row to write.
    public JobRow(
            long realm,
            Job job,
            byte @Nullable [] sealed,
            byte @Nullable [] seed,
            boolean realmKey,
            byte @Nullable [] userPrint) {
        this(realm, job, sealed, seed, realmKey, userPrint, true);
    }

    /// The job.
    ///
    /// @throws UnreadableException if the row is not readable
    @Override
    public Job job() {
        return checked(job);
    }

    /// The job's id. Available even if the row is unreadable.
    public UUID id() {
        return job.id();
    }

    /// The partner's id of the job. Available even if the row is unreadable.
    public String jobId() {
        return job.jobId();
    }

    /// The job's number. Available even if the row is unreadable.
    public long number() {
        return job.number();
    }

    /// The job's user; null if there is none. Available even if the row is unreadable.
    public @Nullable UUID user() {
        return job.user();
    }

    @Override
    public UnreadableException unreadable() {
        return new UnreadableException("job", id().toString());
    }

    /// The inputs for deriving the job's key. Available even if the row is unreadable.
    public JobTables.JobSealRow seal() {
        return new JobTables.JobSealRow(id(), user(), seed, realmKey, job.erasedAt());
    }

    static int state(Outcome outcome) {
        return 2 + outcome.code();
    }

    void insert(Parameters to) throws SQLException {
        update(to);
        to.text(jobId());
    }

    void update(Parameters to) throws SQLException {
        to.number(number()).small(job.type().number()).uuid(user()).bool(job.permitted());
        Job.Completed completed = job.stage() instanceof Job.Completed it ? it : null;
        Job.Submission submission = job.submission();
        to.small(completed != null ? state(completed.outcome()) : submission == null ? RESERVED : AWAITING);
        to.instant(submission == null ? null : submission.at());
        to.code(submission == null ? null : submission.heldBy());
        Job.Reservation reservation = job.reservation();
        to.bytes(reservation == null ? null : reservation.token().bytes());
        to.instant(reservation == null ? null : reservation.until());
        actor(to, reservation == null ? null : reservation.by());
        BigDecimal confidence = completed == null ? null : completed.verdict().confidence();
        to.code(completed == null ? null : completed.verdict().outcome());
        to.text(confidence == null ? null : confidence.toString());
        to.text(completed == null ? null : completed.reason());
        to.instant(completed == null ? null : completed.at());
        review(to, completed == null ? new Job.NoReview() : completed.review());
        Evidence evidence = job.evidence();
        to.uuid(evidence == null ? null : evidence.id());
        to.number(evidence == null ? null : (Long) evidence.size());
        to.bytes(evidence == null ? null : evidence.sha256().bytes());
        to.instant(evidence == null ? null : evidence.keptUntil());
        to.bytes(sealed).bytes(seed).bool(realmKey).bytes(userPrint).instant(job.erasedAt());
        to.number(realm).uuid(id());
    }

    private static void actor(Parameters to, @Nullable ActorRef actor) throws SQLException {
        to.code(actor == null ? null : actor.kind()).uuid(actor == null ? null : actor.id());
    }

    private static void review(Parameters to, Job.Review review) throws SQLException {
        Job.ClosedReview closed = review instanceof Job.ClosedReview it ? it : null;
        to.small(
                switch (review) {
                    case Job.NoReview() -> NO_REVIEW;
                    case Job.OpenReview() -> OPEN_REVIEW;
                    case Job.ClosedReview _ -> CLOSED_REVIEW;
                });
        actor(to, closed == null ? null : closed.by());
        to.instant(closed == null ? null : closed.at());
    }

    /// Reads columns in the order of `jobs.columns`. A value that is invalid, or missing for the job's stage,
    /// makes only this row unreadable.
    static JobRow read(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String jobId = row.text();
        long number = row.number();
        JobType known = JobType.of(row.small());
        JobType type = known == null ? row.altered(ANY_TYPE) : known;
        UUID user = row.uuidOrNull();
        boolean permitted = row.bool();
        Job.Stage stage = stage(row, jobId, type);
        Evidence evidence = evidence(row);
        byte[] sealed = row.bytesOrNull();
        byte[] seed = row.seedOrNull();
        boolean realmKey = row.bool();
        byte[] userPrint = row.bytesOrNull();
        Job job = new Job(
                id, jobId, number, type, user, null, null, null, permitted, stage, evidence, row.instantOrNull());
        return new JobRow(realm, job, sealed, seed, realmKey, userPrint, !row.isAltered());
    }

    private static Job.Stage stage(Row row, String jobId, JobType type) throws SQLException {
        int state = row.small();
        Instant submittedAt = row.instantOrNull();
        HoldKind heldBy = row.codedOrNull(HoldKind.CODES);
        Job.Reservation reservation = reservation(row, jobId, type);
        Outcome given = row.codedOrNull(Outcome.CODES);
        BigDecimal confidence =
                row.decoded(JobRow::confidence, Optional.<BigDecimal>empty()).orElse(null);
        String reason = row.textOrNull();
        Instant judgedAt = row.instantOrNull();
        Job.Review review = review(row);
        if (state == RESERVED) {
            return reservation == null ? row.altered(ANY_STAGE) : new Job.Reserved(reservation);
        }
        if (submittedAt == null) {
            return row.altered(ANY_STAGE);
        }
        Job.Submission submission = new Job.Submission(submittedAt, heldBy);
        if (state == AWAITING) {
            return new Job.Awaiting(submission, reservation);
        }
        Outcome outcome = Outcome.CODES.of(state - 2);
        return outcome == null || given == null || judgedAt == null
                ? row.altered(ANY_STAGE)
                : new Job.Completed(
                        submission, new Verdict(given, confidence, null), outcome, reason, judgedAt, review);
    }

    private static Job.@Nullable Reservation reservation(Row row, String jobId, JobType type) throws SQLException {
        byte[] token = row.bytesOrNull();
        Instant until = row.instantOrNull();
        ActorRef by = actor(row);
        if (token == null) {
            return null;
        }
        return until == null || by == null
                ? row.altered(null)
                : new Job.Reservation(new Digest(token), until, by, JobRequest.bare(jobId, type));
    }

    private static Optional<BigDecimal> confidence(@Nullable String text) {
        return Optional.ofNullable(text).map(BigDecimal::new);
    }

    private static Job.Review review(Row row) throws SQLException {
        int review = row.small();
        ActorRef by = actor(row);
        Instant at = row.instantOrNull();
        return switch (review) {
            case NO_REVIEW -> new Job.NoReview();
            case OPEN_REVIEW -> new Job.OpenReview();
            case CLOSED_REVIEW ->
                by == null || at == null ? row.altered(new Job.NoReview()) : new Job.ClosedReview(by, at, null, null);
            default -> row.altered(new Job.NoReview());
        };
    }

    private static @Nullable Evidence evidence(Row row) throws SQLException {
        UUID id = row.uuidOrNull();
        long size = row.number();
        byte[] sha256 = row.bytesOrNull();
        Instant until = row.instantOrNull();
        if (id == null) {
            return null;
        }
        return sha256 == null || until == null
                ? row.altered(null)
                : new Evidence(id, size, new Digest(sha256), NO_KEY, until);
    }

    private static @Nullable ActorRef actor(Row row) throws SQLException {
        ActorRef.Kind kind = row.codedOrNull(ActorRef.Kind.CODES);
        UUID id = row.uuidOrNull();
        return kind == null || id == null ? null : new ActorRef(kind, id);
    }
}
