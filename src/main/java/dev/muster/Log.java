package dev.muster;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import dev.muster.http.engine.AccessLog;
import java.time.ZoneId;
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

    /// Opens the log.
    ///
    /// @param terminal whether people read the standard output on a terminal: lines are then text instead of JSON
    static Log open(boolean terminal) {
        // pgjdbc logs to java.util.logging, whose own handler would write lines that are not JSON.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // Java's default handler prints a multi-line stack trace, which is not JSON.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) ->
                LoggerFactory.getLogger(Log.class).error("uncaught exception in thread {}", thread.getName(), e));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> writing = root.getAppender("log");
        if (terminal && writing instanceof AsyncAppender queue) {
            showText(queue.getAppender("stdout"));
            showText(((Logger) LoggerFactory.getLogger(AccessLog.LOGGER)).getAppender("access"));
        }
        return new Log(writing);
    }

    /// The logger of the security log shares the appender `stdout`.
    private static void showText(@Nullable Appender<ILoggingEvent> appender) {
        if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
            console.setEncoder(new TextLines(ZoneId.systemDefault()));
        }
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
