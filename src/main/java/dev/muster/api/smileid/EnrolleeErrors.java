package dev.muster.api.smileid;

import dev.muster.api.ErrorText;
import dev.muster.api.HoldNames;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.value.FieldError;
import java.util.List;
import java.util.stream.Collectors;

/// Renders refusals of the enrollee endpoint: `{"message":…,"status":<HTTP reason>,"code"?}`.
final class EnrolleeErrors {
    private static final String UNAUTHORIZED = "2205";
    private static final String HELD = "2207";
    private static final String GONE = "2208";

    private EnrolleeErrors() {}

    static ErrorText of(Refusal refusal) {
        ErrorText plain = ErrorText.of(refusal, "enrollee").withoutPeriod().coded(null);
        return switch (refusal) {
            case Refusal.Invalid(var faults) -> ErrorText.of(400, messages(faults));
            case Refusal.Unauthenticated _ -> ErrorText.of(401, "You are not authorized to do that", UNAUTHORIZED);
            case Refusal.Forbidden(var needed) ->
                ErrorText.of(403, "You are not allowed to do that: the key lacks " + needed);
            case Refusal.NotFound _, Refusal.Erased _ -> ErrorText.of(404, "Enrollee not found");
            case Refusal.Barred _ -> ErrorText.of(409, "The enrollee is deleted", GONE);
            case Refusal.Removed _ -> plain.coded(GONE);
            case Refusal.StillHeld(var holds) ->
                ErrorText.of(409, "The enrollee is still held: " + HoldNames.withoutEnds(holds), HELD);
            case Refusal.Held(var holds) ->
                ErrorText.of(409, "The enrollee is held: " + HoldNames.withoutEnds(holds), HELD);
            case Refusal.LastSuper _ -> ErrorText.of(409, "The last user of rank SUPER must stay in service", HELD);
            case Refusal.MustReenrol _ -> ErrorText.of(409, "The enrollee must enrol again");
            case Refusal.IdempotencyMismatch _ -> ErrorText.of(400, "\"Idempotency-Key\" was used for another request");
            case Refusal.OfRequest _,
                    Refusal.OfUser _,
                    Refusal.OfJob _,
                    Refusal.StepUpRequired _,
                    Refusal.OverQuota _,
                    Refusal.AddressNotAllowed _,
                    Refusal.OfApproval _,
                    Refusal.TryAgain _,
                    Refusal.OfServer _ -> plain;
        };
    }

    /// All error messages, in the order in which they were found.
    static String messages(List<FieldError> faults) {
        return faults.stream().map(FieldError::message).distinct().collect(Collectors.joining(". "));
    }

    static Reply reply(Refusal refusal) {
        return reply(of(refusal));
    }

    static Reply reply(ErrorText error) {
        return error.reply(json -> json.object()
                .field("message", error.text())
                .field("status", reason(error.status()))
                .fieldIfPresent("code", error.code())
                .end());
    }

    /// The reason phrase of a status, as in the status line.
    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 412 -> "Precondition Failed";
            case 413 -> "Request Entity Too Large";
            case 414 -> "Request-URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> throw new IllegalArgumentException("unexpected status: " + status);
        };
    }
}
