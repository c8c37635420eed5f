package dev.muster.api.epixel;

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

/// What this dialect says, in the one envelope it has for everything but tokens:
/// `{"status_code":n,"errors":{field:[texts]},"data":{}}`, or `"errors":{"detail":text}` where it is no field's fault.
///
/// @param detail what is wrong with the request as a whole; null where it is its fields that are wrong, or nothing
/// @param errors what is wrong by field
/// @param retryAfter when to try again, for a header of that name; null where trying again is not for a program to
///     decide
record Wording(
        int status,
        @Nullable String detail,
        Map<String, List<String>> errors,
        @Nullable Duration retryAfter) {

    /// That it was done.
    static final Wording DONE = new Wording(200, null, Map.of(), null);

    /// That a credential is missing.
    static final Wording NOT_PROVIDED = detail(401, "Authentication credentials were not provided.");

    /// That nobody has this name and password.
    static final Wording NO_ACCOUNT = detail(401, "No active account found with the given credentials");

    private static final String UNIQUE_ID = "unique_id";
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /// A clock is not put right within seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    static Wording of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotFound(var what, var _) when what.equals("user") -> noSuchUser();
            case Refusal.NotFound(var what, var _) -> detail(404, "No such " + what + ".");
            case Refusal.Barred() -> noSuchUser();
            case Refusal.Erased() -> noSuchUser();
            case Refusal.Invalid(var faults) -> invalid(faults);
            case Refusal.Taken(var field, var by, var _) -> field(400, field, "Belongs to user " + by + " already.");
            case Refusal.Removed() -> user("The user is removed.");
            case Refusal.Held(var holds) -> user("The user may not act, because of a hold: " + named(holds));
            case Refusal.StillHeld(var holds) ->
                user("The user stays held, because of a hold that cannot be lifted here: " + named(holds));
            case Refusal.LastSuper() -> user("The last user of rank SUPER must stay in service.");
            case Refusal.NotGuest() -> user("The user is no guest.");
            case Refusal.GuestNotAllowed() -> user("The user is a guest.");
            case Refusal.InUse(var by) -> user("Needed by " + by + ".");
            case Refusal.NotEnrolled() -> user("The user is not enrolled.");
            case Refusal.AlreadyEnrolled() -> user("The user is enrolled already.");
            case Refusal.MustReenrol() -> user("The user must enrol again first.");
            case Refusal.JobExists(var _) -> field(400, "job_id", "Is taken.");
            case Refusal.JobComplete(var _) -> field(400, "job_id", "Is complete.");
            case Refusal.Unauthenticated() -> detail(401, "Given token not valid for any token type");
            case Refusal.Forbidden(var _) -> detail(403, "You do not have permission to perform this action.");
            case Refusal.Stale(var current) -> field(412, "If-Match", "The version is " + current + " now.");
            case Refusal.IdempotencyMismatch() -> field(400, IDEMPOTENCY_KEY, "Was used for another request.");
            case Refusal.InFlight() -> field(409, IDEMPOTENCY_KEY, "Its first request is not answered yet.");
            case Refusal.SecretNotKept(var made) -> field(409, IDEMPOTENCY_KEY, "It made " + made + ".");
            case Refusal.OverQuota(var what, var limit, var retryAfter) ->
                retryAfter == null
                        ? detail(409, "The quota of " + limit + " " + what + " is used up.")
                        : later(429, "Too many requests. A key may send " + limit + " " + what + ".", retryAfter);
            case Refusal.TooManyFailures(var retryAfter) ->
                later(429, "Too many failed attempts from this address.", retryAfter);
            case Refusal.Busy(var retryAfter) -> later(503, "Busy. The request was not carried out.", retryAfter);
            case Refusal.NoRoom(var retryAfter) ->
                later(503, "The server's storage is full. The request was not carried out.", retryAfter);
            case Refusal.Unreadable(var what, var _) ->
                detail(503, "What is stored of this " + what + " cannot be read. The request was not carried out.");
            case Refusal.OutcomeUnknown() ->
                detail(
                        503,
                        "Whether the request was carried out is not known. Send it again only with an Idempotency-Key.");
            case Refusal.Clock() ->
                later(503, "The server's clock is wrong. The request was not carried out.", CLOCK_PAUSE);
        };
    }

    /// What the engine refuses. The engine itself adds `Allow` and `Retry-After`.
    static Wording of(Fault fault) {
        return switch (fault) {
            case Fault.MethodNotAllowed(var method, var _) ->
                detail(fault.status(), "Method \"" + method + "\" not allowed.");
            case Fault.NoSuchPath _ -> detail(fault.status(), "Not found.");
            case Fault.Malformed _,
                    Fault.UriTooLong _,
                    Fault.HeadersTooLarge _,
                    Fault.BodyTooLarge _,
                    Fault.UnsupportedCoding _,
                    Fault.BodyTimedOut _,
                    Fault.TooManyAttempts _,
                    Fault.Overloaded _,
                    Fault.Internal _ -> detail(fault.status(), fault.text());
        };
    }

    Reply reply() {
        Reply reply = Reply.json(status, json -> {
            json.object().field("status_code", status).object("errors").fieldIfPresent("detail", detail);
            errors.forEach((field, texts) -> {
                json.name(field).array();
                texts.forEach(json::text);
                json.end();
            });
            json.end().object("data").end().end();
        });
        if (status == 401) {
            return reply.with("WWW-Authenticate", "Bearer");
        }
        return retryAfter == null
                ? reply
                : reply.with("Retry-After", Long.toString(Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000))));
    }

    private static Wording detail(int status, String detail) {
        return new Wording(status, detail, Map.of(), null);
    }

    private static Wording later(int status, String detail, Duration retryAfter) {
        return new Wording(status, detail, Map.of(), retryAfter);
    }

    private static Wording field(int status, String field, String text) {
        return new Wording(status, null, Map.of(field, List.of(text)), null);
    }

    /// Of what stands in the way of a user, the field that named them.
    private static Wording user(String text) {
        return field(400, UNIQUE_ID, text);
    }

    private static Wording noSuchUser() {
        return user("User not exist or invalid unique id.");
    }

    private static Wording invalid(List<dev.muster.model.Fault> faults) {
        Map<String, List<String>> byField = new LinkedHashMap<>();
        for (dev.muster.model.Fault fault : faults) {
            if (fault.field().isEmpty()) {
                return detail(400, fault.message());
            }
            byField.computeIfAbsent(fault.field(), _ -> new ArrayList<>(1)).add(fault.message());
        }
        return new Wording(400, null, byField, null);
    }

    /// The holds by their kinds, and what else tells them apart: `blocked "legal" until 2026-12-01T00:00:00.000Z`.
    private static String named(List<Hold> holds) {
        return holds.stream().map(Wording::named).collect(Collectors.joining(", ")) + ".";
    }

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
}
