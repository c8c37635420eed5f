package dev.muster.security.limit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;

/// The delay before a password is checked. It grows up to [#MAX_DELAY] with each failure for a name, from any address,
/// on this server or another. Beyond a given number of names, the least recently used one is evicted. Thread-safe.
final class PasswordDelay {
    /// The number of failures that cause no delay, to tolerate typing errors.
    private static final int FREE_FAILURES = 2;

    private static final Duration MIN_DELAY = Duration.ofMillis(250);
    private static final Duration MAX_DELAY = Duration.ofSeconds(4);
    private static final Duration FAILURE_LIFETIME = Duration.ofMinutes(15);

    private final LongSupplier nanoTime;
    private final LruMap<String, Failures> failures;

    /// The failures that other servers have counted, by server.
    private final LruMap<String, Map<UUID, Failures>> elsewhere;

    private record Failures(long count, long lastAt) {
        boolean isOver(long now) {
            return now - lastAt > FAILURE_LIFETIME.toNanos();
        }
    }

    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    PasswordDelay(int mostNames, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.failures = new LruMap<>(mostNames);
        this.elsewhere = new LruMap<>(mostNames);
    }

    /// The delay before the next password for a name is checked.
    synchronized Duration wait(SignInThrottle.Name name) {
        long count = count(name.hash());
        if (count <= FREE_FAILURES) {
            return Duration.ZERO;
        }
        // The delay starts at 250 ms and doubles with each failure; the fifth step is the longest.
        Duration wait = MIN_DELAY.multipliedBy(1L << Math.min(count - FREE_FAILURES - 1, 4));
        return wait.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : wait;
    }

    private long count(String name) {
        long now = nanoTime.getAsLong();
        Failures here = failures.get(name);
        long count = here == null || here.isOver(now) ? 0 : here.count;
        Map<UUID, Failures> others = elsewhere.get(name);
        if (others != null) {
            others.values().removeIf(other -> other.isOver(now));
            for (Failures other : others.values()) {
                count += other.count;
            }
        }
        return count;
    }

    synchronized void failed(SignInThrottle.Name name) {
        long now = nanoTime.getAsLong();
        failures.merge(
                name.hash(),
                new Failures(1, now),
                (before, first) -> before.isOver(now) ? first : new Failures(before.count + 1, now));
    }

    /// Replaces what another server has counted.
    ///
    /// @param name the name's hash
    /// @param count how often it has failed there since it last succeeded; 0 after a correct password, which
    ///     resets the name here too
    synchronized void failedElsewhere(String name, UUID server, long count) {
        if (count == 0) {
            failures.remove(name);
            elsewhere.remove(name);
        } else {
            elsewhere
                    .computeIfAbsent(name, _ -> new HashMap<>())
                    .put(server, new Failures(count, nanoTime.getAsLong()));
        }
    }

    /// Resets a name after a correct password.
    synchronized void succeeded(SignInThrottle.Name name) {
        failures.remove(name.hash());
        elsewhere.remove(name.hash());
    }
}
