package dev.muster.api.smileid;

import dev.muster.api.ErrorText;
import dev.muster.api.FieldReader;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.value.FieldError;
import java.util.List;

/// Renders refusals of the calls about jobs: `{"error":…,"code":"22xx"}`, with the status 400 for all errors about the
/// job.
final class JobErrors {
    private static final String INVALID_JSON = "2203";
    private static final String WRONG_TYPE = "2204";
    private static final String UNAUTHORIZED = "2205";
    private static final String HELD = "2207";
    private static final String GONE = "2208";
    private static final String ENROLLED = "2209";
    private static final String NOT_ENROLLED = "2210";
    private static final String MUST_REENROL = "2211";
    private static final String JOB_TYPE = "2212";
    private static final String MISSING = "2213";
    private static final String JOB_EXISTS = "2215";

    private static final ErrorText NOT_AUTHORIZED =
            ErrorText.of(400, "You are not authorized to do that", UNAUTHORIZED);

    private JobErrors() {}

    /// The error for a refusal, with the vendor's text and code if the vendor has an error for it.
    static ErrorText of(Refusal refusal) {
        ErrorText plain = ErrorText.of(refusal, "user").withoutPeriod().coded(null);
        return switch (refusal) {
            case Refusal.Invalid(var faults) -> invalid(faults);
            case Refusal.Unauthenticated _ -> NOT_AUTHORIZED;
            // An unknown or used token counts as a missing credential.
            case Refusal.NotFound(var what, var _) when what.equals("upload") -> NOT_AUTHORIZED;
            case Refusal.Forbidden(var needed) ->
                ErrorText.of(403, "You are not allowed to do that: the key lacks " + needed, UNAUTHORIZED);
            case Refusal.StepUpRequired _, Refusal.AddressNotAllowed _ -> plain.coded(UNAUTHORIZED);
            case Refusal.Held _, Refusal.StillHeld _ -> ErrorText.of(400, "Enrolled User is disabled", HELD);
            case Refusal.LastSuper _, Refusal.NotGuest _, Refusal.GuestNotAllowed _, Refusal.InUse _ ->
                plain.with(400).coded(HELD);
            case Refusal.Barred _, Refusal.Removed _, Refusal.Erased _ ->
                ErrorText.of(400, "Enrolled user is deleted", GONE);
            case Refusal.AlreadyEnrolled _ ->
                ErrorText.of(400, "Wrong user id. This user is already enrolled with user_id", ENROLLED);
            case Refusal.NotEnrolled _ -> ErrorText.of(400, "No enrolled user found", NOT_ENROLLED);
            case Refusal.MustReenrol _ -> ErrorText.of(400, "Enrolled user must complete re-enrollment", MUST_REENROL);
            case Refusal.OfJob _ ->
                ErrorText.of(400, "Job already exists. Did you mean to set the retry flag to true?", JOB_EXISTS);
            case Refusal.Taken _ -> plain.with(400).coded(WRONG_TYPE);
            case Refusal.IdempotencyMismatch _ ->
                ErrorText.of(400, "\"Idempotency-Key\" was used for another request", WRONG_TYPE);
            case Refusal.SecretNotKept _ -> plain.coded(JOB_EXISTS);
            case Refusal.NotFound _,
                    Refusal.Stale _,
                    Refusal.InFlight _,
                    Refusal.OverQuota _,
                    Refusal.OfApproval _,
                    Refusal.TryAgain _,
                    Refusal.OfServer _ -> plain;
        };
    }

    /// The error for a rejected zip.
    ///
    /// @param why one sentence
    static ErrorText ofZip(String why) {
        return ErrorText.of(400, "Invalid zip: " + why, INVALID_JSON);
    }

    /// An error with the vendor's code and text for the first of the field errors, followed by the messages of all
    /// of them.
    private static ErrorText invalid(List<FieldError> faults) {
        String messages = EnrolleeErrors.messages(faults);
        return switch (faults.getFirst().code()) {
            case FieldReader.MALFORMED -> ErrorText.of(400, "Invalid JSON: " + messages, INVALID_JSON);
            case FieldReader.REQUIRED, FieldReader.BLANK ->
                ErrorText.of(400, "A required parameter is missing: " + messages, MISSING);
            case Uploads.UNKNOWN_TYPE -> ErrorText.of(400, "Invalid job type: " + messages, JOB_TYPE);
            default -> ErrorText.of(400, "A parameter is of the wrong data type: " + messages, WRONG_TYPE);
        };
    }

    static Reply reply(Refusal refusal) {
        return reply(of(refusal));
    }

    static Reply reply(ErrorText error) {
        return error.reply(json -> json.object()
                .field("error", error.text())
                .fieldIfPresent("code", error.code())
                .end());
    }
}
