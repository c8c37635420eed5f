package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A flood of events is reduced to a few lines and a count.
final class LineLimitTest {
    private static final SecurityEvent REFUSED = SecurityEvent.API_KEY_REFUSED;
    private static final SecurityEvent SIGNED_IN = SecurityEvent.SIGNED_IN;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final LineLimit limit = new LineLimit(20, 600, Duration.ofMinutes(1));

    private static LineLimit.Key from(SecurityEvent kind, int source) {
        return new LineLimit.Key(kind, "10.0." + source / 256 + "." + source % 256, null);
    }

    private int written(LineLimit.Key key, int times, long now) {
        int written = 0;
        for (int i = 0; i < times; i++) {
            written += limit.admits(key, now) ? 1 : 0;
        }
        return written;
    }

    @Test
    void oneSourceGetsTwentyLinesAMinuteAndACountOfTheRest() {
        assertThat(written(from(REFUSED, 1), 15_800, 0)).isEqualTo(20);
        assertThat(written(from(REFUSED, 2), 5, 0)).isEqualTo(5);
        assertThat(limit.ended(MINUTE - 1, false)).isEmpty();
        assertThat(limit.ended(MINUTE, false)).containsExactly(new LineLimit.Suppressed(from(REFUSED, 1), 15_780));
        assertThat(limit.ended(2 * MINUTE, false)).isEmpty();
        assertThat(written(from(REFUSED, 1), 30, 2 * MINUTE)).isEqualTo(20);
        assertThat(limit.ended(2 * MINUTE, true)).containsExactly(new LineLimit.Suppressed(from(REFUSED, 1), 10));
    }

    /// Many sources, even more than are remembered, cannot produce more lines than the limit, and events of other
    /// kinds are still logged.
    @Test
    void allSourcesTogetherGetSixHundredLines() {
        int written = 0;
        for (int i = 0; i < 30_000; i++) {
            written += written(from(REFUSED, i), 1, 0);
        }
        assertThat(written).isEqualTo(600);
        assertThat(written(from(SIGNED_IN, 1), 1, MINUTE)).isEqualTo(1);
        assertThat(limit.ended(MINUTE, false))
                .containsExactly(
                        new LineLimit.Suppressed(new LineLimit.Key(REFUSED, LineLimit.ALL_SOURCES, null), 29_400));
    }

    @Test
    void credentialsThatAreProvenAreCountedApart() {
        LineLimit.Key ada = new LineLimit.Key(SIGNED_IN, "10.0.0.1", "operator:ada");
        LineLimit.Key bob = new LineLimit.Key(SIGNED_IN, "10.0.0.1", "operator:bob");
        assertThat(written(ada, 100, 0)).isEqualTo(20);
        assertThat(written(bob, 100, 0)).isEqualTo(20);
    }
}
