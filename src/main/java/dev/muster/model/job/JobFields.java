package dev.muster.model.job;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Timestamps;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The fields of jobs by name, as journalled. Applying all entries about a job in order rebuilds it, except for
/// the key of its evidence.
public final class JobFields {
    /// The name of the field for the outcome.
    public static final String OUTCOME = "outcome";

    private JobFields() {}

    public static Changes diff(@Nullable Job before, Job after) {
        return Changes.between(before == null ? Map.of() : out(before), out(after));
    }

    private static Map<String, Object> out(Job job) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("jobId", job.jobId());
        out.put("number", job.number());
        out.put("type", (long) job.type().number());
        Job.Submission submission = job.submission();
        if (submission == null) {
            // The user is journalled only on submission, in a part that is sealed with that person's key.
            return out;
        }
        put(out, "user", job.user() == null ? null : job.user().toString());
        put(out, "userId", job.userText());
        put(out, "extras", job.extras());
        put(out, "callbackUrl", job.callbackUrl());
        if (job.permitted()) {
            out.put("permitted", true);
        }
        out.put("submittedAt", Timestamps.text(submission.at()));
        put(
                out,
                "heldBy",
                submission.heldBy() == null ? null : submission.heldBy().wireName());
        if (job.evidence() != null) {
            out.put("evidence", out(job.evidence()));
        }
        if (job.stage() instanceof Job.Completed completed) {
            out.put("given", out(completed.verdict()));
            out.put(OUTCOME, completed.outcome().wireName());
            put(out, "reason", completed.reason());
            out.put("judgedAt", Timestamps.text(completed.at()));
            switch (completed.review()) {
                case Job.NoReview() -> {}
                case Job.OpenReview() -> out.put("review", "open");
                case Job.ClosedReview(var by, var at, var note, var decision) -> {
                    out.put("review", "done");
                    out.put("reviewedBy", by.text());
                    out.put("reviewedAt", Timestamps.text(at));
                    put(out, "reviewNote", note);
                    put(out, "reviewDecision", decision == null ? null : decision.wireName());
                }
            }
        }
        return out;
    }

    private static Map<String, Object> out(Evidence evidence) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("id", evidence.id().toString());
        out.put("size", evidence.size());
        out.put("sha256", evidence.sha256().toString());
        out.put("keptUntil", Timestamps.text(evidence.keptUntil()));
        return out;
    }

    private static Map<String, Object> out(Verdict verdict) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("outcome", verdict.outcome().wireName());
        put(
                out,
                "confidence",
                verdict.confidence() == null ? null : verdict.confidence().toPlainString());
        put(out, "text", verdict.text());
        return out;
    }

    private static void put(Map<String, Object> out, String field, @Nullable Object value) {
        if (value != null) {
            out.put(field, value);
        }
    }

    /// Rebuilds a submitted job from its journalled fields.
    public static Job job(UUID id, Map<String, Object> fields) {
        String heldBy = (String) fields.get("heldBy");
        Job.Submission submission =
                new Job.Submission(instant(fields, "submittedAt"), heldBy == null ? null : HoldKind.of(heldBy));
        String user = (String) fields.get("user");
        return new Job(
                id,
                text(fields, "jobId"),
                number(fields, "number"),
                new JobType((int) number(fields, "type")),
                user == null ? null : UUID.fromString(user),
                (String) fields.get("userId"),
                (String) fields.get("extras"),
                (String) fields.get("callbackUrl"),
                fields.containsKey("permitted"),
                fields.containsKey("given") ? completed(submission, fields) : new Job.Awaiting(submission, null),
                fields.get("evidence") instanceof Map<?, ?> evidence ? evidence(evidence) : null,
                null);
    }

    private static Job.Completed completed(Job.Submission submission, Map<String, Object> fields) {
        Map<?, ?> given = (Map<?, ?>) Objects.requireNonNull(fields.get("given"));
        String confidence = (String) given.get("confidence");
        Verdict verdict = new Verdict(
                outcome(text(given, "outcome")), confidence == null ? null : new BigDecimal(confidence), (String)
                        given.get("text"));
        return new Job.Completed(
                submission,
                verdict,
                outcome(text(fields, OUTCOME)),
                (String) fields.get("reason"),
                instant(fields, "judgedAt"),
                review(fields));
    }

    private static Job.Review review(Map<String, Object> fields) {
        String review = (String) fields.get("review");
        if (review == null) {
            return new Job.NoReview();
        }
        if (review.equals("open")) {
            return new Job.OpenReview();
        }
        return new Job.ClosedReview(
                ActorRef.parse(text(fields, "reviewedBy")),
                instant(fields, "reviewedAt"),
                (String) fields.get("reviewNote"),
                ReviewDecision.of((String) fields.get("reviewDecision")));
    }

    private static Evidence evidence(Map<?, ?> fields) {
        return new Evidence(
                UUID.fromString(text(fields, "id")),
                number(fields, "size"),
                new Digest(HexFormat.of().parseHex(text(fields, "sha256"))),
                Evidence.Key.NONE,
                instant(fields, "keptUntil"));
    }

    private static Outcome outcome(String word) {
        return Objects.requireNonNull(Outcome.of(word));
    }

    private static String text(Map<?, ?> fields, String field) {
        return (String) Objects.requireNonNull(fields.get(field), field);
    }

    private static long number(Map<?, ?> fields, String field) {
        return ((Number) Objects.requireNonNull(fields.get(field), field)).longValue();
    }

    private static Instant instant(Map<?, ?> fields, String field) {
        return Instant.parse(text(fields, field));
    }
}
