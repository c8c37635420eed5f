package dev.muster.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One JSON object a line for each answered request: `{"at","face","method","template","status","micros","bytes",
/// "requestId"}`. It names the template, never path or query, which name people.
///
/// A request costs one small object in a queue. A thread of its own makes the lines and hands them to the logger
/// [#LOGGER] many at a time, joined by line ends; its appender therefore writes the bare message (`%msg%n`). When the
/// log cannot keep up, lines are dropped and counted in `http.access.dropped`: a slow disk must not stop the server.
public final class AccessLog implements AutoCloseable {

    public static final String LOGGER = "muster.access";

    private static final int MOST_WAITING = 100_000;
    private static final int BATCH_CHARACTERS = 32 << 10;
    private static final long PAUSE_NANOS = 50_000_000;

    private final Logger logger = LoggerFactory.getLogger(LOGGER);
    private final ConcurrentLinkedQueue<Line> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private volatile boolean closing;

    public AccessLog(MeterRegistry meters) {
        FunctionCounter.builder("http.access.dropped", dropped, LongAdder::sum).register(meters);
        writer = Thread.ofPlatform().name("muster-access-log").daemon().start(this::write);
    }

    private record Line(RouteMeters route, long atMillis, int status, long nanos, long bytes, String requestId) {}

    void answered(RouteMeters route, int status, long nanos, long bytes, String requestId) {
        if (length.getPlain() >= MOST_WAITING) {
            dropped.increment();
            return;
        }
        length.getAndIncrement();
        waiting.add(new Line(route, System.currentTimeMillis(), status, nanos, bytes, requestId));
    }

    /// Writes what is still waiting, and ends. Called after the servers have stopped.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        StringBuilder lines = new StringBuilder(BATCH_CHARACTERS + 512);
        while (true) {
            boolean last = closing;
            drain(lines);
            if (last) {
                return;
            }
            // Nobody wakes this thread: waking costs the request more than all else here.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void drain(StringBuilder lines) {
        boolean enabled = logger.isInfoEnabled();
        int taken = 0;
        for (Line line = waiting.poll(); line != null; line = waiting.poll()) {
            taken++;
            if (enabled) {
                append(lines, line);
            }
            if (lines.length() >= BATCH_CHARACTERS) {
                emit(lines);
            }
        }
        length.getAndAdd(-taken);
        emit(lines);
    }

    private void emit(StringBuilder lines) {
        if (!lines.isEmpty()) {
            lines.setLength(lines.length() - 1);
            logger.info(lines.toString());
            lines.setLength(0);
        }
    }

    // Nothing here needs escaping: names and templates are the program's own, ids are checked.
    private static void append(StringBuilder lines, Line line) {
        lines.append("{\"at\":\"")
                .append(Instant.ofEpochMilli(line.atMillis))
                .append("\",\"face\":\"")
                .append(line.route.face())
                .append("\",\"method\":\"")
                .append(line.route.method())
                .append("\",\"template\":\"")
                .append(line.route.template())
                .append("\",\"status\":")
                .append(line.status)
                .append(",\"micros\":")
                .append(line.nanos / 1_000)
                .append(",\"bytes\":")
                .append(line.bytes)
                .append(",\"requestId\":\"")
                .append(line.requestId)
                .append("\"}\n");
    }
}
