package dev.muster.api;

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

/// What a client is told when Muster says no: the parts from which a dialect makes its reply.
///
/// @param text one sentence or more
/// @param code the dialect's own code; null where it has none
/// @param fields what is wrong, by field or header; empty where no single field is wrong
/// @param retryAfter when to try again, for the header of that name; null where a program should not try again by
///     itself
public record ErrorText(
        int status,
        String text,
        @Nullable String code,
        Map<String, List<String>> fields,
        @Nullable Duration retryAfter) {
    /// A clock is not put right within seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    public static ErrorText of(int status, String text) {
        return new ErrorText(status, text, null, Map.of(), null);
    }

    public static ErrorText of(int status, String text, @Nullable String code) {
        return new ErrorText(status, text, code, Map.of(), null);
    }

    /// What the engine refuses. The engine itself adds `Allow` and `Retry-After`.
    public static ErrorText of(dev.muster.http.Fault fault) {
        return of(fault.status(), fault.text());
    }

    /// The default text of a refusal, for dialects that do not word it themselves.
    ///
    /// @param user what the dialect calls a user
    public static ErrorText of(Refusal refusal, String user) {
        return switch (refusal) {
            case Refusal.OfRequest ofRequest -> ofRequest(ofRequest, user);
            case Refusal.OfUser ofUser -> of(409, text(ofUser, user));
            case Refusal.JobExists _ -> of(409, "The job exists already.");
            case Refusal.JobComplete _ -> of(409, "The job is complete.");
            case Refusal.Unauthenticated _ -> of(401, "No valid credential.");
            case Refusal.Forbidden(var needed) -> of(403, "This needs " + needed + ".");
            case Refusal.OverQuota(var what, var limit, var wait) ->
                wait == null
                        ? of(409, "The quota of " + limit + " " + what + " is used up.")
                        : of(429, "Too many requests. A key may send " + limit + " " + what + ".")
                                .after(wait);
            case Refusal.TooManyFailures(var wait) ->
                of(429, "Too many failed attempts from this address.").after(wait);
            case Refusal.Busy(var wait) ->
                of(503, "Busy. The request was not carried out.").after(wait);
            case Refusal.NoRoom(var wait) ->
                of(503, "The server's storage is full. The request was not carried out.")
                        .after(wait);
            case Refusal.Unreadable(var what, var _) ->
                of(503, "What is stored of this " + what + " cannot be read. The request was not carried out.");
            case Refusal.OutcomeUnknown _ ->
                of(
                        503,
                        "Whether the request was carried out is not known."
                                + " Send it again only with an Idempotency-Key.");
            case Refusal.Clock _ ->
                of(503, "The server's clock is wrong. The request was not carried out.")
                        .after(CLOCK_PAUSE);
        };
    }

    private static ErrorText ofRequest(Refusal.OfRequest refusal, String user) {
        return switch (refusal) {
            case Refusal.NotFound(var what, var _) -> of(404, "There is no such " + what + ".");
            case Refusal.Invalid _ -> of(400, "Some fields are not as they must be.");
            case Refusal.Taken(var field, var by, var _) -> of(409, "The " + field + " belongs to user " + by + ".");
            case Refusal.InUse(var by) -> of(409, "Needed by " + by + ".");
            case Refusal.Stale(var current) ->
                of(412, "The " + user + " was changed meanwhile: the version is " + current + " now.");
            case Refusal.IdempotencyMismatch _ -> of(400, "The Idempotency-Key was used for another request.");
            case Refusal.InFlight _ -> of(409, "The first request under this Idempotency-Key is not answered yet.");
            case Refusal.SecretNotKept(var made) ->
                of(409, "The request was carried out before, and made " + made + ".");
        };
    }

    private static String text(Refusal.OfUser refusal, String user) {
        return switch (refusal) {
            case Refusal.Barred _ -> "The " + user + " is barred.";
            case Refusal.Removed _ -> "The " + user + " is removed.";
            case Refusal.Erased _ -> "The " + user + " is erased.";
            case Refusal.Held(var holds) ->
                "The " + user + " may not act, because of a hold: " + HoldNames.quoted(holds) + ".";
            case Refusal.StillHeld(var holds) ->
                "The " + user + " stays held, because of a hold that cannot be lifted here: " + HoldNames.quoted(holds)
                        + ".";
            case Refusal.LastSuper _ -> "The last " + user + " of rank SUPER must stay in service.";
            case Refusal.NotGuest _ -> "The " + user + " is no guest.";
            case Refusal.GuestNotAllowed _ -> "The " + user + " is a guest.";
            case Refusal.NotEnrolled _ -> "The " + user + " is not enrolled.";
            case Refusal.AlreadyEnrolled _ -> "The " + user + " is enrolled already.";
            case Refusal.MustReenrol _ -> "The " + user + " must enrol again first.";
        };
    }

    /// The messages of all faults by the field that they are about, in the order in which they were found.
    ///
    /// @param whole the name under which faults of the request as a whole are told
    public static Map<String, List<String>> byField(List<FieldError> faults, String whole) {
        Map<String, List<String>> messages = new LinkedHashMap<>();
        for (FieldError fault : faults) {
            messages.computeIfAbsent(fault.field().isEmpty() ? whole : fault.field(), _ -> new ArrayList<>(1))
                    .add(fault.message());
        }
        return messages;
    }

    /// The same with another status.
    public ErrorText with(int otherStatus) {
        return new ErrorText(otherStatus, text, code, fields, retryAfter);
    }

    /// The same with a code.
    public ErrorText coded(String ownCode) {
        return new ErrorText(status, text, ownCode, fields, retryAfter);
    }

    /// The same about one field, of which `message` says what is wrong.
    public ErrorText about(String field, String message) {
        return new ErrorText(status, text, code, Map.of(field, List.of(message)), retryAfter);
    }

    /// The same, to be tried again after `wait`.
    public ErrorText after(Duration wait) {
        return new ErrorText(status, text, code, fields, wait);
    }

    /// The same without the period at its end.
    public ErrorText withoutPeriod() {
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return new ErrorText(status, bare, code, fields, retryAfter);
    }

    /// A reply with this status, `Retry-After` where there is something to wait for, and a body.
    public Reply reply(Consumer<JsonWriter> body) {
        Reply reply = Reply.json(status, body);
        return retryAfter == null ? reply : reply.with("Retry-After", Long.toString(seconds(retryAfter)));
    }

    /// The same from a dialect with bearer credentials, which a 401 has to name.
    public Reply bearerReply(Consumer<JsonWriter> body) {
        Reply reply = reply(body);
        return status == 401 ? reply.with("WWW-Authenticate", "Bearer") : reply;
    }

    /// How long to wait in whole seconds, as HTTP wants it: rounded up, and at least one.
    public static long seconds(Duration wait) {
        return Math.max(1, Math.ceilDiv(wait.toMillis(), 1_000));
    }
}
