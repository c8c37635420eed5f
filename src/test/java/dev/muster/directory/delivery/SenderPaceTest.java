package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests how many senders an endpoint needs.
final class SenderPaceTest {
    private static final long MICRO = Duration.ofNanos(1_000).toNanos();

    private final SenderPace pace = new SenderPace();

    @Test
    void anUnknownReceiverGetsASenderForEachEvent() {
        assertThat(pace.needed(8, 0)).isEqualTo(8);
    }

    @Test
    void aFastReceiverNeedsOneSenderAndASlowOneMany() {
        pace.ended(100 * MICRO, 0);
        assertThat(pace.needed(1, 0)).isEqualTo(1);
        assertThat(pace.needed(40, 0)).isEqualTo(1);
        assertThat(pace.needed(250, 0)).isEqualTo(3);
        for (int i = 0; i < 100; i++) {
            pace.ended(50_000 * MICRO, 0);
        }
        assertThat(pace.needed(1, 0)).isEqualTo(1);
        assertThat(pace.needed(8, 0)).isEqualTo(8);
    }

    /// Otherwise one event to which the receiver does not respond would delay all others.
    @Test
    void ifNoRequestEndsTheNumberIsNotLimited() {
        pace.ended(100 * MICRO, 0);
        assertThat(pace.needed(40, 19_000 * MICRO)).isEqualTo(1);
        assertThat(pace.needed(40, 20_000 * MICRO)).isEqualTo(40);
        pace.started(20_000 * MICRO);
        assertThat(pace.needed(40, 21_000 * MICRO)).isEqualTo(1);
    }
}
