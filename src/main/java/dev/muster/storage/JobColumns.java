package dev.muster.storage;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Digest;
import dev.muster.storage.Rows.JobRow;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a job stands in the columns of `job`. Its stage and its outcome are one number there, `state`, so that they
/// cannot contradict each other.
final class JobColumns {
    static final int RESERVED = 0;
    static final int AWAITING = 1;
    static final int STATES = 2 + Outcome.CODES.size();

    /// What a row that is not readable has for its type.
    private static final JobType ANY_TYPE = new JobType(1);

    private JobColumns() {}

    static int state(Outcome outcome) {
        return 2 + outcome.code();
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
    static void insert(Binder to, JobRow row) throws SQLException {
        to.number(row.realm()).uuid(row.id()).text(row.jobId());
        changing(to, row);
    }

    /// In the order of `job_update`.
    static void update(Binder to, JobRow row) throws SQLException {
        changing(to, row);
        to.number(row.realm()).uuid(row.id());
    }

    private static void changing(Binder to, JobRow row) throws SQLException {
        to.number(row.number())
                .small(row.type().number())
                .uuidOrNull(row.user())
                .truth(row.permitted())
                .small(state(row))
                .instant(row.submittedAt())
                .codeOrNull(row.heldBy())
                .bytes(bytes(row.token()))
                .instant(row.tokenUntil());
        actor(to, row.tokenBy());
        BigDecimal confidence = row.confidence();
        to.codeOrNull(row.given())
                .text(confidence == null ? null : confidence.toString())
                .text(row.reason())
                .instant(row.judgedAt())
                .code(row.review());
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

    private static void actor(Binder to, @Nullable ActorRef actor) throws SQLException {
        to.codeOrNull(actor == null ? null : actor.kind()).uuidOrNull(actor == null ? null : actor.id());
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
        JobType type = JobType.of(row.small());
        JobRow.Draft draft = new JobRow.Draft(realm, id, jobId, number, type == null ? ANY_TYPE : type);
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
        draft.confidence = row.decoded(row.textOrNull(), JobColumns::confidence, Optional.<BigDecimal>empty())
                .orElse(null);
        draft.reason = row.textOrNull();
        draft.judgedAt = row.instantOrNull();
        draft.review = row.coded(JobRow.Review.CODES);
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

    private static int state(Row row) throws SQLException {
        int state = row.small();
        return state == RESERVED || state == AWAITING || Outcome.CODES.of(state - 2) != null
                ? state
                : row.altered(AWAITING);
    }

    /// In the order of `seals_of_jobs`.
    static Rows.JobSealRow seal(Row row) throws SQLException {
        return new Rows.JobSealRow(row.uuid(), row.uuidOrNull(), row.seedOrNull(), row.truth(), row.instantOrNull());
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
}
