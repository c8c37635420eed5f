package dev.muster.security;

import dev.muster.model.Timestamps;
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

/// When a client says that it signed a request, in any of the forms that Smile ID's official clients send:
///
/// * ISO 8601 with 0 to 9 digits of a second's fraction and `Z`, `±hh:mm` or `±hhmm`
/// * `2023-02-13 15:07:42 +0000`, which is how Ruby writes a time
/// * ISO 8601 without a zone, which is the local time of a Python client
/// * a number, in JSON or as a text of digits: epoch seconds below 100,000,000,000, milliseconds from there on
///
/// The times on the server's own signatures have one of these forms too: [ReplyTimes] tells them apart.
public final class SignedTime {
    private static final Duration WINDOW = Duration.ofMinutes(15);

    /// From UTC-12:00, the westernmost local time, to UTC+14:00, the easternmost.
    private static final Duration WESTERNMOST = Duration.ofHours(12);

    private static final Duration EASTERNMOST = Duration.ofHours(14);

    /// No form is longer; what is longer is not even signed for.
    private static final int LONGEST = 40;

    private static final long FIRST_MILLIS = 100_000_000_000L;

    private static final Pattern ISO = Pattern.compile(
            "(\\d{4})-(\\d{2})-(\\d{2})T(\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,9}))?(Z|[+-]\\d{2}:?\\d{2})?");
    private static final Pattern RUBY =
            Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2}) (\\d{2}):(\\d{2}):(\\d{2})() ([+-]\\d{4})");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,15}");

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
        if (DIGITS.matcher(text).matches()) {
            return ofNumber(Long.parseLong(text), text);
        }
        Matcher iso = ISO.matcher(text);
        if (iso.matches()) {
            return ofDate(iso, text);
        }
        Matcher ruby = RUBY.matcher(text);
        return ruby.matches() ? ofDate(ruby, text) : unreadable(text);
    }

    /// Reads a number. One with a fraction or an exponent is never fresh: nobody knows how its client wrote it when
    /// it was signed.
    public static SignedTime of(BigDecimal number) {
        String text = number.toString();
        return DIGITS.matcher(text).matches() ? of(text) : unreadable(text.length() > LONGEST ? "" : text);
    }

    private static SignedTime ofNumber(long number, String text) {
        Instant at = number < FIRST_MILLIS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
        // Clients in JavaScript send the number and sign what it means.
        return new SignedTime(at, true, List.of(text, Timestamps.text(at)));
    }

    private static SignedTime ofDate(Matcher parts, String text) {
        String fraction = parts.group(7) == null ? "" : parts.group(7);
        String zone = parts.group(8);
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(parts, 1),
                    number(parts, 2),
                    number(parts, 3),
                    number(parts, 4),
                    number(parts, 5),
                    number(parts, 6),
                    Integer.parseInt((fraction + "000000000").substring(0, 9)));
            return new SignedTime(local.toInstant(offset(zone)), zone != null, List.of(text));
        } catch (DateTimeException e) {
            return unreadable(text);
        }
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    private static ZoneOffset offset(@Nullable String zone) {
        if (zone == null || zone.equals("Z")) {
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

    /// The moment it names, to the nanosecond, without a zone taken for UTC; null where it is in no form.
    @Nullable
    Instant at() {
        return at;
    }

    /// Whether it is fresh at `now` or will be later: a signature over a time that has passed is of no use to anybody.
    boolean isNotPast(Instant now) {
        return at != null && !at.isBefore(now.minus(zoned ? WINDOW : WINDOW.plus(WESTERNMOST)));
    }

    /// Whether it lies within 15 minutes of `now`; where it has no zone, whether it does so anywhere in the world.
    public boolean isFresh(Instant now) {
        if (at == null) {
            return false;
        }
        Duration west = zoned ? WINDOW : WINDOW.plus(WESTERNMOST);
        Duration east = zoned ? WINDOW : WINDOW.plus(EASTERNMOST);
        return !at.isBefore(now.minus(west)) && !at.isAfter(now.plus(east));
    }

    /// The texts that may have been signed for it: what was sent and, for a number, what it means too. How many there
    /// are shows from the outside.
    List<String> signedAs() {
        return signedAs;
    }
}
