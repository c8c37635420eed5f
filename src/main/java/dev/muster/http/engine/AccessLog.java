package dev.muster.http.engine;

import dev.muster.http.Identity;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line of JSON for each answered request, in the schema that all loggers share:
/// `{"time","level","logger","message","face","method","template","status","micros","bytes","requestId"}`, and
/// `realm` and `credential` where the request proved a credential. It names the template, never path or query,
/// which name people.
///
/// A request costs one small object in a queue. A thread of its own makes the lines and hands them to the logger
/// [#LOGGER] many at a time, joined by line ends; its appender therefore writes the bare message (`%msg%n`). When the
/// log cannot keep up, lines are dropped and counted in `http.access.dropped`: a slow disk must not stop the server.
public final class AccessLog implements AutoCloseable {

    public static final String LOGGER = "muster.access";

    private static final int MOST_WAITING = 100_000;
    private static final int BATCH_CHARACTERS = 32 << 10;
    private static final long PAUSE_NANOS = 50_000_000;
    private static final int MILLIS = 1_000;

    private final Logger logger = LoggerFactory.getLogger(LOGGER);
    private final ConcurrentLinkedQueue<Line> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;

    // Used by the writing thread alone: most lines are of the second of the line before.
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    private volatile boolean closing;

    public AccessLog(MeterRegistry meters) {
        FunctionCounter.builder("http.access.dropped", dropped, LongAdder::sum).register(meters);
        writer = Thread.ofPlatform().name("muster-access-log").daemon().start(this::write);
    }

    private record Line(
            RouteMeters route,
            long atMillis,
            int status,
            long nanos,
            long bytes,
            String requestId,
            @Nullable Identity identity) {}

    /// @param requestId the server's own id of the request
    /// @param identity null where the request proved no credential
    void answered(
            RouteMeters route, int status, long nanos, long bytes, String requestId, @Nullable Identity identity) {
        if (length.getPlain() >= MOST_WAITING) {
            dropped.increment();
            return;
        }
        length.getAndIncrement();
        waiting.add(new Line(route, System.currentTimeMillis(), status, nanos, bytes, requestId, identity));
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

    // Nothing here needs escaping: ids are checked, and partner ids are of few characters.
    private void append(StringBuilder lines, Line line) {
        appendTime(lines.append("{\"time\":\""), line.atMillis);
        lines.append("\",\"level\":\"INFO\",\"logger\":\"" + LOGGER + "\",\"message\":\"request\",")
                .append(line.route.logged())
                .append(",\"status\":")
                .append(line.status)
                .append(",\"micros\":")
                .append(line.nanos / 1_000)
                .append(",\"bytes\":")
                .append(line.bytes)
                .append(",\"requestId\":\"")
                .append(line.requestId)
                .append('"');
        Identity identity = line.identity;
        if (identity != null) {
            lines.append(",\"realm\":\"")
                    .append(identity.realm())
                    .append("\",\"credential\":\"")
                    .append(identity.credential())
                    .append('"');
        }
        lines.append("}\n");
    }

    private void appendTime(StringBuilder lines, long atMillis) {
        long now = Math.floorDiv(atMillis, MILLIS);
        if (now != second) {
            second = now;
            String text = Instant.ofEpochSecond(now).toString();
            secondText = text.substring(0, text.length() - 1) + '.';
        }
        int millis = Math.floorMod(atMillis, MILLIS);
        lines.append(secondText)
                .append((char) ('0' + millis / 100))
                .append((char) ('0' + millis / 10 % 10))
                .append((char) ('0' + millis % 10))
                .append('Z');
    }
}
