package dev.muster.api.rest;

import dev.muster.api.ErrorText;
import dev.muster.http.Reply;
import dev.muster.model.value.FieldError;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An error as RFC 9457 shapes it.
///
/// @param code what programs tell problems apart by; the last part of `type` too
/// @param title the same for people, never different for one code
/// @param detail what happened this time, and what puts it right
/// @param errors all that is wrong with single fields; mostly empty
/// @param retryAfter when it is worth another try; null where the words say what must come first
record Problem(
        int status,
        String code,
        String title,
        String detail,
        List<FieldError> errors,
        @Nullable Duration retryAfter) {

    private static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPE = "urn:muster:problem:";

    /// A request can have as many faults as it has fields; nobody reads more than these.
    private static final int MOST_ERRORS = 100;

    Problem(int status, String code, String title, String detail) {
        this(status, code, title, detail, List.of(), null);
    }

    Problem naming(List<FieldError> faults) {
        return new Problem(status, code, title, detail, faults, retryAfter);
    }

    Problem after(Duration wait) {
        return new Problem(status, code, title, detail, errors, wait);
    }

    Reply reply(String requestId) {
        Reply reply = Reply.json(status, json -> {
                    json.object()
                            .field("type", TYPE + code)
                            .field("title", title)
                            .field("status", status)
                            .field("detail", detail)
                            .field("code", code)
                            .field("requestId", requestId);
                    if (!errors.isEmpty()) {
                        json.array("errors");
                        for (FieldError error : errors.subList(0, Math.min(errors.size(), MOST_ERRORS))) {
                            json.object()
                                    .field("field", error.field())
                                    .field("code", error.code())
                                    .field("message", error.message())
                                    .end();
                        }
                        json.end();
                    }
                    json.end();
                })
                .as(MEDIA_TYPE);
        if (status == 401) {
            reply = reply.with("WWW-Authenticate", "Bearer");
        }
        return retryAfter == null ? reply : reply.with("Retry-After", Long.toString(ErrorText.seconds(retryAfter)));
    }
}
