package dev.muster.api.rest;

import dev.muster.model.Refusal;
import dev.muster.model.Result;

/// A refusal on its way from wherever it was met to [RestFace], the one place that has it worded. So a handler reads
/// from top to bottom, and every line of it may take for granted that the lines above were not refused.
final class Declined extends RuntimeException {

    private final transient Refusal refusal;

    Declined(Refusal refusal) {
        // Not a bug: nobody reads its stack, so none is taken.
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
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
