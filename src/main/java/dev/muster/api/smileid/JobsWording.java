package dev.muster.api.smileid;

import dev.muster.http.Fault;
import dev.muster.http.FieldFault;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the calls about jobs say when Muster says no: `{"error":…,"code":"22xx"}`, with 400 for all that is about the
/// job.
///
/// @param code the vendor's; null where it has none
/// @param retryAfter when to try again, for a header of that name; null where trying again is not for a program to
///     decide
record JobsWording(
        int status,
        String error,
        @Nullable String code,
        @Nullable Duration retryAfter) {
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

    // The vendor's texts for its codes.
    private static final String NOT_AUTHORIZED = "You are not authorized to do that";
    private static final String DISABLED_TEXT = "Enrolled User is disabled";
    private static final String DELETED_TEXT = "Enrolled user is deleted";
    private static final String ENROLLED_TEXT = "Wrong user id. This user is already enrolled with user_id";
    private static final String NOT_ENROLLED_TEXT = "No enrolled user found";
    private static final String MUST_REENROL_TEXT = "Enrolled user must complete re-enrollment";
    private static final String JOB_EXISTS_TEXT = "Job already exists. Did you mean to set the retry flag to true?";

    /// A clock is not put right within seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    static JobsWording of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Invalid(var faults) -> invalid(faults);
            case Refusal.Unauthenticated() -> of(400, NOT_AUTHORIZED, UNAUTHORIZED);
            // A token that opens nothing, or nothing any more, is a credential that is none.
            case Refusal.NotFound(var what, var _) when what.equals("upload") -> of(400, NOT_AUTHORIZED, UNAUTHORIZED);
            case Refusal.NotFound(var what, var _) -> of(404, "There is no such " + what, null);
            case Refusal.Forbidden(var needed) ->
                of(403, "You are not allowed to do that: the key lacks " + needed, UNAUTHORIZED);
            case Refusal.Held _, Refusal.StillHeld _ -> of(400, DISABLED_TEXT, HELD);
            case Refusal.LastSuper() -> of(400, "The last user of rank SUPER must stay in service", HELD);
            case Refusal.Barred(), Refusal.Removed(), Refusal.Erased() -> of(400, DELETED_TEXT, GONE);
            case Refusal.AlreadyEnrolled() -> of(400, ENROLLED_TEXT, ENROLLED);
            case Refusal.NotEnrolled() -> of(400, NOT_ENROLLED_TEXT, NOT_ENROLLED);
            case Refusal.MustReenrol() -> of(400, MUST_REENROL_TEXT, MUST_REENROL);
            case Refusal.JobExists _, Refusal.JobComplete _ -> of(400, JOB_EXISTS_TEXT, JOB_EXISTS);
            case Refusal.Taken(var field, var by, var _) ->
                of(400, "The " + field + " belongs to user " + by, WRONG_TYPE);
            case Refusal.NotGuest() -> of(400, "The user is no guest", HELD);
            case Refusal.GuestNotAllowed() -> of(400, "The user is a guest", HELD);
            case Refusal.InUse(var by) -> of(400, "Needed by " + by, HELD);
            case Refusal.Stale(var current) ->
                of(412, "The user was changed meanwhile: the version is " + current + " now", null);
            case Refusal.IdempotencyMismatch() ->
                of(400, "\"Idempotency-Key\" was used for another request", WRONG_TYPE);
            case Refusal.InFlight() ->
                of(409, "The first request under this Idempotency-Key is not answered yet", null);
            case Refusal.SecretNotKept(var made) ->
                of(409, "The request was carried out before, and made " + made, JOB_EXISTS);
            case Refusal.OverQuota(var what, var limit, var retryAfter) ->
                retryAfter == null
                        ? of(409, "The quota of " + limit + " " + what + " is used up", null)
                        : later(429, "Too many requests. A key may send " + limit + " " + what, retryAfter);
            case Refusal.TooManyFailures(var retryAfter) ->
                later(429, "Too many failed attempts from this address", retryAfter);
            case Refusal.Busy(var retryAfter) -> later(503, "Busy. The request was not carried out", retryAfter);
            case Refusal.NoRoom(var retryAfter) ->
                later(503, "The server's storage is full. The request was not carried out", retryAfter);
            case Refusal.Unreadable(var what, var _) ->
                of(503, "What is stored of this " + what + " cannot be read. The request was not carried out", null);
            case Refusal.OutcomeUnknown() ->
                of(
                        503,
                        "Whether the request was carried out is not known. Send it again only with an Idempotency-Key",
                        null);
            case Refusal.Clock() ->
                later(503, "The server's clock is wrong. The request was not carried out", CLOCK_PAUSE);
        };
    }

    /// What the engine refuses. The engine itself adds `Allow` and `Retry-After`.
    static JobsWording of(Fault fault) {
        return switch (fault) {
            case Fault.NoSuchPath _,
                    Fault.MethodNotAllowed _,
                    Fault.Malformed _,
                    Fault.UriTooLong _,
                    Fault.HeadersTooLarge _,
                    Fault.BodyTooLarge _,
                    Fault.UnsupportedCoding _,
                    Fault.BodyTimedOut _,
                    Fault.TooManyAttempts _,
                    Fault.Overloaded _,
                    Fault.Internal _ -> of(fault.status(), fault.text(), null);
        };
    }

    /// A zip that is not taken.
    ///
    /// @param why one sentence
    static JobsWording ofZip(String why) {
        return of(400, "Invalid zip: " + why, INVALID_JSON);
    }

    /// All the faults behind the vendor's text for the first, and its code.
    private static JobsWording invalid(List<dev.muster.model.Fault> faults) {
        String messages =
                faults.stream().map(dev.muster.model.Fault::message).distinct().collect(Collectors.joining(". "));
        return switch (faults.getFirst().code()) {
            case Input.MALFORMED -> of(400, "Invalid JSON: " + messages, INVALID_JSON);
            case FieldFault.REQUIRED, Input.BLANK -> of(400, "A required parameter is missing: " + messages, MISSING);
            case Uploads.UNKNOWN_TYPE -> of(400, "Invalid job type: " + messages, JOB_TYPE);
            default -> of(400, "A parameter is of the wrong data type: " + messages, WRONG_TYPE);
        };
    }

    Reply reply() {
        Reply reply = Reply.json(
                status,
                json -> json.object()
                        .field("error", error)
                        .fieldIfPresent("code", code)
                        .end());
        return retryAfter == null
                ? reply
                : reply.with("Retry-After", Long.toString(Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000))));
    }

    private static JobsWording of(int status, String error, @Nullable String code) {
        return new JobsWording(status, error, code, null);
    }

    private static JobsWording later(int status, String error, Duration retryAfter) {
        return new JobsWording(status, error, null, retryAfter);
    }
}
