package dev.muster.api.epixel;

import dev.muster.api.ErrorText;
import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Refusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Renders errors and confirmations in the dialect's envelope, which is used for everything but tokens:
/// `{"status_code":n,"errors":{field:[messages]},"data":{}}`, or `"errors":{"detail":text}` if the error is not
/// about a field.
final class EpixelErrors {
    /// A credential is missing.
    static final ErrorText NOT_PROVIDED = ErrorText.of(401, "Authentication credentials were not provided.");

    /// The name or password is wrong.
    static final ErrorText NO_ACCOUNT = ErrorText.of(401, "No active account found with the given credentials");

    private static final ErrorText NO_SUCH_USER = user("User not exist or invalid unique id.");
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private EpixelErrors() {}

    static ErrorText of(Refusal refusal) {
        ErrorText plain = ErrorText.of(refusal, "user");
        return switch (refusal) {
            case Refusal.NotFound(var what, var _)
            when !what.equals("user") -> ErrorText.of(404, "No such " + what + ".");
            case Refusal.NotFound _, Refusal.Barred _, Refusal.Erased _ -> NO_SUCH_USER;
            case Refusal.Invalid(var faults)
            when faults.getFirst().field().isEmpty() ->
                ErrorText.of(400, faults.getFirst().message());
            case Refusal.Invalid(var faults) -> ErrorText.of(400, "").about(faults);
            case Refusal.Taken(var field, var by, var _) -> field(400, field, "Belongs to user " + by + " already.");
            // Errors about a user are reported for the field that names the user.
            case Refusal.OfUser _, Refusal.InUse _ -> user(plain.text());
            case Refusal.JobExists _ -> field(400, "job_id", "Is taken.");
            case Refusal.JobComplete _ -> field(400, "job_id", "Is complete.");
            case Refusal.Unauthenticated _ -> ErrorText.of(401, "Given token not valid for any token type");
            case Refusal.Forbidden _ -> ErrorText.of(403, "You do not have permission to perform this action.");
            case Refusal.Stale(var current) -> field(412, "If-Match", "The version is " + current + " now.");
            case Refusal.IdempotencyMismatch _ -> field(400, IDEMPOTENCY_KEY, "Was used for another request.");
            case Refusal.InFlight _ -> field(409, IDEMPOTENCY_KEY, "Its first request is not answered yet.");
            case Refusal.SecretNotKept(var made) -> field(409, IDEMPOTENCY_KEY, "It made " + made + ".");
            case Refusal.StepUpRequired _, Refusal.AddressNotAllowed _, Refusal.OfApproval _ -> plain;
            case Refusal.OverQuota _, Refusal.TryAgain _, Refusal.OfServer _ -> plain;
        };
    }

    /// The text of an engine fault.
    static ErrorText of(Fault fault) {
        if (fault instanceof Fault.MethodNotAllowed(var method, var _)) {
            return ErrorText.of(fault.status(), "Method \"" + method + "\" not allowed.");
        }
        return fault instanceof Fault.NoSuchPath ? ErrorText.of(fault.status(), "Not found.") : ErrorText.of(fault);
    }

    /// Creates the reply to a successful request.
    static Reply success() {
        return Reply.json(200, json -> envelope(json, 200, null, Map.of()));
    }

    static Reply reply(Refusal refusal) {
        return reply(of(refusal));
    }

    static Reply reply(ErrorText error) {
        String detail = error.errors().isEmpty() ? error.text() : null;
        return error.bearerReply(json -> envelope(json, error.status(), detail, error.byField("")));
    }

    private static void envelope(
            JsonWriter json, int status, @Nullable String detail, Map<String, List<String>> fields) {
        json.object().field("status_code", status).object("errors").fieldIfPresent("detail", detail);
        fields.forEach((field, texts) -> {
            json.name(field).array();
            texts.forEach(json::text);
            json.end();
        });
        json.end().object("data").end().end();
    }

    private static ErrorText field(int status, String field, String text) {
        return ErrorText.of(status, "").about(field, text);
    }

    private static ErrorText user(String text) {
        return field(400, "unique_id", text);
    }
}
