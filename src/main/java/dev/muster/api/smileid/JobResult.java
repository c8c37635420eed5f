package dev.muster.api.smileid;

import dev.muster.http.json.Json;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.Environment;
import dev.muster.security.RequestSignatures.ReplySignature;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job's result in the vendor's codes. What is reported for a failed job depends only on its outcome and type, never
/// on the verifier's reason, so that the result for a suspected fraudster looks like any other failure.
///
/// @param code the vendor's result code
/// @param text the vendor's text for the code
/// @param type the vendor's name for the type of the result
/// @param actions the outcome of each of the vendor's steps by name, in wire order
record JobResult(String code, String text, String type, Map<String, String> actions) {
    private static final String UNDER_REVIEW = "Provisional - Under Review";
    private static final String NOT_APPLICABLE = "Not Applicable";
    private static final String REGISTER = "Register_Selfie";
    private static final String UPDATE = "Update_Registered_Selfie_On_File";
    private static final String COMPARE = "Selfie_To_Registered_Selfie_Compare";
    private static final String VERIFY_ID = "Verify_ID_Number";
    private static final String VERIFY_BUSINESS = "Verify_Business";
    private static final String RETURN_BUSINESS = "Return_Business_Info";

    /// The eleven documented actions, and `Selfie_Provided`, which the Java client expects instead of
    /// `Human_Review_Update_Selfie`. All of them are always sent, because clients read them without checking that
    /// they exist.
    private static final List<String> ACTIONS = List.of(
            VERIFY_ID,
            "Return_Personal_Info",
            "Human_Review_Update_Selfie",
            "Human_Review_Compare",
            UPDATE,
            "Liveness_Check",
            REGISTER,
            "Human_Review_Liveness_Check",
            "Selfie_To_ID_Authority_Compare",
            "Selfie_To_ID_Card_Compare",
            COMPARE,
            "Selfie_Provided");

    /// The vendor's sandbox value for a passed job.
    private static final String SANDBOX_CONFIDENCE = "99";

    static JobResult of(JobType type, Outcome outcome) {
        return switch (type.number()) {
            case 1, 4 -> enrolment("SAIA", outcome);
            case 6, 11 -> enrolment("Document Verification", outcome);
            case 2 -> authentication(COMPARE, outcome);
            case 8 -> authentication(UPDATE, outcome);
            case 7 -> businessVerification(outcome);
            case 10 -> moneyLaunderingCheck(outcome);
            default -> idVerification(outcome);
        };
    }

    private static JobResult enrolment(String type, Outcome outcome) {
        return switch (outcome) {
            case PASSED -> of("0810", "Enroll User", type, REGISTER, "Approved");
            case FAILED -> of("0811", "Failed Enroll", type, REGISTER, "Rejected");
            case PROVISIONAL -> of("0814", "Provisional Enroll - Under Review", type, REGISTER, "Under Review");
        };
    }

    private static JobResult authentication(String action, Outcome outcome) {
        return switch (outcome) {
            case PASSED -> of("0820", "Authenticate User", "SAIA", action, "Approved");
            case FAILED -> of("0821", "Failed Authentication", "SAIA", action, "Rejected");
            case PROVISIONAL -> of("0822", "Provisional Authentication - Under Review", "SAIA", action, "Under Review");
        };
    }

    private static JobResult idVerification(Outcome outcome) {
        String type = "ID Verification";
        return switch (outcome) {
            case PASSED -> of("1012", "Valid ID", type, VERIFY_ID, "Verified");
            case FAILED -> of("1013", "Unable to Validate ID", type, VERIFY_ID, "Not Verified");
            case PROVISIONAL -> of("0814", UNDER_REVIEW, type, VERIFY_ID, "Under Review");
        };
    }

    /// The result of verifying a business. It contains no business information, because Muster has no register of
    /// companies.
    private static JobResult businessVerification(Outcome outcome) {
        String type = "Business Verification";
        JobResult result = switch (outcome) {
            case PASSED -> of("1012", "Business Verified", type, VERIFY_BUSINESS, "Verified");
            case FAILED -> of("1013", "Unable to Validate Business", type, VERIFY_BUSINESS, "Not Verified");
            case PROVISIONAL -> of("0814", UNDER_REVIEW, type, VERIFY_BUSINESS, "Under Review");
        };
        result.actions.put(RETURN_BUSINESS, NOT_APPLICABLE);
        return result;
    }

    private static JobResult moneyLaunderingCheck(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> new JobResult("1012", "AML Check Passed", "AML", noActions());
            case FAILED -> new JobResult("1013", "AML Check Failed", "AML", noActions());
            case PROVISIONAL -> new JobResult("0814", UNDER_REVIEW, "AML", noActions());
        };
    }

    private static JobResult of(String code, String text, String type, String action, String result) {
        Map<String, String> actions = noActions();
        actions.put(action, result);
        return new JobResult(code, text, type, actions);
    }

    private static Map<String, String> noActions() {
        Map<String, String> actions = new LinkedHashMap<>();
        ACTIONS.forEach(action -> actions.put(action, NOT_APPLICABLE));
        return actions;
    }

    /// The outcome that `sandbox_result` requests in the test environment by a result code; null for an unknown
    /// code.
    static @Nullable Outcome ofSandboxCode(String code) {
        return switch (code) {
            case "0810" -> Outcome.PASSED;
            case "0811" -> Outcome.FAILED;
            case "0814" -> Outcome.PROVISIONAL;
            default -> null;
        };
    }

    /// The job's number in the vendor's format.
    static String smileJobId(Job job) {
        return String.format(Locale.ROOT, "%010d", job.number());
    }

    /// Writes the result of a completed job for a reply.
    ///
    /// @param userId the partner's id for the user
    /// @param environment the environment of the job's realm
    static void write(
            JsonWriter json,
            Job job,
            Job.Completed completed,
            String userId,
            Environment environment,
            ReplySignature signed) {
        begin(json, job, completed, userId);
        json.field("job_type", job.type().number());
        end(json, job, completed, environment, signed);
    }

    /// Writes the result of a completed job for a callback, in which the vendor sends the type as a string.
    ///
    /// @param userId the partner's id for the user
    /// @param environment the environment of the job's realm
    static void writeCallback(
            JsonWriter json,
            Job job,
            Job.Completed completed,
            String userId,
            Environment environment,
            ReplySignature signed) {
        begin(json, job, completed, userId);
        json.field("job_type", Integer.toString(job.type().number()));
        end(json, job, completed, environment, signed);
    }

    private static void begin(JsonWriter json, Job job, Job.Completed completed, String userId) {
        JobResult result = of(job.type(), completed.outcome());
        json.object()
                .field("ResultText", result.text)
                .field("ResultType", result.type)
                .field("ResultCode", result.code)
                .field("SmileJobID", smileJobId(job))
                .field("JSONVersion", "1.0.0")
                .field("IsFinalResult", completed.outcome() == Outcome.PROVISIONAL ? "false" : "true")
                .field("IsMachineResult", "true")
                .object("PartnerParams")
                .field("user_id", userId)
                .field("job_id", job.jobId());
    }

    private static void end(
            JsonWriter json, Job job, Job.Completed completed, Environment environment, ReplySignature signed) {
        extras(job).forEach((name, value) -> json.name(name).value(value));
        json.end().field("ConfidenceValue", confidence(completed, environment)).object("Actions");
        of(job.type(), completed.outcome()).actions.forEach(json::field);
        json.end()
                .field("Source", "WebAPI")
                .field("timestamp", signed.timestamp())
                .field("signature", signed.signature())
                .end();
    }

    /// The confidence to report; null for a failed job, because a high value would reveal that the picture was not
    /// the reason for the failure.
    private static @Nullable String confidence(Job.Completed completed, Environment environment) {
        BigDecimal confidence = completed.verdict().confidence();
        return switch (completed.outcome()) {
            case FAILED -> null;
            case PASSED ->
                confidence == null && environment == Environment.TEST ? SANDBOX_CONFIDENCE : plain(confidence);
            case PROVISIONAL -> plain(confidence);
        };
    }

    private static @Nullable String plain(@Nullable BigDecimal confidence) {
        return confidence == null ? null : confidence.toPlainString();
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
                throw new IllegalStateException("stored extras are not a JSON object");
        };
    }
}
