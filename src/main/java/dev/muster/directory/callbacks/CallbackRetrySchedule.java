package dev.muster.directory.callbacks;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Decides when a failed callback is retried: soon at first, later every twelve hours, and for the last time 72 hours
/// after the first attempt.
final class CallbackRetrySchedule {
    /// The times of the retries, counted from the first attempt.
    private static final List<Duration> AFTER = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(12),
            Duration.ofHours(24),
            Duration.ofHours(36),
            Duration.ofHours(48),
            Duration.ofHours(60),
            Duration.ofHours(72));

    private CallbackRetrySchedule() {}

    /// Returns the time of the next attempt; null to give up.
    ///
    /// @param first when the first attempt was made
    /// @param random delays a retry by up to a tenth, so that callbacks that failed during an outage are not all
    ///     retried at the same time
    static @Nullable Instant next(Instant first, Instant now, RandomGenerator random) {
        for (Duration after : AFTER) {
            Instant next = first.plus(after);
            if (next.isAfter(now)) {
                long pauseMillis = Duration.between(now, next).toMillis();
                return next.plusMillis(random.nextLong(pauseMillis / 10 + 1));
            }
        }
        return null;
    }
}
