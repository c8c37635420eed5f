package dev.muster.security;

import dev.muster.model.value.Timestamps;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The time at which a client says that it signed a request, in any of the forms that Smile ID's official clients
/// send:
///
/// * ISO 8601 with 0 to 9 digits of a second's fraction and `Z`, `±hh:mm` or `±hhmm`
/// * `2023-02-13 15:07:42 +0000` and `2023-02-13 15:07:42 UTC`, which Ruby's `Time#to_s` gives
/// * `Mon Feb 13 2023 15:07:42 GMT+0000 (Coordinated Universal Time)`, which JavaScript's `Date.toString()` gives
/// * ISO 8601 without a zone, which is the local time of a Python client
/// * a number, in JSON or as text: epoch seconds below 100,000,000,000, milliseconds from there on, with up to 9
///   digits of a fraction
///
/// The times on the server's own signatures have one of these forms too: [ReplyTimes] tells them apart.
public final class SignedTime {
    /// How far the time may lie ahead of the server's clock.
    private static final Duration AHEAD = Duration.ofMinutes(15);

    /// How old a signature may be.
    public enum MaxAge {
        /// For calls that change a user or let one enrol again.
        QUARTER_HOUR(Duration.ofMinutes(15)),

        /// For calls that do neither. The official Python client makes one signature per object and uses it for as
        /// long as the object lives.
        DAY(Duration.ofHours(24));

        private final Duration duration;

        MaxAge(Duration duration) {
            this.duration = duration;
        }
    }

    /// From UTC-12:00, the westernmost local time, to UTC+14:00, the easternmost.
    private static final Duration WESTERNMOST = Duration.ofHours(12);

    private static final Duration EASTERNMOST = Duration.ofHours(14);

    /// In characters. JavaScript's form, with the zone's name, is the longest. Longer texts are not even hashed.
    private static final int LONGEST = 128;

    private static final long FIRST_MILLIS = 100_000_000_000L;

    private static final String DATE = "(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})";
    private static final String TIME = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})";
    private static final Pattern ISO =
            Pattern.compile(DATE + "T" + TIME + "(?:\\.(?<fraction>\\d{1,9}))?(?<zone>Z|[+-]\\d{2}:?\\d{2})?");
    private static final Pattern RUBY = Pattern.compile(DATE + " " + TIME + " (?<zone>UTC|[+-]\\d{4})");
    private static final Pattern JAVASCRIPT = Pattern.compile("(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
            + " (?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?<day>\\d{2}) (?<year>\\d{4}) " + TIME
            + " GMT(?<zone>[+-]\\d{4})(?: \\(.{1,80}\\))?");
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,15})(?:\\.(\\d{1,9}))?");

    private final @Nullable Instant at;
    private final boolean zoned;
    private final List<String> signedAs;

    private SignedTime(@Nullable Instant at, boolean zoned, List<String> signedAs) {
        this.at = at;
        this.zoned = zoned;
        this.signedAs = signedAs;
    }

    /// Reads a text. One that is in no form is never fresh.
    public static SignedTime of(String text) {
        if (text.length() > LONGEST) {
            return new SignedTime(null, true, List.of(""));
        }
        Matcher number = NUMBER.matcher(text);
        if (number.matches()) {
            return ofNumber(Long.parseLong(number.group(1)), nanos(number.group(2)), text);
        }
        Matcher iso = ISO.matcher(text);
        if (iso.matches()) {
            return ofDate(iso, number(iso, "month"), nanos(iso.group("fraction")), text);
        }
        Matcher ruby = RUBY.matcher(text);
        if (ruby.matches()) {
            return ofDate(ruby, number(ruby, "month"), 0, text);
        }
        Matcher javaScript = JAVASCRIPT.matcher(text);
        return javaScript.matches()
                ? ofDate(javaScript, MONTHS.indexOf(javaScript.group("month")) / 3 + 1, 0, text)
                : unreadable(text);
    }

    /// Reads a number of a JSON text. One with an exponent is never fresh: its digits as signed are not known.
    public static SignedTime of(BigDecimal number) {
        String text = number.toString();
        return NUMBER.matcher(text).matches() ? of(text) : unreadable(text.length() > LONGEST ? "" : text);
    }

    /// @param fraction of the unit, in billionths
    private static SignedTime ofNumber(long number, int fraction, String text) {
        Instant at = number < FIRST_MILLIS
                ? Instant.ofEpochSecond(number, fraction)
                : Instant.ofEpochMilli(number).plusNanos(fraction / 1000);
        // Clients in JavaScript send the number and sign the time in ISO 8601.
        return new SignedTime(at, true, List.of(text, Timestamps.text(at)));
    }

    private static SignedTime ofDate(Matcher parts, int month, int nanos, String text) {
        String zone = parts.group("zone");
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(parts, "year"),
                    month,
                    number(parts, "day"),
                    number(parts, "hour"),
                    number(parts, "minute"),
                    number(parts, "second"),
                    nanos);
            return new SignedTime(local.toInstant(offset(zone)), zone != null, List.of(text));
        } catch (DateTimeException e) {
            return unreadable(text);
        }
    }

    private static int number(Matcher parts, String group) {
        return Integer.parseInt(parts.group(group));
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }

    private static ZoneOffset offset(@Nullable String zone) {
        if (zone == null || zone.equals("Z") || zone.equals("UTC")) {
            return ZoneOffset.UTC;
        }
        int sign = zone.charAt(0) == '-' ? -1 : 1;
        int hours = Integer.parseInt(zone.substring(1, 3));
        int minutes = Integer.parseInt(zone.substring(zone.length() - 2));
        return ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
    }

    private static SignedTime unreadable(String text) {
        return new SignedTime(null, true, List.of(text));
    }

    /// Whether it is in one of the forms.
    public boolean isReadable() {
        return at != null;
    }

    /// The moment to the nanosecond, in UTC where there is no zone; null where it is in no form.
    @Nullable
    Instant at() {
        return at;
    }

    /// Whether it is older than `maxAge` at `now`, or in no form. A time without a zone is taken as of the
    /// westernmost.
    boolean isPast(Instant now, MaxAge maxAge) {
        Duration west = zoned ? maxAge.duration : maxAge.duration.plus(WESTERNMOST);
        return at == null || at.isBefore(now.minus(west));
    }

    /// Whether it is at most `maxAge` old at `now` and at most 15 minutes ahead; without a zone, in any zone.
    public boolean isFresh(Instant now, MaxAge maxAge) {
        Duration east = zoned ? AHEAD : AHEAD.plus(EASTERNMOST);
        return at != null && !isPast(now, maxAge) && !at.isAfter(now.plus(east));
    }

    /// The texts that may have been signed: what was sent and, for a number, also its ISO 8601 form. Their number
    /// is no secret.
    List<String> signedAs() {
        return signedAs;
    }
}
