package dev.muster.outgoing;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The time by which an exchange must end, on the clock of [System#nanoTime].
final class Deadline {
    private final long endNanos;

    Deadline(Duration whole) {
        endNanos = System.nanoTime() + whole.toNanos();
    }

    /// A scheduled stop; closing it cancels the stop.
    record Watch(Future<?> stopping) implements AutoCloseable {
        @Override
        public void close() {
            stopping.cancel(false);
        }
    }

    Watch watch(ScheduledExecutorService deadlines, Runnable stop) {
        return new Watch(deadlines.schedule(stop, Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS));
    }

    boolean hasPassed() {
        return System.nanoTime() - endNanos >= 0;
    }
}
