package dev.muster.model.job;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// A verifier's verdict on a job.
///
/// @param confidence the confidence, from 0 to 100, without trailing zeros; null if the verifier gave none
/// @param text a comment of at most 1,000 characters; null if the verifier gave none
public record Verdict(
        Outcome outcome,
        @Nullable BigDecimal confidence,
        @Nullable String text) {
    public boolean isFinal() {
        return outcome != Outcome.PROVISIONAL;
    }
}
