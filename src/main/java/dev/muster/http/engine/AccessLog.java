package dev.muster.http.engine;

import dev.muster.http.Identity;
import dev.muster.logging.LogQueue;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs each answered request as one line of JSON, in the schema that all loggers share:
/// `{"time","level","logger","message","face","method","template","status","micros","bytes","requestId"}`, with `realm`
/// and `credential` added if the request was authenticated. A line has the route's template rather than the path or the
/// query, which may contain personal data.
///
/// Lines go to the logger [#LOGGER] in batches, as one message with all line ends, so the appender of that logger must
/// write only the message. `http.access.dropped` counts the lines that were dropped.
public final class AccessLog implements AutoCloseable {

    public static final String LOGGER = "muster.access";

    private static final int MAX_WAITING = 100_000;
    private static final int BATCH_CHARACTERS = 32 << 10;
    private static final int MILLIS = 1_000;

    private final LogQueue<Line> queue = new LogQueue<>("muster-access-log", MAX_WAITING, new Lines());

    public AccessLog(MeterRegistry meters) {
        FunctionCounter.builder("http.access.dropped", queue.dropped(), LongAdder::sum)
                .register(meters);
        queue.start();
    }

    private record Line(
            RouteMeters route,
            long atMillis,
            int status,
            long nanos,
            long bytes,
            String requestId,
            @Nullable Identity identity) {}

    /// Adds a line.
    ///
    /// @param requestId the server's own id for the request
    /// @param identity the sender; null if the request was not authenticated
    void answered(
            RouteMeters route, int status, long nanos, long bytes, String requestId, @Nullable Identity identity) {
        queue.add(new Line(route, System.currentTimeMillis(), status, nanos, bytes, requestId, identity));
    }

    /// Writes the remaining lines. Called after the servers have stopped.
    @Override
    public void close() {
        queue.close();
    }

    /// Batches lines for the logger.
    private static final class Lines implements LogQueue.Writer<Line> {

        private final Logger logger = LoggerFactory.getLogger(LOGGER);
        private final StringBuilder lines = new StringBuilder(BATCH_CHARACTERS + 512);

        /// The second of the last line. Its text is cached, since most lines have the same second as the
        /// previous one.
        private long second = Long.MIN_VALUE;

        private String secondText = "";

        // Nothing here needs escaping: ids are validated and have a small alphabet.
        @Override
        public void write(Line line) {
            if (!logger.isInfoEnabled()) {
                return;
            }
            appendTime(line.atMillis);
            lines.append(line.route.logged())
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
            if (lines.length() >= BATCH_CHARACTERS) {
                drained(false);
            }
        }

        @Override
        public void drained(boolean last) {
            if (!lines.isEmpty()) {
                logger.info(lines.toString());
                lines.setLength(0);
            }
        }

        private void appendTime(long atMillis) {
            long now = Math.floorDiv(atMillis, MILLIS);
            if (now != second) {
                second = now;
                String text = Instant.ofEpochSecond(now).toString();
                secondText = text.substring(0, text.length() - 1) + '.';
            }
            int millis = Math.floorMod(atMillis, MILLIS);
            lines.append("{\"time\":\"")
                    .append(secondText)
                    .append((char) ('0' + millis / 100))
                    .append((char) ('0' + millis / 10 % 10))
                    .append((char) ('0' + millis % 10));
        }
    }
}
