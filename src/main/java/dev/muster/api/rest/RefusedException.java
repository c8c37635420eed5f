package dev.muster.api.rest;

import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.util.function.Function;

/// A no on its way from wherever it was met to [RestApi], which answers with it. So a handler reads from top to
/// bottom, and every line of it may take for granted that the lines above were not refused.
final class RefusedException extends RuntimeException {

    private final transient Object why;
    private final transient Function<String, Reply> words;

    private RefusedException(Object why, Function<String, Reply> words) {
        // Not a bug: nobody reads its stack, so none is taken.
        super(why.toString(), null, false, false);
        this.why = why;
        this.words = words;
    }

    RefusedException(Refusal refusal) {
        this(refusal, requestId -> RestErrors.reply(refusal, requestId));
    }

    /// In the engine's words, but about what this API reads by itself: unlike after a [dev.muster.http.HttpException],
    /// the
    /// connection is as good as before.
    RefusedException(Fault fault) {
        this(fault, requestId -> RestErrors.reply(fault, requestId));
    }

    static RefusedException malformed(String detail) {
        return new RefusedException(new Fault.Malformed(detail));
    }

    /// Whether the caller is not allowed to do what they asked for.
    boolean isForbidden() {
        return why instanceof Refusal.Forbidden;
    }

    Reply reply(String requestId) {
        return words.apply(requestId);
    }

    /// What `result` holds.
    ///
    /// @throws RefusedException when it was refused
    static <T> T unlessRefused(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new RefusedException(refusal);
        };
    }
}
