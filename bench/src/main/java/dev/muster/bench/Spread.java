package dev.muster.bench;

import java.util.List;
import java.util.Locale;

/// The median, minimum and maximum of several figures.
record Spread(double median, double least, double greatest) {
    static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN);

    /// Returns the spread of the figures, ignoring NaN.
    static Spread of(List<Double> figures) {
        double[] sorted = figures.stream()
                .mapToDouble(f -> f)
                .filter(f -> !Double.isNaN(f))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return NONE;
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    boolean isThere() {
        return !Double.isNaN(median);
    }

    /// Formats a figure with about three significant digits, or as a dash if it is NaN.
    static String digits(double figure) {
        double size = Math.abs(figure);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f";
        return Double.isNaN(figure) ? "–" : String.format(Locale.ROOT, format, figure);
    }

    /// Formats the figures as `median (least to greatest)`.
    @Override
    public String toString() {
        return !isThere()
                ? "–"
                : least == greatest
                        ? digits(median)
                        : digits(median) + " (" + digits(least) + " to " + digits(greatest) + ")";
    }
}
