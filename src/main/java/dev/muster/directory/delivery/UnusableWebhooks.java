package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryTables.EndpointKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Webhooks that cannot be delivered to, because their rows or the keys of their realm cannot be read. Each is tried
/// again after a pause that doubles from a second up to five minutes, or as soon as it is changed. Not thread-safe.
final class UnusableWebhooks {
    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    private final Map<EndpointKey, Pause> pauses = new HashMap<>();

    /// @param fence the webhook's fence when it could not be read
    /// @param began by [System#nanoTime]
    private record Pause(long fence, Duration length, long began) {
        private Duration next() {
            Duration doubled = length.multipliedBy(2);
            return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
        }
    }

    /// Records that a webhook could not be read.
    ///
    /// @param nanos the current time by [System#nanoTime]
    /// @return whether it was not recorded before
    boolean add(EndpointKey webhook, long fence, long nanos) {
        Pause before = pauses.get(webhook);
        pauses.put(webhook, new Pause(fence, before == null ? MIN_PAUSE : before.next(), nanos));
        return before == null;
    }

    /// Whether a webhook could not be read, and is not to be tried again yet.
    ///
    /// @param fence its current fence, which each change of the webhook raises
    boolean mustWait(EndpointKey webhook, long fence, long nanos) {
        @Nullable Pause pause = pauses.get(webhook);
        return pause != null && pause.fence == fence && nanos - pause.began < pause.length.toNanos();
    }

    void remove(EndpointKey webhook) {
        pauses.remove(webhook);
    }

    /// Forgets all others.
    void retain(Set<EndpointKey> webhooks) {
        pauses.keySet().retainAll(webhooks);
    }
}
