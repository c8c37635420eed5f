package dev.muster.api;

import dev.muster.model.Refusal;
import dev.muster.model.Result;

/// Aborts a handler with a refusal. The dialect that called the handler renders it, so handlers do not have to check
/// for a refusal after each step.
public final class RefusedException extends RuntimeException {

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        // A refusal is not a bug, so it needs no stack trace.
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }

    /// Returns the value of `result`.
    ///
    /// @throws RefusedException if it was refused
    public static <T> T unlessRefused(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new RefusedException(refusal);
        };
    }
}
