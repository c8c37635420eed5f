package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.security.SignedTime.MaxAge;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SignedTimeTest {
    private static final Instant NOW = Instant.parse("2023-02-13T15:07:42.214Z");
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final Duration DAY = Duration.ofHours(24);

    /// Each string denotes an instant with nanosecond precision. The time is fresh at both ends of its window, but
    /// not a nanosecond outside.
    @ParameterizedTest
    @CsvSource({
        "2023-02-13T15:07:42Z, 2023-02-13T15:07:42Z",
        "2023-02-13T15:07:42.2Z, 2023-02-13T15:07:42.2Z",
        "2023-02-13T15:07:42.21Z, 2023-02-13T15:07:42.21Z",
        "2023-02-13T15:07:42.214Z, 2023-02-13T15:07:42.214Z",
        "2023-02-13T15:07:42.2140Z, 2023-02-13T15:07:42.214Z",
        "2023-02-13T15:07:42.21412Z, 2023-02-13T15:07:42.21412Z",
        "2023-02-13T15:07:42.214123Z, 2023-02-13T15:07:42.214123Z",
        "2023-02-13T15:07:42.2141234Z, 2023-02-13T15:07:42.2141234Z",
        "2023-02-13T15:07:42.21412345Z, 2023-02-13T15:07:42.21412345Z",
        "2023-02-13T15:07:42.214123456Z, 2023-02-13T15:07:42.214123456Z",
        "2023-02-13T15:07:42+00:00, 2023-02-13T15:07:42Z",
        "2023-02-13T15:07:42+0000, 2023-02-13T15:07:42Z",
        "2023-02-13T15:07:42-00:00, 2023-02-13T15:07:42Z",
        "2023-02-13T16:07:42.214+01:00, 2023-02-13T15:07:42.214Z",
        "2023-02-13T16:07:42.214+0100, 2023-02-13T15:07:42.214Z",
        "2023-02-13T20:37:42.214123+05:30, 2023-02-13T15:07:42.214123Z",
        "2023-02-13T11:37:42-0330, 2023-02-13T15:07:42Z",
        "2023-02-14T05:07:42+14:00, 2023-02-13T15:07:42Z",
        "2023-02-13 15:07:42 +0000, 2023-02-13T15:07:42Z",
        "2023-02-13 16:07:42 +0100, 2023-02-13T15:07:42Z",
        "2023-02-13 15:07:42 UTC, 2023-02-13T15:07:42Z",
        "Mon Feb 13 2023 15:07:42 GMT+0000 (Coordinated Universal Time), 2023-02-13T15:07:42Z",
        "Mon Feb 13 2023 16:07:42 GMT+0100 (Mitteleuropäische Normalzeit), 2023-02-13T15:07:42Z",
        "Mon Feb 13 2023 11:37:42 GMT-0330, 2023-02-13T15:07:42Z",
        "Sun Dec 31 2023 23:59:59 GMT+0000 (GMT), 2023-12-31T23:59:59Z",
        "Sun Jan 01 2023 00:00:00 GMT+0000 (GMT), 2023-01-01T00:00:00Z",
        "1676300862, 2023-02-13T15:07:42Z",
        "1676300862214, 2023-02-13T15:07:42.214Z",
        "99999999999, 5138-11-16T09:46:39Z",
        "100000000000, 1973-03-03T09:46:40Z",
        "0, 1970-01-01T00:00:00Z",
        "1676300862.214, 2023-02-13T15:07:42.214Z",
        "1676300862.0, 2023-02-13T15:07:42Z",
        "1676300862.214123456, 2023-02-13T15:07:42.214123456Z",
        "1676300862214.5, 2023-02-13T15:07:42.2145Z",
    })
    void isTheNamedMoment(String text, Instant at) {
        SignedTime time = SignedTime.of(text);
        assertThat(time.isReadable()).isTrue();
        assertFreshExactlyWithin(time, MaxAge.QUARTER_HOUR, at.minus(WINDOW), at.plus(WINDOW));
        assertFreshExactlyWithin(time, MaxAge.DAY, at.minus(WINDOW), at.plus(DAY));
    }

    /// A time without a zone may be in any zone from UTC-12 to UTC+14.
    @ParameterizedTest
    @CsvSource({
        "2023-02-13T15:07:42, 2023-02-13T15:07:42Z",
        "2023-02-13T15:07:42.214, 2023-02-13T15:07:42.214Z",
        "2023-02-13T15:07:42.214123, 2023-02-13T15:07:42.214123Z",
    })
    void withoutAZoneIsALocalTime(String text, Instant utc) {
        Instant first = utc.minus(Duration.ofHours(14)).minus(WINDOW);
        Instant westernmost = utc.plus(Duration.ofHours(12));
        assertFreshExactlyWithin(SignedTime.of(text), MaxAge.QUARTER_HOUR, first, westernmost.plus(WINDOW));
        assertFreshExactlyWithin(SignedTime.of(text), MaxAge.DAY, first, westernmost.plus(DAY));
    }

    private static void assertFreshExactlyWithin(SignedTime time, MaxAge maxAge, Instant first, Instant last) {
        assertThat(time.isFresh(first, maxAge)).isTrue();
        assertThat(time.isFresh(last, maxAge)).isTrue();
        assertThat(time.isFresh(first.minusNanos(1), maxAge)).isFalse();
        assertThat(time.isFresh(last.plusNanos(1), maxAge)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "now",
                "2023-02-13",
                "2023-02-13T15:07Z",
                "2023-02-13T15:07:42.Z",
                "2023-02-13T15:07:42,214Z",
                "2023-02-13T15:07:42.2141234567Z",
                "2023-02-13t15:07:42z",
                "2023-02-13T15:07:42 Z",
                "2023-02-13T15:07:42 +0000",
                "2023-02-13T15:07:42+01",
                "2023-02-13T15:07:42+01:0",
                "2023-02-13T15:07:42+19:00",
                "2023-02-13T15:07:42+00:99",
                "2023-02-13 15:07:42",
                "2023-02-13 15:07:42.214 +0000",
                "2023-02-13 15:07:42.2140 +0000",
                "2023-02-13 15:07:42 +00:00",
                "2023-02-13 15:07:42 GMT",
                "2023-02-13 15:07:42UTC",
                "Mon Feb 13 2023 15:07:42",
                "Mon Feb 13 2023 15:07:42 UTC",
                "Mon Feb 13 2023 15:07:42 GMT+00:00",
                "Mon Feb 30 2023 15:07:42 GMT+0000",
                "Mo Feb 13 2023 15:07:42 GMT+0000",
                "Mon feb 13 2023 15:07:42 GMT+0000",
                "Mon Feb 13 2023 15:07:42 GMT+0000 ()",
                "Mon, 13 Feb 2023 15:07:42 GMT",
                "2023-02-30T15:07:42Z",
                "2023-02-13T24:00:00Z",
                "2023-02-13T15:07:60Z",
                "+2023-02-13T15:07:42Z",
                " 2023-02-13T15:07:42Z",
                "2023-02-13T15:07:42Z\n",
                "-1676300862",
                "+1676300862",
                "1676300862.",
                ".214",
                "1676300862.2141234567",
                "1.676300862E9",
                "1676300862214000",
                "٢٠٢٣-02-13T15:07:42Z",
            })
    void isNothingInAnotherForm(String text) {
        SignedTime time = SignedTime.of(text);
        assertThat(time.isReadable()).isFalse();
        assertThat(time.isFresh(NOW, MaxAge.DAY)).isFalse();
        assertThat(time.signedAs()).containsExactly(text);
    }

    @Test
    void isNothingWhenItIsTooLongToBeSigned() {
        SignedTime time = SignedTime.of("2023-02-13T15:07:42Z" + " ".repeat(100_000));
        assertThat(time.isFresh(NOW, MaxAge.QUARTER_HOUR)).isFalse();
        assertThat(time.signedAs()).containsExactly("");
    }

    @Test
    void numbersAreReadLikeTheirDigits() {
        for (String digits : new String[] {"1676300862", "1676300862214", "1676300862.214", "1676300862.0"}) {
            SignedTime number = SignedTime.of(new BigDecimal(digits));
            assertThat(number.isFresh(NOW, MaxAge.QUARTER_HOUR)).isTrue();
            assertThat(number.signedAs()).isEqualTo(SignedTime.of(digits).signedAs());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1676300862214", "1E12", "1E400", "1676300862.2141234567"})
    void otherNumbersAreNeverFresh(String number) {
        assertThat(SignedTime.of(new BigDecimal(number)).isFresh(NOW, MaxAge.QUARTER_HOUR))
                .isFalse();
    }

    @Test
    void isSignedAsItWasSent() {
        assertThat(SignedTime.of("2023-02-13T16:07:42+01:00").signedAs()).containsExactly("2023-02-13T16:07:42+01:00");
        assertThat(SignedTime.of("2023-02-13 15:07:42 +0000").signedAs()).containsExactly("2023-02-13 15:07:42 +0000");
    }

    @Test
    void isSignedAsItsDigitsOrAsWhatTheyMean() {
        assertThat(SignedTime.of("1676300862214").signedAs())
                .containsExactly("1676300862214", "2023-02-13T15:07:42.214Z");
        assertThat(SignedTime.of("1676300862").signedAs()).containsExactly("1676300862", "2023-02-13T15:07:42.000Z");
        assertThat(SignedTime.of("1676300862.21499").signedAs())
                .containsExactly("1676300862.21499", "2023-02-13T15:07:42.214Z");
    }

    @Test
    void isPastOnceItCanNoLongerBeUsed() {
        SignedTime zoned = SignedTime.of("2023-02-13T15:07:42.214Z");
        assertThat(zoned.isPast(NOW.minus(Duration.ofDays(3)), MaxAge.QUARTER_HOUR))
                .isFalse();
        assertThat(zoned.isPast(NOW.plus(WINDOW), MaxAge.QUARTER_HOUR)).isFalse();
        assertThat(zoned.isPast(NOW.plus(WINDOW).plusNanos(1), MaxAge.QUARTER_HOUR))
                .isTrue();
        assertThat(zoned.isPast(NOW.plus(DAY), MaxAge.DAY)).isFalse();
        SignedTime local = SignedTime.of("2023-02-13T15:07:42.214");
        assertThat(local.isPast(NOW.plus(Duration.ofHours(12)).plus(WINDOW), MaxAge.QUARTER_HOUR))
                .isFalse();
        assertThat(SignedTime.of("now").isPast(NOW, MaxAge.DAY)).isTrue();
    }
}
