package dev.muster;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The process's log, configured by `logback.xml`. A separate thread writes the lines, so that a slow
/// consumer does not block the server.
final class Log implements AutoCloseable {
    private final @Nullable Appender<ILoggingEvent> writing;

    private Log(@Nullable Appender<ILoggingEvent> writing) {
        this.writing = writing;
    }

    static Log open() {
        // pgjdbc logs to java.util.logging, whose own handler would write lines that are not JSON.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // Java's default handler prints a multi-line stack trace, which is not JSON.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) ->
                LoggerFactory.getLogger(Log.class).error("uncaught exception in thread {}", thread.getName(), e));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        return new Log(root.getAppender("log"));
    }

    /// Writes the queued lines, for at most a second. Does not close anything else, because that would block on a
    /// slow consumer.
    @Override
    public void close() {
        if (writing != null) {
            writing.stop();
        }
    }
}
