package dev.muster.api.allthenticate;

import dev.muster.api.ErrorText;
import dev.muster.api.HoldNames;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.FieldError;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Renders refusals in this dialect: `{"error": text}`. The status is nearly always 400, as in the vendor's API; only
/// errors that clients of every dialect must be able to distinguish have another status.
final class AllthenticateErrors {
    private static final ErrorText NO_SUCH_USER = bad("User not found.");

    private AllthenticateErrors() {}

    static ErrorText of(Refusal refusal) {
        ErrorText plain = ErrorText.of(refusal, "user");
        return switch (refusal) {
            case Refusal.NotFound(var what, var _) when what.equals("user") -> NO_SUCH_USER;
            // Users who no longer belong to the organization, for whatever reason, are unknown here.
            case Refusal.Barred _, Refusal.Removed _, Refusal.Erased _ -> NO_SUCH_USER;
            case Refusal.StillHeld(var holds) when isGone(holds) -> NO_SUCH_USER;
            case Refusal.StillHeld(var holds) ->
                bad((holds.size() == 1 ? "Another hold is in effect" : "Other holds are in effect")
                        + ", which cannot be lifted here: " + HoldNames.quoted(holds) + ".");
            case Refusal.Invalid(var faults) ->
                bad(faults.stream().map(AllthenticateErrors::sentence).collect(Collectors.joining(" ")));
            case Refusal.Taken(var field, var _, var byRemoved) ->
                bad(onTheWire(field) + " is another user's already" + (byRemoved ? ", who was removed." : ".")
                        + (field.startsWith("cards") ? " With allow_duplicates both may have it." : ""));
            case Refusal.LastSuper _ -> bad("The last user of rank SUPER must stay one.");
            case Refusal.NotGuest _ -> bad("The user is not a guest.");
            case Refusal.GuestNotAllowed _ -> bad("The user is a guest. Promote the user first.");
            case Refusal.NotFound _, Refusal.InUse _, Refusal.OfUser _ -> plain.with(400);
            case Refusal.JobExists(var jobId) -> bad("There is a job " + jobId + " already.");
            case Refusal.JobComplete(var jobId) -> bad("The job " + jobId + " is complete.");
            case Refusal.Unauthenticated _ ->
                ErrorText.of(401, "A live API key is required, as Authorization: Bearer <key> or X-API-Key: <key>.");
            case Refusal.Forbidden(var needed) -> ErrorText.of(403, "The API key lacks " + needed + ".");
            case Refusal.InFlight _ ->
                ErrorText.of(409, "The first request with this Idempotency-Key is not answered yet.");
            case Refusal.SecretNotKept(var made) ->
                ErrorText.of(409, "The request was carried out before. It made " + made + ".");
            case Refusal.IdempotencyMismatch _,
                    Refusal.Stale _,
                    Refusal.StepUpRequired _,
                    Refusal.OverQuota _,
                    Refusal.AddressNotAllowed _,
                    Refusal.OfApproval _,
                    Refusal.TryAgain _,
                    Refusal.OfServer _ -> plain;
        };
    }

    static Reply reply(Refusal refusal) {
        return reply(of(refusal));
    }

    static Reply reply(ErrorText error) {
        return error.bearerReply(
                json -> json.object().field("error", error.text()).end());
    }

    private static ErrorText bad(String text) {
        return ErrorText.of(400, text);
    }

    private static boolean isGone(List<Hold> holds) {
        return holds.stream().anyMatch(hold -> hold.kind() == HoldKind.REMOVED || hold.kind() == HoldKind.BARRED);
    }

    /// Prefixes an error's message with the field's name to form a sentence: `rank is required.`
    private static String sentence(FieldError fault) {
        return fault.field().isEmpty()
                ? fault.message()
                : onTheWire(fault.field()) + " "
                        + fault.message().substring(0, 1).toLowerCase(Locale.ROOT)
                        + fault.message().substring(1);
    }

    /// Converts a field name of the domain to the client's name.
    private static String onTheWire(String field) {
        return field.replaceFirst("^workstations\\b", "computer_usernames").replaceFirst("^cards\\b", "smartcards");
    }
}
