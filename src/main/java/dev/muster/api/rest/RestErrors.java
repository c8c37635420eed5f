package dev.muster.api.rest;

import dev.muster.api.ErrorText;
import dev.muster.api.HoldNames;
import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import java.time.Duration;
import java.util.List;

/// This API's words for every refusal of the register and every fault of the engine. `docs/dialects/rest.md` is made
/// from them.
final class RestErrors {
    /// A clock that runs behind is not mended in a second.
    private static final Duration CLOCK = Duration.ofSeconds(60);

    private static final Duration SOON = Duration.ofSeconds(1);

    private RestErrors() {}

    static Reply reply(Refusal refusal, String requestId) {
        Reply reply = of(refusal).reply(requestId);
        return refusal instanceof Refusal.TooManyFailures(var wait) ? limited(reply, wait) : reply;
    }

    /// The engine adds `Allow` and `Retry-After` by itself.
    static Reply reply(Fault fault, String requestId) {
        Reply reply = of(fault).reply(requestId);
        return fault instanceof Fault.TooManyAttempts(var wait) ? limited(reply, wait) : reply;
    }

    static Problem of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotFound(var what, var ref) ->
                new Problem(404, "not_found", "Not found", "There is no " + named(what, ref) + ".");
            case Refusal.Invalid(var faults) ->
                new Problem(
                                422,
                                "invalid",
                                "Some fields are not as they must be",
                                faults.size() == 1 ? "There is one fault." : "There are " + faults.size() + " faults.")
                        .naming(faults);
            case Refusal.Taken(var field, var by, var byRemoved) ->
                new Problem(
                                409,
                                "taken",
                                "The value is another's",
                                "The value of " + field + " belongs to " + by
                                        + (byRemoved ? ", who is removed: restoring them is the way back." : "."))
                        .naming(List.of(
                                new dev.muster.model.value.FieldError(field, "taken", "Belongs to " + by + ".")));
            case Refusal.Barred() ->
                new Problem(
                        409,
                        "barred",
                        "Barred for good",
                        "The user or the identifier is barred for good. Erasing is all that can still be done.");
            case Refusal.Removed() ->
                new Problem(
                        409,
                        "removed",
                        "The user is removed",
                        "This is not done to removed users. Restore the user first.");
            case Refusal.Erased() ->
                new Problem(
                        409,
                        "erased",
                        "The user is erased",
                        "The user's personal data was erased for good. Nothing more is done to the user.");
            case Refusal.Held(var holds) ->
                new Problem(
                        409, "held", "The user may not act", "The user is held: " + HoldNames.bracketed(holds) + ".");
            case Refusal.StillHeld(var holds) ->
                new Problem(
                        409,
                        "still_held",
                        "Another hold is in the way",
                        "In effect, and not lifted by this: " + HoldNames.bracketed(holds) + ". Nothing was changed.");
            case Refusal.Forbidden(var needed) ->
                new Problem(403, "forbidden", "Not allowed", "This needs " + needed + ".");
            case Refusal.LastSuper() ->
                new Problem(
                        409,
                        "last_super",
                        "The last user of rank SUPER",
                        "The realm's last user of rank SUPER stays one. Give the rank to another user first.");
            case Refusal.NotGuest() ->
                new Problem(409, "not_guest", "The user is no guest", "Only a guest is promoted.");
            case Refusal.GuestNotAllowed() ->
                new Problem(409, "guest_not_allowed", "Not for guests", "Promote the guest to a user first.");
            case Refusal.InUse(var by) -> new Problem(409, "in_use", "Still needed", "It is needed by " + by + ".");
            case Refusal.NotEnrolled() ->
                new Problem(409, "not_enrolled", "The user is not enrolled", "An enrolment must come first.");
            case Refusal.AlreadyEnrolled() ->
                new Problem(
                        409,
                        "already_enrolled",
                        "The user is enrolled already",
                        "Allow re-enrolment first, if the user is to enrol again.");
            case Refusal.MustReenrol() ->
                new Problem(
                        409,
                        "must_reenrol",
                        "The user must enrol again",
                        "Re-enrolment is allowed and not done yet. Nothing else is taken before it is.");
            case Refusal.JobExists(var jobId) ->
                new Problem(409, "job_exists", "The job exists", "There is a job " + jobId + " already.");
            case Refusal.JobComplete(var jobId) ->
                new Problem(409, "job_complete", "The job is complete", "The job " + jobId + " has its final verdict.");
            case Refusal.Stale(var current) ->
                new Problem(
                        412,
                        "stale",
                        "Changed in the meantime",
                        "The user is at version " + current + ", which If-Match or If-None-Match rules out.");
            case Refusal.IdempotencyMismatch() ->
                new Problem(
                        422,
                        "idempotency_mismatch",
                        "The idempotency key was used for another request",
                        "Send the first request again as it was, or take a new key.");
            case Refusal.InFlight() ->
                new Problem(
                        409,
                        "in_flight",
                        "The same request is being carried out",
                        "Another request with this idempotency key is not answered yet.");
            case Refusal.SecretNotKept(var made) ->
                new Problem(
                        409,
                        "secret_not_kept",
                        "The first answer is not given again",
                        "The request was carried out and made " + made
                                + ". Its answer held a secret, which is shown once and not kept.");
            case Refusal.Unauthenticated() ->
                new Problem(
                        401,
                        "unauthenticated",
                        "No valid credential",
                        "Send Authorization: Bearer with a live API key or access token.");
            case Refusal.OverQuota(var what, var limit, var wait) ->
                wait == null
                        ? new Problem(
                                409,
                                "over_quota",
                                "The realm's quota is used up",
                                "The realm may have " + limit + " " + what + ", and has no room for more.")
                        : new Problem(
                                        429,
                                        "too_many_requests",
                                        "Too many requests",
                                        "Each key may send " + limit + " " + what
                                                + ", and this one has. Nothing was carried out.")
                                .after(wait);
            case Refusal.TooManyFailures(var wait) -> tooManyFailures(wait).after(wait);
            case Refusal.Busy(var wait) -> busy().after(wait);
            case Refusal.NoRoom(var wait) ->
                new Problem(
                                503,
                                "no_room",
                                "No room to write",
                                "The server's storage is full. Nothing was carried out; reads go on.")
                        .after(wait);
            case Refusal.Unreadable(var what, var ref) ->
                new Problem(
                        503,
                        "unreadable",
                        "It cannot be read",
                        "What is stored of the " + what + " " + ref
                                + " cannot be read: somebody altered the database. Nothing was carried out.");
            case Refusal.OutcomeUnknown() ->
                new Problem(
                                503,
                                "outcome_unknown",
                                "It is not known whether it was carried out",
                                "Send the request again only with the same Idempotency-Key, or look first.")
                        .after(SOON);
            case Refusal.Clock() ->
                new Problem(
                                503,
                                "clock",
                                "The server's clock is behind",
                                "The clock runs behind the realm's journal. Nothing was carried out.")
                        .after(CLOCK);
        };
    }

    static Problem of(Fault fault) {
        return switch (fault) {
            case Fault.NoSuchPath _ -> new Problem(404, "no_such_path", "Not found", fault.text());
            case Fault.MethodNotAllowed _ ->
                new Problem(405, "method_not_allowed", "The method is not allowed", fault.text());
            case Fault.Malformed _ -> new Problem(400, "malformed", "The request is malformed", fault.text());
            case Fault.UriTooLong _ -> new Problem(414, "uri_too_long", "The address is too long", fault.text());
            case Fault.HeadersTooLarge _ ->
                new Problem(431, "headers_too_large", "The headers are too large", fault.text());
            case Fault.BodyTooLarge _ -> new Problem(413, "body_too_large", "The body is too large", fault.text());
            case Fault.UnsupportedCoding _ ->
                new Problem(415, "unsupported_media_type", "The body is of another kind", fault.text());
            case Fault.BodyTimedOut _ -> new Problem(408, "timed_out", "The body did not come in time", fault.text());
            case Fault.TooManyAttempts(var wait) -> tooManyFailures(wait);
            case Fault.Overloaded _ -> busy();
            case Fault.Internal _ -> new Problem(500, "internal", "A fault of the server", fault.text());
        };
    }

    private static Problem tooManyFailures(Duration wait) {
        return new Problem(
                429,
                "too_many_failures",
                "Too many failed attempts",
                "Too many attempts from this address failed. Try again in " + ErrorText.seconds(wait) + " s.");
    }

    private static Problem busy() {
        return new Problem(503, "busy", "Busy", "Nothing was carried out. The request is safe to send again.");
    }

    /// Evidence and reviews have no name of their own.
    private static String named(String what, String ref) {
        return what + (what.equals("evidence") || what.equals("review") ? " of job " : " ") + ref;
    }

    /// What is left of the attempts, and until when, as the IETF's draft of rate limit headers has it.
    private static Reply limited(Reply reply, Duration wait) {
        return reply.with("RateLimit", "\"failures\";r=0;t=" + ErrorText.seconds(wait));
    }
}
