package dev.muster.api;

import dev.muster.model.Refusal;
import dev.muster.model.Result;

/// Aborts a handler with a refusal, which its dialect renders where it calls the handler. So a handler reads from top
/// to bottom, and no line of it has to ask whether the lines above were refused.
public final class RefusedException extends RuntimeException {

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        // An answer and no bug: its stack trace would be read by nobody.
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }

    /// The value of `result`.
    ///
    /// @throws RefusedException when it was refused
    public static <T> T unlessRefused(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new RefusedException(refusal);
        };
    }
}
