package dev.muster.api.rest;

import dev.muster.api.ErrorText;
import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Approval;
import dev.muster.model.Refusal;
import java.time.Duration;
import java.util.List;

/// Renders errors of this API as problems (RFC 9457). Refusals have the default wording of [ErrorText]; this class
/// defines the codes and titles of engine faults. `docs/dialects/rest.md` has a table of both.
final class RestErrors {
    private static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPE = "urn:muster:problem:";

    /// The maximum number of reported errors. A request can have one for each field.
    private static final int MAX_ERRORS = 100;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private RestErrors() {}

    static Reply reply(Refusal refusal, String requestId) {
        if (refusal instanceof Refusal.NeedsApproval waiting) {
            return waiting(waiting);
        }
        Reply reply = reply(of(refusal), requestId);
        return refusal instanceof Refusal.TooManyFailures(var wait) ? limited(reply, wait) : reply;
    }

    /// Renders a fault. The engine adds `Allow` and `Retry-After`.
    static Reply reply(Fault fault, String requestId) {
        Reply reply = reply(of(fault), requestId);
        return fault instanceof Fault.TooManyAttempts(var wait) ? limited(reply, wait) : reply;
    }

    /// The reply to a request that waits for approval. Its status is 202, which means accepted but not executed
    /// yet.
    private static Reply waiting(Refusal.NeedsApproval waiting) {
        return Reply.json(
                202,
                json -> json.object()
                        .field(
                                "approvalId",
                                waiting.approval() == null
                                        ? null
                                        : waiting.approval().toString())
                        .field("state", Approval.State.PENDING.wireName())
                        .end());
    }

    static ErrorText of(Refusal refusal) {
        ErrorText usual = ErrorText.of(refusal, "user");
        return switch (refusal) {
            case Refusal.Invalid _, Refusal.IdempotencyMismatch _ -> usual.with(422);
            case Refusal.OutcomeUnknown _ -> usual.after(RETRY_AFTER);
            case Refusal.OfRequest _,
                    Refusal.OfUser _,
                    Refusal.OfJob _,
                    Refusal.OfCaller _,
                    Refusal.OfApproval _,
                    Refusal.TryAgain _,
                    Refusal.OfServer _ -> usual;
        };
    }

    static ErrorText of(Fault fault) {
        return switch (fault) {
            case Fault.NoSuchPath _ -> of(fault, "no_such_path", "Not found");
            case Fault.MethodNotAllowed _ -> of(fault, "method_not_allowed", "The method is not allowed");
            case Fault.Malformed _ -> of(fault, "malformed", "The request is malformed");
            case Fault.UriTooLong _ -> of(fault, "uri_too_long", "The address is too long");
            case Fault.HeadersTooLarge _ -> of(fault, "headers_too_large", "The headers are too large");
            case Fault.BodyTooLarge _ -> of(fault, "body_too_large", "The body is too large");
            case Fault.UnsupportedCoding _ -> of(fault, "unsupported_media_type", "The content type is not supported");
            case Fault.BodyTimedOut _ -> of(fault, "timed_out", "The body did not arrive in time");
            case Fault.TooManyAttempts(var wait) ->
                of(new Refusal.TooManyFailures(wait)).after(null);
            case Fault.Overloaded(var wait) -> of(new Refusal.Busy(wait)).after(null);
            case Fault.Internal _ -> of(fault, "internal", "An internal error");
        };
    }

    private static ErrorText of(Fault fault, String code, String title) {
        return new ErrorText(fault.status(), code, title, fault.text(), fault.text(), List.of(), null);
    }

    private static Reply reply(ErrorText error, String requestId) {
        return error.bearerReply(json -> {
                    json.object()
                            .field("type", TYPE + error.code())
                            .field("title", error.title())
                            .field("status", error.status())
                            .field("detail", error.detail())
                            .field("code", error.code())
                            .field("requestId", requestId);
                    if (!error.errors().isEmpty()) {
                        json.array("errors");
                        error.errors().stream()
                                .limit(MAX_ERRORS)
                                .forEach(each -> json.object()
                                        .field("field", each.field())
                                        .field("code", each.code())
                                        .field("message", each.message())
                                        .end());
                        json.end();
                    }
                    json.end();
                })
                .as(MEDIA_TYPE);
    }

    /// Adds the number of remaining attempts, as in the IETF draft on rate limit headers.
    private static Reply limited(Reply reply, Duration wait) {
        return reply.with("RateLimit", "\"failures\";r=0;t=" + ErrorText.seconds(wait));
    }
}
