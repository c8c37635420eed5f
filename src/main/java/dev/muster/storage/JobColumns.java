package dev.muster.storage;

import dev.muster.model.ActorRef;
import dev.muster.model.Digest;
import dev.muster.model.HoldKind;
import dev.muster.model.JobType;
import dev.muster.model.Outcome;
import dev.muster.storage.Rows.JobRow;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a job stands in the columns of `job`. Its stage and its outcome are one number there, `state`, so that they
/// cannot contradict each other.
final class JobColumns {
    static final int RESERVED = 0;
    static final int AWAITING = 1;
    static final int STATES = 2 + Outcome.values().length;

    /// What a row that is not readable has for its type.
    private static final JobType ANY_TYPE = new JobType(1);

    private JobColumns() {}

    static int state(Outcome outcome) {
        return 2 + outcome.ordinal();
    }

    private static int state(JobRow row) {
        Outcome outcome = row.outcome();
        return outcome != null ? state(outcome) : row.stage() == JobRow.Stage.RESERVED ? RESERVED : AWAITING;
    }

    private static JobRow.Stage stage(int state) {
        return switch (state) {
            case RESERVED -> JobRow.Stage.RESERVED;
            case AWAITING -> JobRow.Stage.AWAITING;
            default -> JobRow.Stage.JUDGED;
        };
    }

    /// In the order of `job_insert`.
    static void insert(Parameters to, JobRow row) throws SQLException {
        to.number(row.realm()).uuid(row.id()).text(row.jobId());
        changing(to, row);
    }

    /// In the order of `job_update`.
    static void update(Parameters to, JobRow row) throws SQLException {
        changing(to, row);
        to.number(row.realm()).uuid(row.id());
    }

    private static void changing(Parameters to, JobRow row) throws SQLException {
        to.number(row.number())
                .small(row.type().number())
                .uuidOrNull(row.user())
                .truth(row.permitted())
                .small(state(row))
                .instant(row.submittedAt())
                .smallOrNull(ordinal(row.heldBy()))
                .bytes(bytes(row.token()))
                .instant(row.tokenUntil());
        actor(to, row.tokenBy());
        BigDecimal confidence = row.confidence();
        to.smallOrNull(ordinal(row.given()))
                .text(confidence == null ? null : confidence.toString())
                .text(row.reason())
                .instant(row.judgedAt())
                .small(row.review().ordinal());
        actor(to, row.reviewedBy());
        boolean named = row.evidence() != null;
        to.instant(row.reviewedAt())
                .uuidOrNull(row.evidence())
                .number(named ? (Long) row.evidenceSize() : null)
                .bytes(named ? bytes(row.evidenceSha256()) : null)
                .instant(named ? row.evidenceUntil() : null)
                .bytes(row.sealed())
                .bytes(row.seed())
                .truth(row.realmKey())
                .bytes(row.userPrint())
                .instant(row.erasedAt());
    }

    private static void actor(Parameters to, @Nullable ActorRef actor) throws SQLException {
        to.smallOrNull(actor == null ? null : actor.kind().ordinal()).uuidOrNull(actor == null ? null : actor.id());
    }

    private static @Nullable Integer ordinal(@Nullable Enum<?> value) {
        return value == null ? null : value.ordinal();
    }

    private static byte @Nullable [] bytes(@Nullable Digest digest) {
        return digest == null ? null : digest.bytes();
    }

    /// In the order of `jobs.columns`. A row with a value that no version writes is not readable, and costs no other.
    static JobRow read(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String jobId = row.text();
        long number = row.number();
        int typeNumber = row.small();
        JobType type = JobType.of(typeNumber);
        UUID user = row.uuidOrNull();
        boolean permitted = row.truth();
        int state = state(row);
        Instant submittedAt = row.instantOrNull();
        HoldKind heldBy = value(row, HoldKind.values());
        Digest token = digest(row.bytesOrNull());
        Instant tokenUntil = row.instantOrNull();
        ActorRef tokenBy = actor(row);
        Outcome given = value(row, Outcome.values());
        BigDecimal confidence = row.decoded(row.textOrNull(), JobColumns::confidence, Optional.<BigDecimal>empty())
                .orElse(null);
        String reason = row.textOrNull();
        Instant judgedAt = row.instantOrNull();
        JobRow.Review review = row.of(JobRow.Review.values(), row.small());
        ActorRef reviewedBy = actor(row);
        Instant reviewedAt = row.instantOrNull();
        UUID evidence = row.uuidOrNull();
        long evidenceSize = row.number();
        Digest evidenceSha256 = digest(row.bytesOrNull());
        Instant evidenceUntil = row.instantOrNull();
        byte[] sealed = row.bytesOrNull();
        byte[] seed = row.seedOrNull();
        boolean realmKey = row.truth();
        byte[] userPrint = row.bytesOrNull();
        Instant erasedAt = row.instantOrNull();
        return new JobRow(
                realm,
                id,
                jobId,
                number,
                type == null ? ANY_TYPE : type,
                user,
                permitted,
                stage(state),
                submittedAt,
                heldBy,
                token,
                tokenUntil,
                tokenBy,
                given,
                confidence,
                state > AWAITING ? Outcome.values()[state - 2] : null,
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
                type != null && !row.isAltered());
    }

    private static int state(Row row) throws SQLException {
        int state = row.small();
        return state < RESERVED || state >= STATES ? row.altered(AWAITING) : state;
    }

    /// In the order of `seals_of_jobs`.
    static Rows.JobSealRow seal(Row row) throws SQLException {
        return new Rows.JobSealRow(row.uuid(), row.uuidOrNull(), row.seedOrNull(), row.truth(), row.instantOrNull());
    }

    private static <E> @Nullable E value(Row row, E[] values) throws SQLException {
        Integer ordinal = row.smallOrNull();
        return ordinal == null ? null : row.of(values, ordinal);
    }

    private static Optional<BigDecimal> confidence(@Nullable String text) {
        return Optional.ofNullable(text).map(BigDecimal::new);
    }

    private static @Nullable Digest digest(byte @Nullable [] bytes) {
        return bytes == null ? null : new Digest(bytes);
    }

    private static @Nullable ActorRef actor(Row row) throws SQLException {
        ActorRef.Kind kind = value(row, ActorRef.Kind.values());
        UUID id = row.uuidOrNull();
        return kind == null || id == null ? null : new ActorRef(kind, id);
    }
}
