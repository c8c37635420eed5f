package dev.muster.api;

import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Refusal;
import dev.muster.model.value.FieldError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The content of an error reply; a dialect renders it in its own format.
///
/// [#of(Refusal, String)] has the default wording of all refusals. Muster's own API also shows `detail`; a vendor's
/// dialect shows `text`, and replaces what its vendor words differently.
///
/// @param code the code that identifies the error for programs, either Muster's own or the vendor's; null if there is
///     none
/// @param title the title that identifies the error for people and is always the same for one code; empty if not shown
/// @param text what happened, in one or two sentences
/// @param detail the specifics of this error, and how to fix it; empty if not shown
/// @param errors the invalid fields or headers; empty if the error is not about fields
/// @param retryAfter the value of the header `Retry-After`; null if programs should not retry
public record ErrorText(
        int status,
        @Nullable String code,
        String title,
        String text,
        String detail,
        List<FieldError> errors,
        @Nullable Duration retryAfter) {
    /// The wait after a clock error. It is longer than other waits, because clocks are not corrected within
    /// seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    public static ErrorText of(int status, String text) {
        return of(status, text, null);
    }

    public static ErrorText of(int status, String text, @Nullable String code) {
        return new ErrorText(status, code, "", text, "", List.of(), null);
    }

    private static ErrorText of(int status, String code, String title, String text, String detail) {
        return new ErrorText(status, code, title, text, detail, List.of(), null);
    }

    /// The text of an engine fault, without code, title and detail. The engine adds `Allow` and
    /// `Retry-After`.
    public static ErrorText of(Fault fault) {
        return of(fault.status(), fault.text());
    }

    /// The default wording of a refusal.
    ///
    /// @param user the dialect's word for a user
    public static ErrorText of(Refusal refusal, String user) {
        return switch (refusal) {
            case Refusal.OfRequest ofRequest -> ofRequest(ofRequest, user);
            case Refusal.OfUser ofUser -> ofUser(ofUser, "The " + user);
            case Refusal.OfJob ofJob -> ofJob(ofJob);
            case Refusal.OfCaller ofCaller -> ofCaller(ofCaller);
            case Refusal.OfApproval ofApproval -> ofApproval(ofApproval, user);
            case Refusal.TryAgain tryAgain -> tryAgain(tryAgain).after(tryAgain.retryAfter());
            case Refusal.OfServer ofServer -> ofServer(ofServer);
        };
    }

    // Columns: status, code, title; text for vendors' dialects; detail. spotless:off

    private static ErrorText ofRequest(Refusal.OfRequest refusal, String user) {
        return switch (refusal) {
            case Refusal.NotFound(var what, var ref) -> of(404, "not_found", "Not found",
                    "There is no such " + what + ".",
                    "There is no " + what + (isOfJob(what) ? " of job " : " ") + ref + ".");
            case Refusal.Invalid(var errors) -> of(400, "invalid", "Some fields are invalid",
                    "Some fields are invalid.",
                    errors.size() == 1 ? "There is one fault." : "There are " + errors.size() + " faults.")
                    .about(errors);
            case Refusal.Taken(var field, var by, var byRemoved) -> of(409, "taken", "The value is taken",
                    "The " + field + " belongs to user " + by + ".",
                    "The value of " + field + " belongs to " + by
                            + (byRemoved ? ", who is removed and can be restored." : "."))
                    .about(field, "Belongs to " + by + ".");
            case Refusal.InUse(var by) -> of(409, "in_use", "Still needed",
                    "Needed by " + by + ".",
                    "It is needed by " + by + ".");
            case Refusal.Stale(var current) -> of(412, "stale", "Changed in the meantime",
                    "The " + user + " was changed meanwhile: the version is " + current + " now.",
                    "The user is at version " + current + ", which does not match If-Match or If-None-Match.");
            case Refusal.IdempotencyMismatch _ -> of(400, "idempotency_mismatch",
                    "The idempotency key was used for another request",
                    "The Idempotency-Key was used for another request.",
                    "Send the first request again unchanged, or use a new key.");
            case Refusal.InFlight _ -> of(409, "in_flight", "The same request is being carried out",
                    "The first request with this Idempotency-Key is still in progress.",
                    "Another request with this idempotency key is still in progress.");
            case Refusal.SecretNotKept(var made) -> of(409, "secret_not_kept", "The first response cannot be repeated",
                    "The request was already carried out and created " + made + ".",
                    "The request was already carried out and created " + made
                            + ". Its response contained a secret, which is shown only once.");
        };
    }

    private static ErrorText ofUser(Refusal.OfUser refusal, String theUser) {
        return switch (refusal) {
            case Refusal.Barred _ -> of(409, "barred", "Barred for good",
                    theUser + " is barred.",
                    "The user or the identifier is barred for good. Only erasing is still possible.");
            case Refusal.Removed _ -> of(409, "removed", "The user is removed",
                    theUser + " is removed.",
                    "Not possible for removed users. Restore the user first.");
            case Refusal.Erased _ -> of(409, "erased", "The user is erased",
                    theUser + " is erased.",
                    "The user's personal data was erased for good. The user can no longer be changed.");
            case Refusal.Held(var holds) -> of(409, "held", "The user may not act",
                    theUser + " may not act, because of a hold: " + HoldNames.quoted(holds) + ".",
                    "The user is held: " + HoldNames.bracketed(holds) + ".");
            case Refusal.StillHeld(var holds) -> of(409, "still_held", "Another hold prevents this",
                    theUser + " stays held, because of a hold that cannot be lifted here: " + HoldNames.quoted(holds) + ".",
                    "In effect, and not lifted by this: " + HoldNames.bracketed(holds) + ". Nothing was changed.");
            case Refusal.LastSuper _ -> of(409, "last_super", "The last user of rank SUPER",
                    theUser.replace("The ", "The last ") + " of rank SUPER must stay in service.",
                    "The realm must keep one user of rank SUPER. Give the rank to another user first.");
            case Refusal.NotGuest _ -> of(409, "not_guest", "The user is not a guest",
                    theUser + " is not a guest.",
                    "Only guests can be promoted.");
            case Refusal.GuestNotAllowed _ -> of(409, "guest_not_allowed", "Not for guests",
                    theUser + " is a guest.",
                    "Promote the guest to a user first.");
            case Refusal.NotEnrolled _ -> of(409, "not_enrolled", "The user is not enrolled",
                    theUser + " is not enrolled.",
                    "The user must be enrolled first.");
            case Refusal.AlreadyEnrolled _ -> of(409, "already_enrolled", "The user is enrolled already",
                    theUser + " is enrolled already.",
                    "To let the user enrol again, allow re-enrolment first.");
            case Refusal.MustReenrol _ -> of(409, "must_reenrol", "The user must enrol again",
                    theUser + " must enrol again first.",
                    "Re-enrolment was allowed and has not happened yet. Other jobs are refused until it has.");
        };
    }

    private static ErrorText ofJob(Refusal.OfJob refusal) {
        return switch (refusal) {
            case Refusal.JobExists(var job) -> of(409, "job_exists", "The job exists",
                    "The job exists already.",
                    "There is a job " + job + " already.");
            case Refusal.JobComplete(var job) -> of(409, "job_complete", "The job is complete",
                    "The job is complete.",
                    "The job " + job + " has its final verdict.");
        };
    }

    private static ErrorText ofCaller(Refusal.OfCaller refusal) {
        return switch (refusal) {
            case Refusal.Unauthenticated _ -> of(401, "unauthenticated", "No valid credential",
                    "No valid credential.",
                    "Send Authorization: Bearer with a live API key or access token.");
            case Refusal.Forbidden(var needed) -> of(403, "forbidden", "Not allowed",
                    "This needs " + needed + ".",
                    "This needs " + needed + ".");
            case Refusal.StepUpRequired(var age) -> of(403, "step_up_required", "Sign in again",
                    "Sign in again: this needs a sign-in of the last " + age.toMinutes() + " minutes.",
                    "An operator may do this for " + age.toMinutes()
                            + " minutes after signing in. Sign in again and send the request with the new token.");
            case Refusal.AddressNotAllowed(var address) -> of(403, "address_not_allowed", "Not from this address",
                    "The API key may not be used from " + address + ".",
                    "The API key may not be used from " + address + ", which is not among its allowed addresses.");
            case Refusal.OverQuota(var what, var limit, var wait) when wait == null ->
                of(409, "over_quota", "The realm's quota is used up",
                    "The quota of " + limit + " " + what + " is used up.",
                    "The realm may have " + limit + " " + what + ", and has reached that limit.");
            case Refusal.OverQuota(var what, var limit, var wait) -> of(429, "too_many_requests", "Too many requests",
                    "Too many requests. A key may send " + limit + " " + what + ".",
                    "Each key may send " + limit + " " + what + ", and this one has sent as many. Nothing was carried out.")
                    .after(wait);
        };
    }

    private static ErrorText ofApproval(Refusal.OfApproval refusal, String user) {
        return switch (refusal) {
            case Refusal.NeedsApproval(var approval) -> {
                String named = approval == null ? "" : " as " + approval;
                yield of(409, "needs_approval", "Waiting for approval",
                        "Not done yet: a second operator has to approve it. It waits for approval" + named + ".",
                        "Not done yet: a second operator has to approve it. It waits for approval" + named + ".");
            }
            case Refusal.CannotDecide(var reason) -> {
                String why = why(reason, user);
                yield of(409, "cannot_decide", "The caller cannot decide this", why, why);
            }
        };
    }

    private static String why(Refusal.CannotDecide.Reason reason, String user) {
        return switch (reason) {
            case NOT_AN_OPERATOR -> "Only operators approve or decline requests.";
            case OWN_REQUEST -> "Another operator has to approve it: it is the caller's own request.";
            case RELATED -> "Another operator has to approve it: either the caller or the requester created"
                    + " the other, or the same operator or key created both.";
            case REQUESTER_GONE -> "The requester is no longer allowed to make this request. Decline it, and make a new one.";
            case CLOSED -> "It was approved or declined before, or has lapsed.";
            case CHANGED -> "The " + user + " was changed since it was asked for. Look again, and name the version to"
                    + " approve in If-Match.";
            case CANNOT_WAIT -> "One of these changes needs approval, and another cannot wait for it. Ask for them"
                    + " one by one.";
        };
    }

    private static ErrorText tryAgain(Refusal.TryAgain refusal) {
        return switch (refusal) {
            case Refusal.TooManyFailures(var wait) -> of(429, "too_many_failures", "Too many failed attempts",
                    "Too many failed attempts from this address.",
                    "Too many attempts from this address failed. Try again in " + seconds(wait) + " s.");
            case Refusal.Busy _ -> of(503, "busy", "Busy",
                    "Busy. The request was not carried out.",
                    "Nothing was carried out. The request is safe to send again.");
            case Refusal.StorageFull _ -> of(503, "no_room", "No room to write",
                    "The server's storage is full. The request was not carried out.",
                    "The server's storage is full. Nothing was carried out; reads still work.");
        };
    }

    private static ErrorText ofServer(Refusal.OfServer refusal) {
        return switch (refusal) {
            case Refusal.Unreadable(var what, var ref) -> of(503, "unreadable", "It cannot be read",
                    "The stored " + what + " cannot be read. The request was not carried out.",
                    "The stored " + what + " " + ref
                            + " cannot be read: the database was altered. Nothing was carried out.");
            case Refusal.OutcomeUnknown _ -> of(503, "outcome_unknown", "It is not known whether it was carried out",
                    "Whether the request was carried out is not known. Send it again only with an Idempotency-Key.",
                    "Send the request again only with the same Idempotency-Key, or look first.");
            case Refusal.Clock _ -> of(503, "clock", "The server's clock is behind",
                    "The server's clock is wrong. The request was not carried out.",
                    "The clock runs behind the realm's journal. Nothing was carried out.")
                    .after(CLOCK_PAUSE);
        };
    }

    // spotless:on

    /// Whether a missing object is identified by its job, which is the case for evidence and reviews.
    private static boolean isOfJob(String what) {
        return what.equals("evidence") || what.equals("review");
    }

    /// The messages of all errors, grouped by field, in the order in which they were found.
    ///
    /// @param whole the name for errors of the request as a whole
    public Map<String, List<String>> byField(String whole) {
        Map<String, List<String>> messages = new LinkedHashMap<>();
        for (FieldError error : errors) {
            messages.computeIfAbsent(error.field().isEmpty() ? whole : error.field(), _ -> new ArrayList<>(1))
                    .add(error.message());
        }
        return messages;
    }

    /// Returns a copy with another status.
    public ErrorText with(int otherStatus) {
        return new ErrorText(otherStatus, code, title, text, detail, errors, retryAfter);
    }

    /// Returns a copy with another code, or with none.
    public ErrorText coded(@Nullable String otherCode) {
        return new ErrorText(status, otherCode, title, text, detail, errors, retryAfter);
    }

    /// Returns a copy with these field errors.
    public ErrorText about(List<FieldError> otherErrors) {
        return new ErrorText(status, code, title, text, detail, otherErrors, retryAfter);
    }

    /// Returns a copy with an error about one field.
    public ErrorText about(String field, String message) {
        return about(List.of(new FieldError(field, code == null ? "" : code, message)));
    }

    /// Returns a copy with another `Retry-After`, or with none.
    public ErrorText after(@Nullable Duration wait) {
        return new ErrorText(status, code, title, text, detail, errors, wait);
    }

    /// Returns a copy without the final period.
    public ErrorText withoutPeriod() {
        return new ErrorText(status, code, title, bare(text), detail, errors, retryAfter);
    }

    private static String bare(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /// Creates a reply with this status, a body and, if set, `Retry-After`.
    public Reply reply(Consumer<JsonWriter> body) {
        Reply reply = Reply.json(status, body);
        return retryAfter == null ? reply : reply.with("Retry-After", Long.toString(seconds(retryAfter)));
    }

    /// Like [#reply], for dialects with bearer credentials: a 401 reply also has the required `WWW-Authenticate`.
    public Reply bearerReply(Consumer<JsonWriter> body) {
        Reply reply = reply(body);
        return status == 401 ? reply.with("WWW-Authenticate", "Bearer") : reply;
    }

    /// The wait in whole seconds, for `Retry-After`: rounded up, and at least one.
    public static long seconds(Duration wait) {
        return Math.max(1, Math.ceilDiv(wait.toMillis(), 1_000));
    }
}
