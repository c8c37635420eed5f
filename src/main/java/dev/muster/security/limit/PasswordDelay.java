package dev.muster.security.limit;

import java.time.Duration;
import java.util.function.LongSupplier;

/// The delay before a password is checked. It grows up to [#LONGEST] with each failure for a name, from any address.
/// Beyond a given number of names, the least recently used one is evicted. Thread-safe.
final class PasswordDelay {
    /// The number of failures that cause no delay, to tolerate typing errors.
    private static final int FREE = 2;

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(4);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

    private final LongSupplier nanoTime;
    private final LruMap<SignInThrottle.Name, Failures> failures;

    private record Failures(int count, long lastAt) {
        boolean isOver(long now) {
            return now - lastAt > FORGOTTEN_AFTER.toNanos();
        }
    }

    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    PasswordDelay(int mostNames, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.failures = new LruMap<>(mostNames);
    }

    /// The delay before the next password for a name is checked.
    synchronized Duration wait(SignInThrottle.Name name) {
        Failures before = failures.get(name);
        if (before == null || before.isOver(nanoTime.getAsLong()) || before.count <= FREE) {
            return Duration.ZERO;
        }
        // The delay starts at 250 ms and doubles with each failure; the fifth step is the longest.
        Duration wait = FIRST.multipliedBy(1L << Math.min(before.count - FREE - 1, 4));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    synchronized void failed(SignInThrottle.Name name) {
        long now = nanoTime.getAsLong();
        Failures before = failures.get(name);
        failures.put(name, new Failures(before == null || before.isOver(now) ? 1 : before.count + 1, now));
    }

    /// Resets a name after a correct password.
    synchronized void succeeded(SignInThrottle.Name name) {
        failures.remove(name);
    }
}
