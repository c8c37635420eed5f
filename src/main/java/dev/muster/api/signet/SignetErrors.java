package dev.muster.api.signet;

import dev.muster.api.ErrorText;
import dev.muster.api.HoldNames;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;

/// Renders refusals in this dialect: `{"success":false,"message":…,"errors":{field:[messages]}}`.
final class SignetErrors {
    private static final String VALIDATION = "Validation failed";
    private static final String STATUS = "status";
    private static final String AUTHORIZATION = "authorization";
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /// The key or secret to exchange for tokens is wrong.
    static final ErrorText BAD_KEY_OR_SECRET = ErrorText.of(401, "Invalid API key or secret")
            .about("apiKey", "A live API key and its own secret are required.");

    /// The refresh token is invalid.
    static final ErrorText BAD_REFRESH_TOKEN = ErrorText.of(401, "Invalid refresh token")
            .about("refreshToken", "A valid refresh token that has not been used is required.");

    private SignetErrors() {}

    /// @param apiVersion the version that the client uses
    static ErrorText of(Refusal refusal, ApiVersion apiVersion) {
        String user = apiVersion.wireName();
        ErrorText plain = ErrorText.of(refusal, user);
        return switch (refusal) {
            case Refusal.NotFound(var what, var _)
            when !what.equals("user") ->
                ErrorText.of(404, "No such " + what + ".").about(what, "There is none.");
            case Refusal.NotFound _, Refusal.Erased _ ->
                ErrorText.of(404, apiVersion.title() + " not found.")
                        .about(apiVersion.idField(), "There is no such " + user + ".");
            case Refusal.Invalid(var faults) -> ErrorText.of(400, VALIDATION).about(faults);
            case Refusal.Taken(var field, var by, var byRemoved) ->
                ErrorText.of(409, "A " + user + " with this " + field + " exists already.")
                        .about(
                                field,
                                "Belongs to " + user + " " + by + " already."
                                        + (byRemoved
                                                ? " They are removed; setting their status to active brings them back."
                                                : ""));
            case Refusal.Barred _ -> plain.about(STATUS, "The " + user + ", or the address, is barred for good.");
            case Refusal.Removed _ -> plain.about(STATUS, plain.text() + " Set the status to active first.");
            case Refusal.Held _ -> plain.about(STATUS, plain.text());
            case Refusal.StillHeld(var holds) -> {
                String text = "The status cannot be reached, because of another hold: " + HoldNames.quoted(holds) + ".";
                yield ErrorText.of(409, text).about(STATUS, text);
            }
            case Refusal.LastSuper _ ->
                ErrorText.of(409, "The " + user + " cannot be removed.").about(STATUS, plain.text());
            case Refusal.NotGuest _ -> plain.about(STATUS, "Only guests can be promoted.");
            case Refusal.GuestNotAllowed _ -> plain.about(STATUS, "Not for guests.");
            case Refusal.InUse _ -> ErrorText.of(409, "In use.").about(STATUS, plain.text());
            case Refusal.NotEnrolled _ -> plain.about(STATUS, "Enrol the " + user + " first.");
            case Refusal.AlreadyEnrolled _ -> plain.about(STATUS, "Allow re-enrolment first.");
            case Refusal.MustReenrol _ ->
                ErrorText.of(409, "The " + user + " must enrol again.")
                        .about(STATUS, "Enrol the " + user + " again first.");
            case Refusal.JobExists _ -> plain.about("jobId", "Is taken.");
            case Refusal.JobComplete _ -> plain.about("jobId", "Is complete.");
            case Refusal.Unauthenticated _ ->
                ErrorText.of(401, "Authorization header missing or malformed")
                        .about(AUTHORIZATION, "A live API key or access token is required, as a bearer credential.");
            case Refusal.Forbidden(var needed) ->
                ErrorText.of(403, "Not allowed").about(AUTHORIZATION, "The credential lacks " + needed + ".");
            case Refusal.StepUpRequired _ -> ErrorText.of(403, "Not allowed").about(AUTHORIZATION, plain.text());
            case Refusal.AddressNotAllowed(var address) ->
                ErrorText.of(403, "Not allowed").about(AUTHORIZATION, "The key may not be used from " + address + ".");
            case Refusal.OfApproval _ -> plain.about(STATUS, plain.text());
            case Refusal.Stale(var current) ->
                ErrorText.of(412, "The " + user + " was changed meanwhile.")
                        .about("If-Match", "The version is " + current + " now.");
            case Refusal.IdempotencyMismatch _ ->
                ErrorText.of(400, VALIDATION).about(IDEMPOTENCY_KEY, "Was used for another request.");
            case Refusal.InFlight _ ->
                ErrorText.of(409, "The request is being carried out.")
                        .about(IDEMPOTENCY_KEY, "Its first request is not answered yet.");
            case Refusal.SecretNotKept(var made) ->
                ErrorText.of(409, "The request was carried out before.")
                        .about(IDEMPOTENCY_KEY, "It made " + made + ".");
            case Refusal.OverQuota(var what, var limit, var retryAfter)
            when retryAfter == null ->
                ErrorText.of(409, "The quota is used up.").about("quota", "At most " + limit + " " + what + ".");
            case Refusal.OverQuota _, Refusal.TryAgain _, Refusal.OfServer _ -> plain;
        };
    }

    static Reply reply(Refusal refusal, ApiVersion apiVersion) {
        return reply(of(refusal, apiVersion));
    }

    static Reply reply(ErrorText error) {
        return error.bearerReply(json -> {
            json.object().field("success", false).field("message", error.text()).object("errors");
            error.byField("body").forEach((field, texts) -> {
                json.name(field).array();
                texts.forEach(json::text);
                json.end();
            });
            json.end().end();
        });
    }
}
