package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.security.format.ReplyTimes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReplyTimesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T17:01:02.123Z");

    private final ReplyTimes times = new ReplyTimes("0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    /// For every millisecond of ten seconds, the text equals what Java's `Instant.toString()` returns for the
    /// parsed value.
    @Test
    void surviveAnInstantOfJava() {
        Set<String> digits = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            Instant at = NOW.plusMillis(i);
            String text = times.text(at);
            assertThat(text).hasSize("2026-11-21T17:01:02.123456789Z".length());
            assertThat(Instant.parse(text).toString()).isEqualTo(text);
            assertThat(Instant.parse(text).toEpochMilli()).isEqualTo(at.toEpochMilli());
            digits.add(text.substring(23));
        }
        assertThat(digits).as("they cannot be foretold").hasSizeGreaterThan(9_000);
    }

    @Test
    void areToldFromAClients() {
        String text = times.text(NOW.plusNanos(456));
        assertThat(times.isOne(SignedTime.of(text).at())).isTrue();
        assertThat(times.isOne(SignedTime.of(text.replace("Z", "+00:00")).at())).isTrue();
        assertThat(times.isOne(Instant.parse(text).plusNanos(1))).isFalse();
        assertThat(times.isOne(Instant.parse(text).plusMillis(1))).isFalse();
        assertThat(times.isOne(null)).isFalse();
        for (String client : new String[] {
            "2026-11-21T17:01:02Z", "2026-11-21T17:01:02.123Z", "2026-11-21T17:01:02.123456Z", "1795280462123"
        }) {
            assertThat(times.isOne(SignedTime.of(client).at())).as(client).isFalse();
        }
    }

    @Test
    void areOfOneRealm() {
        ReplyTimes others = new ReplyTimes("fedcba9876543210".getBytes(StandardCharsets.UTF_8));
        assertThat(others.isOne(SignedTime.of(times.text(NOW)).at())).isFalse();
    }
}
