package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DurationsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T17:01:02.123Z");

    @ParameterizedTest
    @CsvSource({
        "7d, 2026-11-28T17:01:02.123Z",
        "12h, 2026-11-22T05:01:02.123Z",
        "30m, 2026-11-21T17:31:02.123Z",
        "90s, 2026-11-21T17:02:32.123Z",
        "2w, 2026-12-05T17:01:02.123Z",
        "1d12h, 2026-11-23T05:01:02.123Z",
        "2027-01-31T12:00:00Z, 2027-01-31T12:00:00.000Z",
        "2027-01-31T12:00:00+02:00, 2027-01-31T10:00:00.000Z"
    })
    void endsAreInstantsOrDurations(String given, String wire) {
        assertThat(Durations.until("--until", given, NOW)).isEqualTo(wire);
    }
}
