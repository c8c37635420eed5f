package dev.muster.directory.delivery;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// Decides how long to wait before a retry. Jitter ensures that endpoints that failed at the same time are not all
/// retried at the same time.
final class WebhookRetrySchedule {
    /// The waits after the first failure, the second, and so on.
    private static final List<Duration> STEPS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));

    /// The maximum jitter, as a fraction of the wait.
    private static final double JITTER = 0.2;

    private static final Duration MAX_REQUESTED_DELAY = Duration.ofHours(24);

    private final RandomGenerator random;

    WebhookRetrySchedule(RandomGenerator random) {
        this.random = random;
    }

    /// The number of different waits.
    static int steps() {
        return STEPS.size();
    }

    /// Returns the wait before the next attempt.
    ///
    /// @param failures the number of consecutive failures, at least 1; after the last step, the wait stays the same
    Duration after(int failures) {
        return withJitter(STEPS.get(Math.min(failures, STEPS.size()) - 1));
    }

    /// Returns the wait that a receiver requested with `Retry-After`, limited to between a second and a day.
    Duration requestedDelay(Duration retryAfter) {
        Duration atLeast = retryAfter.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : retryAfter;
        return withJitter(atLeast.compareTo(MAX_REQUESTED_DELAY) > 0 ? MAX_REQUESTED_DELAY : atLeast);
    }

    private Duration withJitter(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.nextDouble()));
    }
}
