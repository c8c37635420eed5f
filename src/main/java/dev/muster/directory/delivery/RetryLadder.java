package dev.muster.directory.delivery;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// How long to wait before the next attempt after failures, with jitter so that many endpoints that failed together
/// are not tried together.
final class RetryLadder {
    /// The wait after the first failure, the second, and so on.
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

    /// The most that is added to a wait, as a share of it.
    private static final double JITTER = 0.2;

    private static final Duration LONGEST_ASKED = Duration.ofHours(24);

    private final RandomGenerator random;

    RetryLadder(RandomGenerator random) {
        this.random = random;
    }

    /// The number of waits that differ.
    static int steps() {
        return STEPS.size();
    }

    /// @param failures how many attempts in a row have failed, at least 1; beyond the last step the wait stays the
    ///     same
    Duration after(int failures) {
        return withJitter(STEPS.get(Math.min(failures, STEPS.size()) - 1));
    }

    /// The wait that a receiver asked for with `Retry-After`: at least a second, at most a day.
    Duration asked(Duration retryAfter) {
        Duration atLeast = retryAfter.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : retryAfter;
        return withJitter(atLeast.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : atLeast);
    }

    private Duration withJitter(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.nextDouble()));
    }
}
