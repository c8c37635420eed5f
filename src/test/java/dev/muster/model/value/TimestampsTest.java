package dev.muster.model.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-21T17:01:02.123Z, 2026-11-21T17:01:02.123Z",
        "2026-11-21T17:01:02Z, 2026-11-21T17:01:02.000Z",
        "2026-11-21T17:01:02.1239999Z, 2026-11-21T17:01:02.123Z",
        "1969-12-31T23:59:59.9999Z, 1969-12-31T23:59:59.999Z",
        "2026-11-21T17:01:02+05:45, 2026-11-21T11:16:02.000Z",
        "2026-11-21T17:01:02-00:00, 2026-11-21T17:01:02.000Z",
        "2026-11-21T17:01:02+18:00, 2026-11-20T23:01:02.000Z",
        "2026-11-21t17:01:02z, 2026-11-21T17:01:02.000Z",
        "2026-11-21T17:01:02.123456789+18:00, 2026-11-20T23:01:02.123Z",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00:00.000Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
        "-0001-12-31T23:00:00-02:00, 0000-01-01T01:00:00.000Z",
    })
    void read(String text, String written) {
        Instant at = Timestamps.parse(text);
        assertThat(at).isNotNull();
        assertThat(Timestamps.text(at)).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-11-21",
                "2026-11-21T17:01:02",
                "2026-11-21 17:01:02Z",
                "2026-02-29T00:00:00Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T23:59:60Z",
                "2026-11-21T17:01:02+19:00",
                "2026-11-21T17:01:02+18:01",
                "2026-11-21T17:01:02.1234567890Z",
                "1763744462",
                "0000-01-01T00:00:00+01:00",
                "9999-12-31T23:59:59-01:00",
                "+10000-01-01T00:00:00Z",
                "-0001-01-01T00:00:00Z",
                "+999999999-12-31T23:59:59-18:00",
                "-999999999-01-01T00:00:00+18:00"
            })
    void notRead(String text) {
        assertThat(Timestamps.parse(text)).isNull();
    }
}
