package dev.muster.storage;

import dev.muster.model.ActorRef;
import dev.muster.model.Digest;
import dev.muster.model.HoldKind;
import dev.muster.model.JobType;
import dev.muster.model.Outcome;
import dev.muster.storage.Rows.JobRow;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a job stands in the columns of `job`. Its stage and its outcome are one number there, `state`, so that they
/// cannot contradict each other.
final class JobColumns {
    static final int RESERVED = 0;
    static final int AWAITING = 1;
    static final int STATES = 2 + Outcome.values().length;

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

    /// In the order of `jobs.columns`.
    static JobRow read(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String jobId = row.text();
        long number = row.number();
        JobType type = new JobType(row.small());
        UUID user = row.uuidOrNull();
        boolean permitted = row.truth();
        int state = row.small();
        return new JobRow(
                realm,
                id,
                jobId,
                number,
                type,
                user,
                permitted,
                stage(state),
                row.instantOrNull(),
                kind(row.smallOrNull()),
                digest(row.bytesOrNull()),
                row.instantOrNull(),
                actor(row),
                outcome(row.smallOrNull()),
                confidence(row.textOrNull()),
                state < 2 ? null : Outcome.values()[state - 2],
                row.textOrNull(),
                row.instantOrNull(),
                JobRow.Review.values()[row.small()],
                actor(row),
                row.instantOrNull(),
                row.uuidOrNull(),
                row.number(),
                digest(row.bytesOrNull()),
                row.instantOrNull(),
                row.bytesOrNull(),
                row.bytesOrNull(),
                row.truth(),
                row.bytesOrNull(),
                row.instantOrNull());
    }

    /// In the order of `seals_of_jobs`.
    static Rows.JobSealRow seal(Row row) throws SQLException {
        return new Rows.JobSealRow(row.uuid(), row.uuidOrNull(), row.bytesOrNull(), row.truth(), row.instantOrNull());
    }

    private static @Nullable HoldKind kind(@Nullable Integer ordinal) {
        return ordinal == null ? null : HoldKind.values()[ordinal];
    }

    private static @Nullable Outcome outcome(@Nullable Integer ordinal) {
        return ordinal == null ? null : Outcome.values()[ordinal];
    }

    private static @Nullable BigDecimal confidence(@Nullable String text) {
        return text == null ? null : new BigDecimal(text);
    }

    private static @Nullable Digest digest(byte @Nullable [] bytes) {
        return bytes == null ? null : new Digest(bytes);
    }

    private static @Nullable ActorRef actor(Row row) throws SQLException {
        Integer kind = row.smallOrNull();
        UUID id = row.uuidOrNull();
        return kind == null || id == null ? null : new ActorRef(ActorRef.Kind.values()[kind], id);
    }
}
