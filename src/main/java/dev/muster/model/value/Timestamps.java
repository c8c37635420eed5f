package dev.muster.model.value;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Formats instants as RFC 3339 in UTC with milliseconds, such as `2026-11-21T17:01:02.123Z`. The formatting is written
/// by hand for speed, because every reply and every journal entry contains several instants.
public final class Timestamps {
    private static final long DAY_MILLIS = 86_400_000;

    private Timestamps() {}

    public static String text(Instant at) {
        long millis = at.toEpochMilli();
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY_MILLIS));
        if (date.getYear() < 0 || date.getYear() > 9999) {
            return at.truncatedTo(ChronoUnit.MILLIS).toString();
        }
        int rest = (int) Math.floorMod(millis, DAY_MILLIS);
        byte[] text = new byte[24];
        digits(text, 0, 4, date.getYear());
        text[4] = '-';
        digits(text, 5, 2, date.getMonthValue());
        text[7] = '-';
        digits(text, 8, 2, date.getDayOfMonth());
        text[10] = 'T';
        digits(text, 11, 2, rest / 3_600_000);
        text[13] = ':';
        digits(text, 14, 2, rest / 60_000 % 60);
        text[16] = ':';
        digits(text, 17, 2, rest / 1000 % 60);
        text[19] = '.';
        digits(text, 20, 3, rest % 1000);
        text[23] = 'Z';
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// Parses a date and time with an offset, as in RFC 3339 but with optional seconds, and truncates it to
    /// milliseconds. Returns null if it is invalid or outside the years 0 to 9999.
    public static @Nullable Instant parse(String text) {
        try {
            Instant at = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            int year = at.atOffset(ZoneOffset.UTC).getYear();
            return year < 0 || year > 9999 ? null : at;
        } catch (DateTimeException e) {
            // The exception is also thrown if the offset moves the time beyond the last supported year.
            return null;
        }
    }

    private static void digits(byte[] text, int from, int count, int value) {
        int left = value;
        for (int i = from + count - 1; i >= from; i--) {
            text[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }
}
