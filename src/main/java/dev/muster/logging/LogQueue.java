package dev.muster.logging;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Hands log lines to a separate writing thread, so that logging costs a request no more than adding an object to a
/// queue. If the writer cannot keep up, lines are dropped and counted, because a slow disk must not stop the server.
/// Thread-safe.
public final class LogQueue<L> implements AutoCloseable {
    private static final long PAUSE_NANOS = 50_000_000;
    private static final int CLOSE_MILLIS = 5_000;

    private final int max;
    private final Writer<L> writer;
    private final ConcurrentLinkedQueue<L> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;

    /// Writes log lines. Called only by the writing thread.
    public interface Writer<L> {
        void write(L line);

        /// Called when all waiting lines have been written.
        ///
        /// @param last whether the log is being closed
        void drained(boolean last);
    }

    /// @param max the maximum number of waiting lines
    public LogQueue(String threadName, int max, Writer<L> writer) {
        this.max = max;
        this.writer = writer;
        this.thread = Thread.ofPlatform().name(threadName).daemon().unstarted(this::run);
    }

    /// Starts the writing thread.
    public void start() {
        thread.start();
    }

    public void add(L line) {
        if (length.getPlain() >= max) {
            dropped.increment();
            return;
        }
        length.getAndIncrement();
        lines.add(line);
    }

    /// The counter of dropped lines.
    public LongAdder dropped() {
        return dropped;
    }

    /// Writes the waiting lines and stops. Waits at most 5 seconds.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            boolean last = closing;
            int taken = 0;
            for (L line = lines.poll(); line != null; line = lines.poll()) {
                taken++;
                writer.write(line);
            }
            length.getAndAdd(-taken);
            writer.drained(last);
            if (last) {
                return;
            }
            // Adding a line does not wake this thread, because waking it would cost a request more than everything else
            // here.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
