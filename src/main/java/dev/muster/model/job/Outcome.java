package dev.muster.model.job;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import org.jspecify.annotations.Nullable;

/// How a job ended. `PROVISIONAL` completes the job without enrolling the user, and one of the other outcomes may
/// follow.
public enum Outcome implements Coded, WireNamed {
    PASSED(0, "passed"),
    FAILED(1, "failed"),
    PROVISIONAL(2, "provisional");

    public static final Codes<Outcome> CODES = new Codes<>(values());

    private final int code;
    private final String word;

    Outcome(int code, String word) {
        this.code = code;
        this.word = word;
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public String wireName() {
        return word;
    }

    /// Returns the outcome with this name on the wire; null if there is none.
    public static @Nullable Outcome of(String word) {
        return WireNamed.of(values(), word);
    }

    /// Returns the outcome for a `sandbox_result` of `0`, `1` or `2`; null for any other text.
    public static @Nullable Outcome ofSandboxResult(String text) {
        return switch (text) {
            case "0" -> PASSED;
            case "1" -> FAILED;
            case "2" -> PROVISIONAL;
            default -> null;
        };
    }
}
