package dev.muster.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a job ended. `PROVISIONAL` completes it, enrols nobody, and may be followed by one of the others. The
/// order is stored and never changes.
public enum Outcome {
    PASSED,
    FAILED,
    PROVISIONAL;

    /// The name on the wire: `passed`, `failed` or `provisional`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The outcome of that name on the wire, or null.
    public static @Nullable Outcome of(String word) {
        for (Outcome outcome : values()) {
            if (outcome.word().equals(word)) {
                return outcome;
            }
        }
        return null;
    }

    /// What a test realm is asked to come to by `sandbox_result`: `0`, `1` or `2`; null for any other text.
    public static @Nullable Outcome ofSandboxResult(String text) {
        return switch (text) {
            case "0" -> PASSED;
            case "1" -> FAILED;
            case "2" -> PROVISIONAL;
            default -> null;
        };
    }
}
