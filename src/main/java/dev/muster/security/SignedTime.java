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

/// The time at which a client claims to have signed a request, in any of the formats of Smile ID's official
/// clients:
///
/// - ISO 8601 with 0 to 9 fractional digits and `Z`, `±hh:mm` or `±hhmm`;
/// - `2023-02-13 15:07:42 +0000` and `2023-02-13 15:07:42 UTC`, from Ruby's `Time#to_s`;
/// - `Mon Feb 13 2023 15:07:42 GMT+0000 (Coordinated Universal Time)`, from JavaScript's `Date.toString()`;
/// - ISO 8601 without a zone, the local time of a Python client;
/// - a number, in JSON or as text, with up to 9 fractional digits: epoch seconds if it is below 100,000,000,000,
///   otherwise epoch milliseconds.
///
/// The server's own signatures use one of these formats too; [ReplyTimes] distinguishes them.
public final class SignedTime {
    /// How far the time may be ahead of the server's clock.
    private static final Duration MAX_AHEAD = Duration.ofMinutes(15);

    /// How old a signature may be.
    public enum MaxAge {
        /// The limit for calls that change a user or allow re-enrolment.
        QUARTER_HOUR(Duration.ofMinutes(15)),

        /// The limit for all other calls. The official Python client creates one signature per object and
        /// reuses it for the object's lifetime.
        DAY(Duration.ofHours(24));

        private final Duration duration;

        MaxAge(Duration duration) {
            this.duration = duration;
        }
    }

    /// The westernmost local time is UTC-12:00, the easternmost UTC+14:00.
    private static final Duration WESTERNMOST = Duration.ofHours(12);

    private static final Duration EASTERNMOST = Duration.ofHours(14);

    /// The maximum length in characters. The longest format is JavaScript's, which includes the name of the zone.
    /// Longer strings are not hashed.
    private static final int MAX_LENGTH = 128;

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

    /// Parses a time. A time in an unknown format is never fresh.
    public static SignedTime of(String text) {
        if (text.length() > MAX_LENGTH) {
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

    /// Converts a JSON number. A number with an exponent is never fresh, since the signed digits are unknown.
    public static SignedTime of(BigDecimal number) {
        String text = number.toString();
        return NUMBER.matcher(text).matches() ? of(text) : unreadable(text.length() > MAX_LENGTH ? "" : text);
    }

    /// @param fraction the fraction, in billionths of the unit
    private static SignedTime ofNumber(long number, int fraction, String text) {
        Instant at = number < FIRST_MILLIS
                ? Instant.ofEpochSecond(number, fraction)
                : Instant.ofEpochMilli(number).plusNanos(fraction / 1000);
        // JavaScript clients send the number but sign the time in ISO 8601.
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

    /// Whether the time could be parsed.
    public boolean isReadable() {
        return at != null;
    }

    /// The instant, in UTC if the time has no zone; null if the format is unknown.
    @Nullable
    Instant at() {
        return at;
    }

    /// Whether the time is older than `maxAge`, or its format is unknown. A time without a zone is interpreted as
    /// local time in the westernmost zone.
    boolean isPast(Instant now, MaxAge maxAge) {
        Duration west = zoned ? maxAge.duration : maxAge.duration.plus(WESTERNMOST);
        return at == null || at.isBefore(now.minus(west));
    }

    /// Whether the time is at most `maxAge` old and at most 15 minutes ahead. A time without a zone is fresh if it
    /// is fresh in at least one zone.
    public boolean isFresh(Instant now, MaxAge maxAge) {
        Duration east = zoned ? MAX_AHEAD : MAX_AHEAD.plus(EASTERNMOST);
        return at != null && !isPast(now, maxAge) && !at.isAfter(now.plus(east));
    }

    /// The texts that may have been signed: the time as sent and, for a number, also its ISO 8601 form. The number
    /// of candidates is not secret.
    List<String> signedAs() {
        return signedAs;
    }
}
