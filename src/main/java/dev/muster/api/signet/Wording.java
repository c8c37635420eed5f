package dev.muster.api.signet;

import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Hold;
import dev.muster.model.Refusal;
import dev.muster.model.Timestamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What this dialect says when Muster says no: `{"success":false,"message":…,"errors":{field:[texts]}}`.
///
/// @param errors what is wrong by field; empty where it is no field's fault
/// @param retryAfter when to try again, for a header of that name; null where trying again is not for a program to
///     decide
record Wording(
        int status,
        String message,
        Map<String, List<String>> errors,
        @Nullable Duration retryAfter) {
    private static final String VALIDATION = "Validation failed";
    private static final String STATUS = "status";
    private static final String AUTHORIZATION = "authorization";

    /// That the key or the secret that would be exchanged for tokens is not right.
    static final Wording BAD_KEY_OR_SECRET =
            of(401, "Invalid API key or secret", "apiKey", "A live API key and its own secret are required.");

    /// That the token that would be exchanged for new ones is not right.
    static final Wording BAD_REFRESH_TOKEN = of(
            401,
            "Invalid refresh token",
            "refreshToken",
            "A refresh token that is still good and was not used before is required.");

    /// A clock is not put right within seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    /// @param naming what the client calls a user
    static Wording of(Refusal refusal, Naming naming) {
        String user = naming.word();
        return switch (refusal) {
            case Refusal.NotFound(var what, var _) when what.equals("user") -> noSuchUser(naming);
            case Refusal.NotFound(var what, var _) -> of(404, "No such " + what + ".", what, "There is none.");
            case Refusal.Erased() -> noSuchUser(naming);
            case Refusal.Invalid(var faults) -> new Wording(400, VALIDATION, byField(faults), null);
            case Refusal.Taken taken -> taken(taken, user);
            case Refusal.Barred() ->
                of(409, "The " + user + " is barred.", STATUS, "The " + user + ", or the address, is barred for good.");
            case Refusal.Removed() ->
                of(
                        409,
                        "The " + user + " is removed.",
                        STATUS,
                        "The " + user + " is removed. Set the status to active first.");
            case Refusal.Held(var holds) -> held("The " + user + " may not act, because of a hold: ", holds);
            case Refusal.StillHeld(var holds) -> held("The status cannot be reached, because of another hold: ", holds);
            case Refusal.LastSuper() ->
                of(
                        409,
                        "The " + user + " cannot be removed.",
                        STATUS,
                        "The last " + user + " of rank SUPER must stay in service.");
            case Refusal.NotGuest() -> of(409, "The " + user + " is no guest.", STATUS, "Only a guest is promoted.");
            case Refusal.GuestNotAllowed() -> of(409, "The " + user + " is a guest.", STATUS, "Not for guests.");
            case Refusal.InUse(var by) -> of(409, "In use.", STATUS, "Needed by " + by + ".");
            case Refusal.NotEnrolled() ->
                of(409, "The " + user + " is not enrolled.", STATUS, "Enrol the " + user + " first.");
            case Refusal.AlreadyEnrolled() ->
                of(409, "The " + user + " is enrolled already.", STATUS, "Allow another enrolment first.");
            case Refusal.MustReenrol() ->
                of(409, "The " + user + " must enrol again.", STATUS, "Enrol the " + user + " again first.");
            case Refusal.JobExists(var _) -> of(409, "The job exists already.", "jobId", "Is taken.");
            case Refusal.JobComplete(var _) -> of(409, "The job is complete.", "jobId", "Is complete.");
            case Refusal.Unauthenticated() ->
                of(
                        401,
                        "Authorization header missing or malformed",
                        AUTHORIZATION,
                        "A live API key or access token is required, as a bearer credential.");
            case Refusal.Forbidden(var needed) ->
                of(403, "Not allowed", AUTHORIZATION, "The credential lacks " + needed + ".");
            case Refusal.Stale(var current) ->
                of(412, "The " + user + " was changed meanwhile.", "If-Match", "The version is " + current + " now.");
            case Refusal.IdempotencyMismatch() ->
                of(400, VALIDATION, "Idempotency-Key", "Was used for another request.");
            case Refusal.InFlight() ->
                of(
                        409,
                        "The request is being carried out.",
                        "Idempotency-Key",
                        "Its first request is not answered yet.");
            case Refusal.SecretNotKept(var made) ->
                of(409, "The request was carried out before.", "Idempotency-Key", "It made " + made + ".");
            case Refusal.OverQuota(var what, var limit, var retryAfter) ->
                retryAfter == null
                        ? of(409, "The quota is used up.", "quota", "At most " + limit + " " + what + ".")
                        : later(429, "Too many requests. A key may send " + limit + " " + what + ".", retryAfter);
            case Refusal.TooManyFailures(var retryAfter) ->
                later(429, "Too many failed attempts from this address.", retryAfter);
            case Refusal.Busy(var retryAfter) -> later(503, "Busy. The request was not carried out.", retryAfter);
            case Refusal.NoRoom(var retryAfter) ->
                later(503, "The server's storage is full. The request was not carried out.", retryAfter);
            case Refusal.Unreadable(var what, var _) ->
                new Wording(
                        503,
                        "What is stored of this " + what + " cannot be read. The request was not carried out.",
                        Map.of(),
                        null);
            case Refusal.OutcomeUnknown() ->
                new Wording(
                        503,
                        "Whether the request was carried out is not known. Send it again only with an Idempotency-Key.",
                        Map.of(),
                        null);
            case Refusal.Clock() ->
                later(503, "The server's clock is wrong. The request was not carried out.", CLOCK_PAUSE);
        };
    }

    /// What the engine refuses. The engine itself adds `Allow` and `Retry-After`.
    static Wording of(Fault fault) {
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
                    Fault.Internal _ -> new Wording(fault.status(), fault.text(), Map.of(), null);
        };
    }

    Reply reply() {
        Reply reply = Reply.json(status, json -> {
            json.object().field("success", false).field("message", message).object("errors");
            errors.forEach((field, texts) -> {
                json.name(field).array();
                texts.forEach(json::text);
                json.end();
            });
            json.end().end();
        });
        if (status == 401) {
            return reply.with("WWW-Authenticate", "Bearer");
        }
        return retryAfter == null
                ? reply
                : reply.with("Retry-After", Long.toString(Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000))));
    }

    private static Wording of(int status, String message, String field, String text) {
        return new Wording(status, message, Map.of(field, List.of(text)), null);
    }

    private static Wording later(int status, String message, Duration retryAfter) {
        return new Wording(status, message, Map.of(), retryAfter);
    }

    private static Wording noSuchUser(Naming naming) {
        return of(404, naming.title() + " not found.", naming.idField(), "There is no such " + naming.word() + ".");
    }

    private static Wording taken(Refusal.Taken taken, String user) {
        String whose = "Belongs to " + user + " " + taken.by() + " already.";
        String text = taken.byRemoved()
                ? whose + " They are removed; setting their status to active brings them back."
                : whose;
        return of(409, "A " + user + " with this " + taken.field() + " exists already.", taken.field(), text);
    }

    private static Wording held(String what, List<Hold> holds) {
        String text = what + holds.stream().map(Wording::named).collect(Collectors.joining(", ")) + ".";
        return of(409, text, STATUS, text);
    }

    /// A hold by its kind, and what else tells it apart: `suspended "legal" until 2026-12-01T00:00:00.000Z`.
    private static String named(Hold hold) {
        StringBuilder name = new StringBuilder(hold.kind().word());
        if (!hold.label().equals(Hold.MAIN)) {
            name.append(" \"").append(hold.label()).append('"');
        }
        if (hold.until() != null) {
            name.append(" until ").append(Timestamps.text(hold.until()));
        }
        return name.toString();
    }

    private static Map<String, List<String>> byField(List<dev.muster.model.Fault> faults) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (dev.muster.model.Fault fault : faults) {
            String field = fault.field().isEmpty() ? "body" : fault.field();
            texts.computeIfAbsent(field, _ -> new ArrayList<>(1)).add(fault.message());
        }
        return texts;
    }
}
