package dev.muster.directory.keys;

import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The sealed details of a job: everything that could identify a person, and the key of the evidence. The details are
/// stored as a JSON object without absent values, and are empty once the job or its user has been erased.
///
/// @param reserved the job that will be submitted, if the job is reserved or may be submitted again
/// @param evidenceRefused whether an unusable file was uploaded for the reservation
public record JobDetails(
        @Nullable String userText,
        @Nullable String extras,
        @Nullable String callbackUrl,
        @Nullable String verdictText,
        @Nullable String reviewNote,
        @Nullable ReviewDecision reviewDecision,
        Evidence.@Nullable Key evidenceKey,
        @Nullable JobRequest reserved,
        boolean evidenceRefused) {
    public static final JobDetails NONE = new JobDetails(null, null, null, null, null, null, null, null, false);

    /// Used in place of details that cannot be read.
    public static final JobDetails UNREADABLE =
            new JobDetails(null, "{\"unreadable\":true}", null, null, null, null, null, null, false);

    private static final JsonMapper MAPPER = new JsonMapper();

    public static JobDetails of(Job job) {
        Job.Reservation reservation = job.reservation();
        Job.Completed completed = job.stage() instanceof Job.Completed it ? it : null;
        Job.ClosedReview closed = completed != null && completed.review() instanceof Job.ClosedReview it ? it : null;
        return new JobDetails(
                job.userText(),
                job.extras(),
                job.callbackUrl(),
                completed == null ? null : completed.verdict().text(),
                closed == null ? null : closed.note(),
                closed == null ? null : closed.decision(),
                job.evidence() == null ? null : job.evidence().key(),
                reservation == null ? null : reservation.job(),
                reservation != null && reservation.evidenceRefused());
    }

    /// Returns a job, as read from its row, with these details added.
    public Job addTo(Job job) {
        return addTo(job, job.evidence() == null ? null : job.evidence().keptUntil());
    }

    private Job addTo(Job job, @Nullable Instant keptUntil) {
        Evidence evidence = job.evidence();
        return new Job(
                job.id(),
                job.jobId(),
                job.number(),
                job.type(),
                job.user(),
                userText,
                extras,
                callbackUrl,
                job.permitted(),
                stage(job),
                evidence == null || keptUntil == null
                        ? null
                        : new Evidence(
                                evidence.id(),
                                evidence.size(),
                                evidence.sha256(),
                                evidenceKey == null ? Evidence.Key.NONE : evidenceKey,
                                keptUntil),
                job.erasedAt());
    }

    private Job.Stage stage(Job job) {
        return switch (job.stage()) {
            case Job.Reserved(var reservation) -> new Job.Reserved(reservation(job, reservation));
            case Job.Awaiting(var submission, var again) ->
                new Job.Awaiting(submission, again == null ? null : reservation(job, again));
            case Job.Completed completed -> completed.withText(verdictText, reviewNote, reviewDecision);
        };
    }

    private Job.Reservation reservation(Job job, Job.Reservation stored) {
        JobRequest asked = reserved == null ? JobRequest.bare(job.jobId(), job.type()) : reserved;
        return new Job.Reservation(stored.token(), stored.until(), stored.by(), asked, evidenceRefused);
    }

    /// Returns a job as it is after its user has been erased: like its row, it has no details, and its evidence has
    /// expired.
    public static Job erased(Job job) {
        return NONE.addTo(job, Instant.EPOCH);
    }

    public byte[] bytes() {
        Map<String, Object> out = new LinkedHashMap<>();
        put(out, "userId", userText);
        put(out, "extras", extras);
        put(out, "callbackUrl", callbackUrl);
        put(out, "verdictText", verdictText);
        put(out, "reviewNote", reviewNote);
        put(out, "reviewDecision", reviewDecision == null ? null : reviewDecision.wireName());
        put(out, "evidenceKey", evidenceKey == null ? null : HexFormat.of().formatHex(evidenceKey.bytes()));
        put(out, "reserved", reserved == null ? null : out(reserved));
        put(out, "evidenceRefused", evidenceRefused ? true : null);
        return MAPPER.writeValueAsBytes(out);
    }

    private static Map<String, Object> out(JobRequest job) {
        Map<String, Object> out = new LinkedHashMap<>();
        JobRequest.ForUser user = job.user();
        if (user != null) {
            out.put("userId", user.text());
            out.put("register", user.register() != null);
        }
        put(out, "extras", job.extras());
        put(out, "callbackUrl", job.callbackUrl());
        out.put("permit", job.permit());
        out.put("retry", job.retry());
        out.put("sandboxResult", job.sandboxResult().wireName());
        return out;
    }

    private static void put(Map<String, Object> out, String field, @Nullable Object value) {
        if (value != null) {
            out.put(field, value);
        }
    }

    /// Parses the details.
    ///
    /// @throws IllegalStateException if the bytes are not job details
    public static JobDetails read(byte[] bytes, String jobId, JobType type) {
        Map<?, ?> in;
        try {
            in = MAPPER.readValue(bytes, Map.class);
        } catch (JacksonException e) {
            throw new IllegalStateException("not the details of a job", e);
        }
        String key = (String) in.get("evidenceKey");
        return new JobDetails(
                (String) in.get("userId"),
                (String) in.get("extras"),
                (String) in.get("callbackUrl"),
                (String) in.get("verdictText"),
                (String) in.get("reviewNote"),
                ReviewDecision.of((String) in.get("reviewDecision")),
                key == null ? null : new Evidence.Key(HexFormat.of().parseHex(key)),
                in.get("reserved") instanceof Map<?, ?> reserved ? request(reserved, jobId, type) : null,
                Boolean.TRUE.equals(in.get("evidenceRefused")));
    }

    private static JobRequest request(Map<?, ?> in, String jobId, JobType type) {
        String userId = (String) in.get("userId");
        return new JobRequest(
                jobId,
                type,
                userId == null ? null : user(userId, Boolean.TRUE.equals(in.get("register"))),
                (String) in.get("extras"),
                (String) in.get("callbackUrl"),
                Boolean.TRUE.equals(in.get("permit")),
                Boolean.TRUE.equals(in.get("retry")),
                Objects.requireNonNull(Outcome.of((String) Objects.requireNonNull(in.get("sandboxResult")))));
    }

    private static JobRequest.ForUser user(String text, boolean register) {
        Identifier.Kind kind = Identifier.Kind.EXTERNAL_ID;
        return new JobRequest.ForUser(
                UserRef.externalIdOrId(text),
                text,
                register ? new Identifier(kind, text, Identifier.fold(kind, text)) : null);
    }
}
