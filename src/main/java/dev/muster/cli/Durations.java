package dev.muster.cli;

import dev.muster.model.value.Timestamps;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ends as people give them: an instant, or how long from now.
final class Durations {
    private static final Pattern PARTS = Pattern.compile("(?:\\d{1,9}[wdhms])+");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})([wdhms])");

    private Durations() {}

    /// The instant as it goes over the wire.
    ///
    /// @param text an RFC 3339 instant, or weeks, days, hours, minutes and seconds such as `7d`, `12h`, `1d12h`
    static String until(String option, String text, Instant now) {
        Instant at = Timestamps.parse(text);
        if (at != null) {
            return Timestamps.text(at);
        }
        if (PARTS.matcher(text).matches()) {
            try {
                Instant end = now.plus(duration(text));
                String wire = Timestamps.text(end);
                if (end.isAfter(now) && Timestamps.parse(wire) != null) {
                    return wire;
                }
            } catch (DateTimeException | ArithmeticException e) {
                // Beyond all years: told like one that is no time at all.
            }
        }
        throw CommandException.usage(option
                + " must be an instant such as 2027-01-31T12:00:00Z or a duration from now such as 7d, 12h or 30m, not "
                + text);
    }

    /// The instant as it goes over the wire.
    ///
    /// @param text an RFC 3339 instant, or how long before now, such as `7d` or `12h`
    static String since(String option, String text, Instant now) {
        Instant at = Timestamps.parse(text);
        if (at != null) {
            return Timestamps.text(at);
        }
        if (PARTS.matcher(text).matches()) {
            try {
                String wire = Timestamps.text(now.minus(duration(text)));
                if (Timestamps.parse(wire) != null) {
                    return wire;
                }
            } catch (DateTimeException | ArithmeticException e) {
                // Before all years: told like one that is no time at all.
            }
        }
        throw CommandException.usage(option
                + " must be an instant such as 2026-01-31T12:00:00Z or a duration before now such as 7d, 12h or 30m, not "
                + text);
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
