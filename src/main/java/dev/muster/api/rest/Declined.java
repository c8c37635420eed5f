package dev.muster.api.rest;

import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.util.function.Function;

/// A no on its way from wherever it was met to [RestFace], which answers with it. So a handler reads from top to
/// bottom, and every line of it may take for granted that the lines above were not refused.
final class Declined extends RuntimeException {

    private final transient Object why;
    private final transient Function<String, Reply> words;

    private Declined(Object why, Function<String, Reply> words) {
        // Not a bug: nobody reads its stack, so none is taken.
        super(why.toString(), null, false, false);
        this.why = why;
        this.words = words;
    }

    Declined(Refusal refusal) {
        this(refusal, requestId -> Problems.reply(refusal, requestId));
    }

    /// In the engine's words, but about what this API reads by itself: unlike after a [dev.muster.http.Refused], the
    /// connection is as good as before.
    Declined(Fault fault) {
        this(fault, requestId -> Problems.reply(fault, requestId));
    }

    static Declined malformed(String detail) {
        return new Declined(new Fault.Malformed(detail));
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
    /// @throws Declined when it was refused
    static <T> T unlessRefused(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new Declined(refusal);
        };
    }
}
