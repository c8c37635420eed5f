package dev.muster;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The process's log, as `logback.xml` configures it: a thread of its own writes the lines, so that a slow
/// reader delays nothing else.
final class Log implements AutoCloseable {
    private final @Nullable Appender<ILoggingEvent> writing;

    private Log(@Nullable Appender<ILoggingEvent> writing) {
        this.writing = writing;
    }

    static Log open() {
        // pgjdbc logs to java.util.logging, whose own handler would write lines that are not JSON.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // Java's default prints the stack trace, which is many lines and not JSON.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> LoggerFactory.getLogger(Log.class)
                .error("the thread {} ended by an exception that nothing caught", thread.getName(), e));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        return new Log(root.getAppender("log"));
    }

    /// Writes the lines that wait, for at most a second. Closes nothing else, since that would wait for the
    /// reader.
    @Override
    public void close() {
        if (writing != null) {
            writing.stop();
        }
    }
}
