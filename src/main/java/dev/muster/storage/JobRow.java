package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.Digest;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `job`. Everything in a job that may tell of a person is in `sealed`. Stage and outcome are one
/// column, `state`, so that they cannot contradict each other.
///
/// @param id the row's; when a lapsed reservation is replaced, its row is reused
/// @param number counts the realm's jobs; unique among those that were submitted
/// @param user null if the user is not known here
/// @param submittedAt null while the job is only reserved
/// @param token the keyed hash of what opens the reservation; null without one, as `tokenUntil` and `tokenBy`
/// @param outcome not null if and only if `stage` is `JUDGED`
/// @param evidence null for none; then its size, hash and time mean nothing
/// @param evidenceUntil when it is deleted; storage sets it to the epoch when the user is erased
/// @param sealed null once the job or its user is erased
/// @param seed of the job's own key; null once the job or its user is erased, and for older jobs
/// @param realmKey whether it is sealed under the realm's key although it has a user
/// @param userPrint the fingerprint of the name in it; null once it has a user
/// @param erasedAt when the job itself was erased, apart from its user
/// @param readable whether each column holds what some version writes; else only realm, ids, number and user
///     are valid
public record JobRow(
        long realm,
        UUID id,
        String jobId,
        long number,
        JobType type,
        @Nullable UUID user,
        boolean permitted,
        Stage stage,
        @Nullable Instant submittedAt,
        @Nullable HoldKind heldBy,
        @Nullable Digest token,
        @Nullable Instant tokenUntil,
        @Nullable ActorRef tokenBy,
        @Nullable Outcome given,
        @Nullable BigDecimal confidence,
        @Nullable Outcome outcome,
        @Nullable String reason,
        @Nullable Instant judgedAt,
        Review review,
        @Nullable ActorRef reviewedBy,
        @Nullable Instant reviewedAt,
        @Nullable UUID evidence,
        long evidenceSize,
        @Nullable Digest evidenceSha256,
        @Nullable Instant evidenceUntil,
        byte @Nullable [] sealed,
        byte @Nullable [] seed,
        boolean realmKey,
        byte @Nullable [] userPrint,
        @Nullable Instant erasedAt,
        boolean readable) {
    static final int RESERVED = 0;
    static final int AWAITING = 1;
    static final int STATES = 2 + Outcome.CODES.size();

    /// The type in a row that is not readable.
    private static final JobType ANY_TYPE = new JobType(1);

    public JobRow {
        if (outcome != null != (stage == Stage.JUDGED)) {
            throw new IllegalArgumentException("a job in stage " + stage + " with outcome " + outcome);
        }
    }

    /// Why a row that is not readable cannot be used.
    public UnreadableException unreadable() {
        return new UnreadableException("job", id.toString());
    }

    /// What the job's key is derived from.
    public JobTables.JobSealRow seal() {
        return new JobTables.JobSealRow(id, user, seed, realmKey, erasedAt);
    }

    static int state(Outcome outcome) {
        return 2 + outcome.code();
    }

    private int state() {
        return outcome != null ? state(outcome) : stage == Stage.RESERVED ? RESERVED : AWAITING;
    }

    private static int state(Row row) throws SQLException {
        int state = row.small();
        return state == RESERVED || state == AWAITING || Outcome.CODES.of(state - 2) != null
                ? state
                : row.altered(AWAITING);
    }

    private static Stage stage(int state) {
        return switch (state) {
            case RESERVED -> Stage.RESERVED;
            case AWAITING -> Stage.AWAITING;
            default -> Stage.JUDGED;
        };
    }

    /// In the order of `job_insert`.
    void insert(Parameters to) throws SQLException {
        to.number(realm).uuid(id).text(jobId);
        changing(to);
    }

    /// In the order of `job_update`.
    void update(Parameters to) throws SQLException {
        changing(to);
        to.number(realm).uuid(id);
    }

    private void changing(Parameters to) throws SQLException {
        to.number(number).small(type.number()).uuid(user).truth(permitted).small(state());
        to.instant(submittedAt).code(heldBy).bytes(bytes(token)).instant(tokenUntil);
        actor(to, tokenBy);
        to.code(given).text(confidence == null ? null : confidence.toString()).text(reason);
        to.instant(judgedAt).code(review);
        actor(to, reviewedBy);
        to.instant(reviewedAt).uuid(evidence);
        if (evidence == null) {
            to.number(null).bytes(null).instant(null);
        } else {
            to.number(evidenceSize).bytes(bytes(evidenceSha256)).instant(evidenceUntil);
        }
        to.bytes(sealed).bytes(seed).truth(realmKey).bytes(userPrint).instant(erasedAt);
    }

    private static void actor(Parameters to, @Nullable ActorRef actor) throws SQLException {
        to.code(actor == null ? null : actor.kind()).uuid(actor == null ? null : actor.id());
    }

    private static byte @Nullable [] bytes(@Nullable Digest digest) {
        return digest == null ? null : digest.bytes();
    }

    /// In the order of `jobs.columns`. A value that no version writes makes the row unreadable, and no other
    /// row.
    static JobRow read(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String jobId = row.text();
        long number = row.number();
        JobType type = JobType.of(row.small());
        Draft draft = new Draft(realm, id, jobId, number, type == null ? ANY_TYPE : type);
        draft.user = row.uuidOrNull();
        draft.permitted = row.truth();
        int state = state(row);
        draft.stage = stage(state);
        draft.outcome = Outcome.CODES.of(state - 2);
        draft.submittedAt = row.instantOrNull();
        draft.heldBy = row.codedOrNull(HoldKind.CODES);
        draft.token = digest(row.bytesOrNull());
        draft.tokenUntil = row.instantOrNull();
        draft.tokenBy = actor(row);
        draft.given = row.codedOrNull(Outcome.CODES);
        draft.confidence =
                row.decoded(JobRow::confidence, Optional.<BigDecimal>empty()).orElse(null);
        draft.reason = row.textOrNull();
        draft.judgedAt = row.instantOrNull();
        draft.review = row.coded(Review.CODES);
        draft.reviewedBy = actor(row);
        draft.reviewedAt = row.instantOrNull();
        draft.evidence = row.uuidOrNull();
        draft.evidenceSize = row.number();
        draft.evidenceSha256 = digest(row.bytesOrNull());
        draft.evidenceUntil = row.instantOrNull();
        draft.sealed = row.bytesOrNull();
        draft.seed = row.seedOrNull();
        draft.realmKey = row.truth();
        draft.userPrint = row.bytesOrNull();
        draft.erasedAt = row.instantOrNull();
        draft.readable = type != null && !row.isAltered();
        return draft.build();
    }

    private static Optional<BigDecimal> confidence(@Nullable String text) {
        return Optional.ofNullable(text).map(BigDecimal::new);
    }

    private static @Nullable Digest digest(byte @Nullable [] bytes) {
        return bytes == null ? null : new Digest(bytes);
    }

    private static @Nullable ActorRef actor(Row row) throws SQLException {
        ActorRef.Kind kind = row.codedOrNull(ActorRef.Kind.CODES);
        UUID id = row.uuidOrNull();
        return kind == null || id == null ? null : new ActorRef(kind, id);
    }

    /// A row in the making: at first that of a job that awaits its verdict.
    public static final class Draft {
        private final long realm;
        private final UUID id;
        private final String jobId;
        private final long number;
        private final JobType type;

        public @Nullable UUID user;
        public boolean permitted;
        public Stage stage = Stage.AWAITING;
        public @Nullable Instant submittedAt;
        public @Nullable HoldKind heldBy;
        public @Nullable Digest token;
        public @Nullable Instant tokenUntil;
        public @Nullable ActorRef tokenBy;
        public @Nullable Outcome given;
        public @Nullable BigDecimal confidence;
        public @Nullable Outcome outcome;
        public @Nullable String reason;
        public @Nullable Instant judgedAt;
        public Review review = Review.NONE;
        public @Nullable ActorRef reviewedBy;
        public @Nullable Instant reviewedAt;
        public @Nullable UUID evidence;
        public long evidenceSize;
        public @Nullable Digest evidenceSha256;
        public @Nullable Instant evidenceUntil;
        public byte @Nullable [] sealed;
        public byte @Nullable [] seed;
        public boolean realmKey;
        public byte @Nullable [] userPrint;
        public @Nullable Instant erasedAt;
        public boolean readable = true;

        public Draft(long realm, UUID id, String jobId, long number, JobType type) {
            this.realm = realm;
            this.id = id;
            this.jobId = jobId;
            this.number = number;
            this.type = type;
        }

        public JobRow build() {
            return new JobRow(
                    realm,
                    id,
                    jobId,
                    number,
                    type,
                    user,
                    permitted,
                    stage,
                    submittedAt,
                    heldBy,
                    token,
                    tokenUntil,
                    tokenBy,
                    given,
                    confidence,
                    outcome,
                    reason,
                    judgedAt,
                    review,
                    reviewedBy,
                    reviewedAt,
                    evidence,
                    evidenceSize,
                    evidenceSha256,
                    evidenceUntil,
                    sealed,
                    seed,
                    realmKey,
                    userPrint,
                    erasedAt,
                    readable);
        }
    }

    /// How far it has come.
    public enum Stage {
        RESERVED,
        AWAITING,
        JUDGED
    }

    /// Whether somebody has to look at it.
    public enum Review implements Coded {
        NONE(0),
        OPEN(1),
        CLOSED(2);

        static final Codes<Review> CODES = new Codes<>(values());

        private final int code;

        Review(int code) {
            this.code = code;
        }

        @Override
        public int code() {
            return code;
        }
    }
}
