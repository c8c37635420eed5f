package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.DeliveryTables.EndpointKey;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests when a webhook that cannot be read is tried again.
final class UnusableWebhooksTest {
    private static final EndpointKey KEY = new EndpointKey(1, new UUID(2, 3));

    private final UnusableWebhooks unusable = new UnusableWebhooks();
    private long nanos = Long.MAX_VALUE - 1_000;

    @Test
    void thePauseDoublesUpToFiveMinutes() {
        assertThat(unusable.mustWait(KEY, 7, nanos)).isFalse();
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            assertThat(unusable.add(KEY, 7, nanos)).isEqualTo(seconds == 1);
            long pause = Duration.ofSeconds(seconds).toNanos();
            assertThat(unusable.mustWait(KEY, 7, nanos + pause - 1)).isTrue();
            nanos += pause;
            assertThat(unusable.mustWait(KEY, 7, nanos)).isFalse();
        }
    }

    @Test
    void aChangedWebhookIsTriedAtOnceAndARemovedOneIsForgotten() {
        unusable.add(KEY, 7, nanos);
        assertThat(unusable.mustWait(KEY, 8, nanos)).isFalse();
        assertThat(unusable.mustWait(new EndpointKey(1, new UUID(2, 4)), 7, nanos))
                .isFalse();
        unusable.retain(Set.of());
        assertThat(unusable.add(KEY, 7, nanos)).isTrue();
        unusable.remove(KEY);
        assertThat(unusable.mustWait(KEY, 7, nanos)).isFalse();
    }
}
