package dev.muster.console;

import dev.muster.directory.Overview;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// Days as bars, for one kind of thing that happened. Each chart has its own scale, since registrations would make
/// holds invisible.
///
/// @param most on a day, in words
/// @param width of the picture, in units of its own; it is 56 high
public record Chart(String title, String most, int width, List<Bar> bars) {
    private static final int STEP = 8;
    private static final int HEIGHT = 56;

    /// A day; `title` says it in words.
    public record Bar(int x, String y, String height, String title) {}

    static List<Chart> of(List<Overview.Day> days) {
        return List.of(
                chart("Registered", days, Overview.Day::registered),
                chart("Holds placed", days, Overview.Day::placed),
                chart("Holds ended", days, Overview.Day::ended));
    }

    private static Chart chart(String title, List<Overview.Day> days, ToLongFunction<Overview.Day> of) {
        long most = days.stream().mapToLong(of).max().orElse(0);
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            long count = of.applyAsLong(days.get(i));
            if (count > 0) {
                double height = Math.max(1, HEIGHT * (double) count / most);
                bars.add(new Bar(
                        i * STEP,
                        decimal(HEIGHT - height),
                        decimal(height),
                        days.get(i).date() + ": " + Labels.number(count)));
            }
        }
        return new Chart(title, Labels.number(most), days.size() * STEP, bars);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
