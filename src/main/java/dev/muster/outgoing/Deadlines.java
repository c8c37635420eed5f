package dev.muster.outgoing;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops exchanges that take too long. All exchanges are checked ten times a second, because separate timers would wake
/// a thread for each exchange. Thread-safe.
final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ScheduledExecutorService timer;
    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean checking = new AtomicBoolean();

    /// @param timer the executor that runs the checks
    Deadlines(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /// The time by which an exchange must end. Closing it ends the checks.
    final class Deadline implements AutoCloseable {
        private final long endNanos;

        /// The action that stops the exchange. A second attempt replaces it.
        private volatile Runnable stop = () -> {};

        /// The last socket that was opened for the exchange; null if the exchange uses a kept connection.
        private volatile @Nullable Socket socket;

        private Deadline(Duration whole) {
            endNanos = System.nanoTime() + whole.toNanos();
        }

        /// Sets the action to run, on another thread, once the deadline has passed.
        void stopping(Runnable stop) {
            this.stop = stop;
        }

        /// Records that a socket is about to connect for the exchange.
        void opens(Socket opened) {
            socket = opened;
        }

        /// Stops the exchange, whatever it is waiting for. Only the resolution of a name cannot be stopped.
        private void end() {
            try {
                stop.run();
                Socket opened = socket;
                if (opened != null) {
                    opened.close();
                }
            } catch (IOException | RuntimeException e) {
                LOG.debug("an exchange cannot be stopped", e);
            }
        }

        boolean hasPassed() {
            return System.nanoTime() - endNanos >= 0;
        }

        @Override
        public void close() {
            running.remove(this);
        }
    }

    /// Starts the clock for an exchange.
    ///
    /// @param whole how long the exchange may take
    Deadline begin(Duration whole) {
        Deadline deadline = new Deadline(whole);
        running.add(deadline);
        checkLater();
        return deadline;
    }

    private void checkLater() {
        if (!checking.getAndSet(true)) {
            try {
                ScheduledFuture<?> _ = timer.schedule(this::check, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The connections are being closed, which ends all exchanges.
                return;
            }
        }
    }

    /// Stops overdue exchanges. This is repeated until they have ended, because an exchange may have just opened a
    /// socket.
    private void check() {
        checking.set(false);
        for (Deadline deadline : running) {
            if (deadline.hasPassed()) {
                deadline.end();
            }
        }
        if (!running.isEmpty()) {
            checkLater();
        }
    }
}
