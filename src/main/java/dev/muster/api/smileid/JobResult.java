package dev.muster.api.smileid;

import dev.muster.http.Json;
import dev.muster.http.JsonWriter;
import dev.muster.model.Job;
import dev.muster.model.JobType;
import dev.muster.model.Outcome;
import dev.muster.security.Gate.Countersigned;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of a job, in the vendor's codes. All that is said of a failure follows from the outcome and the type
/// alone, not from what the verifier said or from why it failed: of whom the register suspects of fraud the reply must
/// look like anybody's.
///
/// @param code the vendor's result code
/// @param text what the vendor says for it
/// @param action what was done with the user, and `actionResult` what came of it
record JobResult(String code, String text, String type, String action, String actionResult) {
    static JobResult of(JobType type, Outcome outcome) {
        return switch (type.number()) {
            case 1, 4 -> enrolment("SAIA", outcome);
            case 6, 11 -> enrolment("Document Verification", outcome);
            case 2 -> authentication("Selfie_To_Registered_Selfie_Compare", outcome);
            case 8 -> authentication("Update_Registered_Selfie_On_File", outcome);
            default -> other(outcome);
        };
    }

    private static JobResult enrolment(String type, Outcome outcome) {
        String action = "Register_Selfie";
        return switch (outcome) {
            case PASSED -> new JobResult("0810", "Enroll User", type, action, "Approved");
            case FAILED -> new JobResult("0811", "Failed Enroll", type, action, "Rejected");
            case PROVISIONAL ->
                new JobResult("0814", "Provisional Enroll - Under Review", type, action, "Under Review");
        };
    }

    private static JobResult authentication(String action, Outcome outcome) {
        String type = "SAIA";
        return switch (outcome) {
            case PASSED -> new JobResult("0820", "Authenticate User", type, action, "Approved");
            case FAILED -> new JobResult("0821", "Failed Authentication", type, action, "Rejected");
            case PROVISIONAL ->
                new JobResult("0822", "Provisional Authentication - Under Review", type, action, "Under Review");
        };
    }

    private static JobResult other(Outcome outcome) {
        String type = "ID Verification";
        String action = "Verify_ID_Number";
        return switch (outcome) {
            case PASSED -> new JobResult("1012", "Valid ID", type, action, "Verified");
            case FAILED -> new JobResult("1013", "Unable to Validate ID", type, action, "Not Verified");
            case PROVISIONAL -> new JobResult("0814", "Provisional - Under Review", type, action, "Under Review");
        };
    }

    /// The job's number as the vendor counts.
    static String smileJobId(Job job) {
        return String.format(Locale.ROOT, "%010d", job.number());
    }

    /// Writes the result of a job that has one.
    ///
    /// @param userId as the partner calls the user
    static void write(JsonWriter json, Job job, Job.Judged judged, String userId, Countersigned signed) {
        JobResult result = of(job.type(), judged.outcome());
        json.object()
                .field("ResultText", result.text)
                .field("ResultType", result.type)
                .field("ResultCode", result.code)
                .field("SmileJobID", smileJobId(job))
                .field("JSONVersion", "1.0.0")
                .field("IsFinalResult", judged.outcome() == Outcome.PROVISIONAL ? "false" : "true")
                .object("PartnerParams")
                .field("user_id", userId)
                .field("job_id", job.jobId())
                .field("job_type", job.type().number());
        extras(job).forEach((name, value) -> json.name(name).value(value));
        json.end()
                .field("ConfidenceValue", confidence(judged))
                .object("Actions")
                .field(result.action, result.actionResult)
                .end()
                .field("Source", "WebAPI")
                .field("timestamp", signed.timestamp())
                .field("signature", signed.signature())
                .end();
    }

    /// Not of a failure: a high one would tell that it has another reason than the picture.
    private static @Nullable String confidence(Job.Judged judged) {
        BigDecimal confidence = judged.given().confidence();
        return confidence == null || judged.outcome() == Outcome.FAILED ? null : confidence.toPlainString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> extras(Job job) {
        String extras = job.extras();
        if (extras == null) {
            return Map.of();
        }
        return switch (Json.read(extras.getBytes(StandardCharsets.UTF_8))) {
            case Json.Result.Value(Map<?, ?> object) -> (Map<String, @Nullable Object>) object;
            case Json.Result.Value _, Json.Result.Malformed _ ->
                throw new IllegalStateException("what was stored as an object is none");
        };
    }
}
