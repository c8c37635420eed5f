package dev.muster.api;

import dev.muster.model.user.Hold;
import dev.muster.model.value.Timestamps;
import java.util.List;
import java.util.stream.Collectors;

/// Holds by name: each by its kind and what else tells it apart, with commas between them.
public final class HoldNames {
    private HoldNames() {}

    /// Such as `blocked, suspended "legal" until 2026-12-01T00:00:00.000Z`.
    public static String quoted(List<Hold> holds) {
        return joined(holds, " \"", "\"", true);
    }

    /// Such as `blocked, suspended (legal) until 2026-12-01T00:00:00.000Z`.
    public static String bracketed(List<Hold> holds) {
        return joined(holds, " (", ")", true);
    }

    /// Such as `blocked, suspended (legal)`.
    public static String withoutEnds(List<Hold> holds) {
        return joined(holds, " (", ")", false);
    }

    private static String joined(List<Hold> holds, String open, String close, boolean ends) {
        return holds.stream()
                .map(hold -> hold.kind().word()
                        + (hold.label().equals(Hold.MAIN) ? "" : open + hold.label() + close)
                        + (ends && hold.until() != null ? " until " + Timestamps.text(hold.until()) : ""))
                .collect(Collectors.joining(", "));
    }
}
