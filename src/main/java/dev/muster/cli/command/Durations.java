package dev.muster.cli.command;

import dev.muster.cli.shell.CommandException;
import dev.muster.model.value.Timestamps;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses times as users type them: an RFC 3339 instant, or a duration in weeks, days, hours, minutes and seconds such
/// as `7d`, `12h` or `1d12h`. The result is an instant in the API's format.
final class Durations {
    private static final Pattern PARTS = Pattern.compile("(?:\\d{1,9}[wdhms])+");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})([wdhms])");

    private Durations() {}

    /// @param text an instant, or a duration from now
    static String until(String option, String text, Instant now) {
        return read(
                option, text, "2027-01-31T12:00:00Z or a duration from now", at -> at.isZero() ? null : now.plus(at));
    }

    /// @param text an instant, or a duration before now
    static String since(String option, String text, Instant now) {
        return read(option, text, "2026-01-31T12:00:00Z or a duration before now", now::minus);
    }

    /// Parses a time. Throws for any other text, and for instants outside the years that the API supports.
    private static String read(String option, String text, String rule, Function<Duration, @Nullable Instant> instant) {
        Instant at = Timestamps.parse(text);
        try {
            at = at == null && PARTS.matcher(text).matches() ? instant.apply(duration(text)) : at;
        } catch (DateTimeException | ArithmeticException e) {
            // The text is rejected below.
        }
        String wire = at == null ? "" : Timestamps.text(at);
        if (Timestamps.parse(wire) == null) {
            throw CommandException.usage(
                    option + " must be an instant such as " + rule + " such as 7d, 12h or 30m, not " + text);
        }
        return wire;
    }

    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "w" -> Duration.ofDays(7 * count);
                        case "d" -> Duration.ofDays(count);
                        case "h" -> Duration.ofHours(count);
                        case "m" -> Duration.ofMinutes(count);
                        default -> Duration.ofSeconds(count);
                    });
        }
        return sum;
    }
}
