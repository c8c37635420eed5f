package dev.muster.directory.chores;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the server's background tasks (chores), each on its own thread, so that a slow or failing one does not delay
/// the others. The threads are platform threads, because an SQLite call would block the carrier thread of a virtual
/// thread.
///
/// A chore that fails is retried after 1 s, 2 s, 4 s and so on, up to a minute. The first of several consecutive
/// failures is logged, and so is the recovery.
public final class Schedule implements AutoCloseable {
    private static final Duration MIN_RETRY_DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /// Work that is done repeatedly, slice by slice.
    public interface Chore {
        /// Does one slice of the work. The thread is interrupted when the server stops; the rest is done after
        /// the next start.
        ///
        /// @return how long to wait before the next slice
        Duration run() throws IOException, InterruptedException;
    }

    /// Starts a chore.
    ///
    /// @param name the name of its thread, also used in the log
    /// @param first how long to wait before its first slice
    /// @return a callback that wakes the chore to run its next slice immediately
    public Runnable add(String name, Duration first, Chore chore) {
        Semaphore woken = new Semaphore(0);
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> work(name, first, chore, woken)));
        return woken::release;
    }

    private void work(String name, Duration first, Chore chore, Semaphore woken) {
        Duration wait = first;
        int failures = 0;
        while (!stopping) {
            try {
                if (woken.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    woken.drainPermits();
                }
                wait = chore.run();
                if (failures > 0) {
                    LOG.info("{}: works again after {} failures", name, failures);
                }
                failures = 0;
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException | Error e) {
                if (!stopping && failures == 0) {
                    LOG.warn("{}: failed and is tried again: {}", name, e.toString());
                }
                wait = retryAfter(failures++);
            }
        }
    }

    private static Duration retryAfter(int failures) {
        return failures > 5 ? MAX_RETRY_DELAY : MIN_RETRY_DELAY.multipliedBy(1L << failures);
    }

    /// Interrupts the chores and waits at most five seconds for them to end.
    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
        long until = System.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())))) {
                    LOG.warn("{}: does not stop", thread.getName());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
