package dev.muster.outgoing;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Stops exchanges that take too long. All of them are checked ten times a second, because a timer for each would wake
/// a thread for each. Thread-safe.
final class Deadlines {
    private static final Duration EVERY = Duration.ofMillis(100);

    private final ScheduledExecutorService thread;
    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean checking = new AtomicBoolean();

    /// @param thread runs the checks
    Deadlines(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /// The time by which an exchange must end. Closing it ends the check.
    final class Deadline implements AutoCloseable {
        private final long endNanos;

        /// Stops the exchange. A second attempt replaces it.
        private volatile Runnable stop = () -> {};

        private Deadline(Duration whole) {
            endNanos = System.nanoTime() + whole.toNanos();
        }

        /// Sets what is run, on another thread, once the deadline has passed.
        void stopping(Runnable stop) {
            this.stop = stop;
        }

        boolean hasPassed() {
            return System.nanoTime() - endNanos >= 0;
        }

        @Override
        public void close() {
            running.remove(this);
        }
    }

    /// Begins an exchange.
    ///
    /// @param whole how long it may take
    Deadline begin(Duration whole) {
        Deadline deadline = new Deadline(whole);
        running.add(deadline);
        checkLater();
        return deadline;
    }

    private void checkLater() {
        if (!checking.getAndSet(true)) {
            try {
                ScheduledFuture<?> _ = thread.schedule(this::check, EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The connections are being closed, which ends all exchanges.
                return;
            }
        }
    }

    /// Keeps stopping a late exchange until it has ended: it may just be about to connect.
    private void check() {
        checking.set(false);
        for (Deadline deadline : running) {
            if (deadline.hasPassed()) {
                deadline.stop.run();
            }
        }
        if (!running.isEmpty()) {
            checkLater();
        }
    }
}
