package dev.muster.api;

import dev.muster.model.user.Hold;
import dev.muster.model.value.Timestamps;
import java.util.List;
import java.util.stream.Collectors;

/// Formats holds for messages: kind, label and end, separated by commas.
public final class HoldNames {
    private HoldNames() {}

    /// Formats holds with quoted labels, for example `blocked, suspended "legal" until 2026-12-01T00:00:00.000Z`.
    public static String quoted(List<Hold> holds) {
        return joined(holds, " \"", "\"", true);
    }

    /// Formats holds with labels in brackets, for example
    /// `blocked, suspended (legal) until 2026-12-01T00:00:00.000Z`.
    public static String bracketed(List<Hold> holds) {
        return joined(holds, " (", ")", true);
    }

    /// Formats holds with labels in brackets but without ends, for example `blocked, suspended (legal)`.
    public static String withoutEnds(List<Hold> holds) {
        return joined(holds, " (", ")", false);
    }

    private static String joined(List<Hold> holds, String open, String close, boolean ends) {
        return holds.stream()
                .map(hold -> hold.kind().wireName()
                        + (hold.label().equals(Hold.MAIN) ? "" : open + hold.label() + close)
                        + (ends && hold.until() != null ? " until " + Timestamps.text(hold.until()) : ""))
                .collect(Collectors.joining(", "));
    }
}
