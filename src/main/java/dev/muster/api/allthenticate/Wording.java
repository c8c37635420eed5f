package dev.muster.api.allthenticate;

import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Refusal;
import dev.muster.model.Timestamps;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What this dialect says when Muster says no: `{"error": text}`. Nearly everything is 400, as the vendor has it; the
/// others are those that clients of whatever dialect must be able to tell apart.
///
/// @param retryAfter when to try again, for a header of that name; null where trying again is not for a program to
///     decide
record Wording(int status, String text, @Nullable Duration retryAfter) {
    private static final String NO_SUCH_USER = "User not found.";

    /// A clock is not put right within seconds.
    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(60);

    static Wording of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotFound(var what, var _) when what.equals("user") -> bad(NO_SUCH_USER);
            case Refusal.NotFound(var what, var _) -> bad("There is no such " + what + ".");
            // Who is out of the organization, for whatever reason, is unknown here.
            case Refusal.Barred(), Refusal.Removed(), Refusal.Erased() -> bad(NO_SUCH_USER);
            case Refusal.StillHeld(var holds) when isGone(holds) -> bad(NO_SUCH_USER);
            case Refusal.StillHeld(var holds) ->
                bad((holds.size() == 1 ? "Another hold is in effect" : "Other holds are in effect")
                        + ", which cannot be lifted here: " + names(holds) + ".");
            case Refusal.Held(var holds) -> bad("The user may not act, because of a hold: " + names(holds) + ".");
            case Refusal.Invalid(var faults) ->
                bad(faults.stream().map(Wording::sentence).collect(Collectors.joining(" ")));
            case Refusal.Taken(var field, var _, var byRemoved) ->
                bad(onTheWire(field) + " is another user's already" + (byRemoved ? ", who was removed." : ".")
                        + (field.startsWith("cards") ? " With allow_duplicates both may have it." : ""));
            case Refusal.LastSuper() -> bad("The last user of rank SUPER must stay one.");
            case Refusal.NotGuest() -> bad("The user is not a guest.");
            case Refusal.GuestNotAllowed() -> bad("The user is a guest. Promote the user first.");
            case Refusal.InUse(var by) -> bad("Needed by " + by + ".");
            case Refusal.NotEnrolled() -> bad("The user is not enrolled.");
            case Refusal.AlreadyEnrolled() -> bad("The user is enrolled already.");
            case Refusal.MustReenrol() -> bad("The user must enrol again first.");
            case Refusal.JobExists(var jobId) -> bad("There is a job " + jobId + " already.");
            case Refusal.JobComplete(var jobId) -> bad("The job " + jobId + " is complete.");
            case Refusal.IdempotencyMismatch() -> bad("The Idempotency-Key was used for another request.");
            case Refusal.Unauthenticated() ->
                new Wording(
                        401, "A live API key is required, as Authorization: Bearer <key> or X-API-Key: <key>.", null);
            case Refusal.Forbidden(var needed) -> new Wording(403, "The API key lacks " + needed + ".", null);
            case Refusal.InFlight() ->
                new Wording(409, "The first request with this Idempotency-Key is not answered yet.", null);
            case Refusal.SecretNotKept(var made) ->
                new Wording(409, "The request was carried out before. It made " + made + ".", null);
            case Refusal.Stale(var current) ->
                new Wording(412, "The user was changed meanwhile: the version is " + current + " now.", null);
            case Refusal.OverQuota(var what, var limit, var retryAfter) ->
                retryAfter == null
                        ? new Wording(409, "The quota of " + limit + " " + what + " is used up.", null)
                        : new Wording(429, "Too many requests. A key may send " + limit + " " + what + ".", retryAfter);
            case Refusal.TooManyFailures(var retryAfter) ->
                new Wording(429, "Too many failed attempts from this address.", retryAfter);
            case Refusal.Busy(var retryAfter) -> new Wording(503, "Busy. The request was not carried out.", retryAfter);
            case Refusal.NoRoom(var retryAfter) ->
                new Wording(503, "The server's storage is full. The request was not carried out.", retryAfter);
            case Refusal.Unreadable(var what, var _) ->
                new Wording(
                        503,
                        "What is stored of this " + what + " cannot be read. The request was not carried out.",
                        null);
            case Refusal.OutcomeUnknown() ->
                new Wording(
                        503,
                        "Whether the request was carried out is not known. Send it again only with an Idempotency-Key.",
                        null);
            case Refusal.Clock() ->
                new Wording(503, "The server's clock is wrong. The request was not carried out.", CLOCK_PAUSE);
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
                    Fault.Internal _ -> new Wording(fault.status(), fault.text(), null);
        };
    }

    Reply reply() {
        Reply reply =
                Reply.json(status, json -> json.object().field("error", text).end());
        if (status == 401) {
            return reply.with("WWW-Authenticate", "Bearer");
        }
        return retryAfter == null
                ? reply
                : reply.with("Retry-After", Long.toString(Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000))));
    }

    private static Wording bad(String text) {
        return new Wording(400, text, null);
    }

    private static boolean isGone(List<Hold> holds) {
        return holds.stream().anyMatch(hold -> hold.kind() == HoldKind.REMOVED || hold.kind() == HoldKind.BARRED);
    }

    /// A fault's message begins as a sentence about its field, which this makes whole: `rank is required.`
    private static String sentence(dev.muster.model.Fault fault) {
        return fault.field().isEmpty()
                ? fault.message()
                : onTheWire(fault.field()) + " "
                        + fault.message().substring(0, 1).toLowerCase(Locale.ROOT)
                        + fault.message().substring(1);
    }

    /// A field of the register by the name that clients know.
    private static String onTheWire(String field) {
        return field.replaceFirst("^workstations\\b", "computer_usernames").replaceFirst("^cards\\b", "smartcards");
    }

    private static String names(List<Hold> holds) {
        return holds.stream().map(Wording::named).collect(Collectors.joining(", "));
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
}
