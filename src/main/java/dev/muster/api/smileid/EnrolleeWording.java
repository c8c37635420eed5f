package dev.muster.api.smileid;

import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Hold;
import dev.muster.model.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the enrollee endpoint says when Muster says no: `{"message":…,"status":<HTTP reason>,"code"?}`.
///
/// @param code the vendor's; null where it has none
/// @param retryAfter when to try again, for a header of that name; null where trying again is not for a program to
///     decide
record EnrolleeWording(
        int status,
        String message,
        @Nullable String code,
        @Nullable Duration retryAfter) {
    private static final String UNAUTHORIZED = "2205";
    private static final String HELD = "2207";
    private static final String GONE = "2208";

    /// A clock is not put right within seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    static EnrolleeWording of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Invalid(var faults) ->
                of(
                        400,
                        faults.stream()
                                .map(dev.muster.model.Fault::message)
                                .distinct()
                                .collect(Collectors.joining(". ")));
            case Refusal.Unauthenticated() -> of(401, "You are not authorized to do that", UNAUTHORIZED);
            case Refusal.Forbidden(var needed) -> of(403, "You are not allowed to do that: the key lacks " + needed);
            case Refusal.NotFound _ -> notFound();
            case Refusal.Erased() -> notFound();
            case Refusal.Barred() -> of(409, "The enrollee is deleted", GONE);
            case Refusal.Removed() -> of(409, "The enrollee is removed", GONE);
            case Refusal.StillHeld(var holds) -> of(409, "The enrollee is still held: " + named(holds), HELD);
            case Refusal.Held(var holds) -> of(409, "The enrollee is held: " + named(holds), HELD);
            case Refusal.LastSuper() -> of(409, "The last user of rank SUPER must stay in service", HELD);
            case Refusal.Taken(var field, var by, var _) -> of(409, "The " + field + " belongs to user " + by);
            case Refusal.NotGuest() -> of(409, "The enrollee is no guest");
            case Refusal.GuestNotAllowed() -> of(409, "The enrollee is a guest");
            case Refusal.InUse(var by) -> of(409, "Needed by " + by);
            case Refusal.NotEnrolled() -> of(409, "The enrollee is not enrolled");
            case Refusal.AlreadyEnrolled() -> of(409, "The enrollee is enrolled already");
            case Refusal.MustReenrol() -> of(409, "The enrollee must enrol again");
            case Refusal.JobExists(var _) -> of(409, "The job exists already");
            case Refusal.JobComplete(var _) -> of(409, "The job is complete");
            case Refusal.Stale(var current) ->
                of(412, "The enrollee was changed meanwhile: the version is " + current + " now");
            case Refusal.IdempotencyMismatch() -> of(400, "\"Idempotency-Key\" was used for another request");
            case Refusal.InFlight() -> of(409, "The first request under this Idempotency-Key is not answered yet");
            case Refusal.SecretNotKept(var made) -> of(409, "The request was carried out before, and made " + made);
            case Refusal.OverQuota(var what, var limit, var retryAfter) ->
                retryAfter == null
                        ? of(409, "The quota of " + limit + " " + what + " is used up")
                        : later(429, "Too many requests. A key may send " + limit + " " + what, retryAfter);
            case Refusal.TooManyFailures(var retryAfter) ->
                later(429, "Too many failed attempts from this address", retryAfter);
            case Refusal.Busy(var retryAfter) -> later(503, "Busy. The request was not carried out", retryAfter);
            case Refusal.NoRoom(var retryAfter) ->
                later(503, "The server's storage is full. The request was not carried out", retryAfter);
            case Refusal.Unreadable(var what, var _) ->
                of(503, "What is stored of this " + what + " cannot be read. The request was not carried out");
            case Refusal.OutcomeUnknown() ->
                of(503, "Whether the request was carried out is not known. Send it again only with an Idempotency-Key");
            case Refusal.Clock() ->
                later(503, "The server's clock is wrong. The request was not carried out", CLOCK_PAUSE);
        };
    }

    /// What the engine refuses. The engine itself adds `Allow` and `Retry-After`.
    static EnrolleeWording of(Fault fault) {
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
                    Fault.Internal _ -> of(fault.status(), fault.text());
        };
    }

    Reply reply() {
        Reply reply = Reply.json(
                status,
                json -> json.object()
                        .field("message", message)
                        .field("status", reason(status))
                        .fieldIfPresent("code", code)
                        .end());
        return retryAfter == null
                ? reply
                : reply.with("Retry-After", Long.toString(Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000))));
    }

    /// The reason phrase of a status, as it stands in the reply's first line.
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
            default -> throw new IllegalArgumentException("a status that is never answered: " + status);
        };
    }

    private static EnrolleeWording of(int status, String message) {
        return new EnrolleeWording(status, message, null, null);
    }

    private static EnrolleeWording of(int status, String message, String code) {
        return new EnrolleeWording(status, message, code, null);
    }

    private static EnrolleeWording later(int status, String message, Duration retryAfter) {
        return new EnrolleeWording(status, message, null, retryAfter);
    }

    private static EnrolleeWording notFound() {
        return of(404, "Enrollee not found");
    }

    private static String named(List<Hold> holds) {
        return holds.stream()
                .map(hold -> hold.label().equals(Hold.MAIN)
                        ? hold.kind().word()
                        : hold.kind().word() + " (" + hold.label() + ")")
                .collect(Collectors.joining(", "));
    }
}
