package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests how responses are classified and how `Retry-After` is parsed.
final class CourierTest {
    @ParameterizedTest
    @CsvSource({
        "200, DELIVERED",
        "204, DELIVERED",
        "299, DELIVERED",
        "301, FAILED",
        "308, FAILED",
        "400, REFUSED",
        "401, FAILED",
        "403, FAILED",
        "404, FAILED",
        "410, GONE",
        "413, REFUSED",
        "422, REFUSED",
        "429, BUSY",
        "500, FAILED",
        "502, FAILED",
        "503, BUSY",
        "100, FAILED"
    })
    void theStatusDecides(int status, DeliveryOutcome outcome) {
        assertThat(DeliveryOutcome.of(status)).isEqualTo(outcome);
    }

    @Test
    void retryAfterIsInSecondsOrADate() {
        Instant at = Instant.parse("2026-11-29T12:00:00Z");
        assertThat(Courier.wait(" 120 ", at)).isEqualTo(Duration.ofMinutes(2));
        assertThat(Courier.wait("Sun, 29 Nov 2026 12:00:30 GMT", at)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Courier.wait("soon", at)).isNull();
        assertThat(Courier.wait("99999999999999", at)).isNull();
    }

    @Test
    void waitsGrowAndHaveJitter() {
        WebhookRetrySchedule retrySchedule = new WebhookRetrySchedule(new Random(1));
        long[] seconds = {5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400};
        for (int failures = 1; failures <= seconds.length; failures++) {
            Duration least = Duration.ofSeconds(seconds[failures - 1]);
            for (int i = 0; i < 50; i++) {
                assertThat(retrySchedule.after(failures))
                        .isBetween(least, least.multipliedBy(12).dividedBy(10));
            }
        }
        assertThat(retrySchedule.after(2)).isNotEqualTo(retrySchedule.after(2));
    }

    @Test
    void aReceiverMayAskForAWaitBetweenASecondAndADay() {
        WebhookRetrySchedule retrySchedule = new WebhookRetrySchedule(new Random(1));
        assertThat(retrySchedule.requestedDelay(Duration.ofSeconds(-5)))
                .isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_200));
        assertThat(retrySchedule.requestedDelay(Duration.ofMinutes(3)))
                .isBetween(Duration.ofMinutes(3), Duration.ofSeconds(216));
        assertThat(retrySchedule.requestedDelay(Duration.ofDays(30))).isLessThan(Duration.ofHours(29));
    }
}
