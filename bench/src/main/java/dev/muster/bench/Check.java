package dev.muster.bench;

import java.util.function.ToDoubleFunction;

/// A requirement that a figure of a row must meet.
///
/// @param bound the minimum or maximum
/// @param of what the figure refers to, such as `of ping`; shown after the figure
record Check(ToDoubleFunction<Found> figure, boolean atLeast, double bound, String of) {
    static Check atLeast(double bound, String of, ToDoubleFunction<Found> figure) {
        return new Check(figure, true, bound, of);
    }

    static Check atMost(double bound, String of, ToDoubleFunction<Found> figure) {
        return new Check(figure, false, bound, of);
    }

    /// Formats the requirement.
    String required() {
        return (atLeast ? "≥ " : "≤ ") + digits(bound) + " " + of;
    }

    /// Formats the figure and says whether it meets the requirement.
    ///
    /// @param judge whether the figures of this run may be compared with requirements
    String verdict(Found found, boolean judge) {
        double value = figure.applyAsDouble(found);
        if (Double.isNaN(value)) {
            return of.contains("Keycloak") ? of + ": no peer in this run" : "not measured";
        }
        String text = Spread.digits(value) + " " + of;
        if (!judge) {
            return text;
        }
        double by = 100 * Math.abs(value / bound - 1);
        return text + ": " + (isMet(value) ? "met" : "**missed**") + " by " + Math.round(by) + " %";
    }

    private boolean isMet(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    /// Whether the figure was measured and misses the requirement.
    boolean isMissed(Found found) {
        double value = figure.applyAsDouble(found);
        return !Double.isNaN(value) && !isMet(value);
    }

    private static String digits(double bound) {
        return bound == Math.rint(bound)
                ? String.format(java.util.Locale.ROOT, "%,.0f", bound)
                : Double.toString(bound);
    }
}
