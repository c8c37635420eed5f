package dev.muster;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The process's log, as `logback.xml` has it: lines are written by a thread of its own, so that nobody waits
/// for whoever reads them.
final class Log implements AutoCloseable {
    private final @Nullable Appender<ILoggingEvent> writing;

    private Log(@Nullable Appender<ILoggingEvent> writing) {
        this.writing = writing;
    }

    static Log open() {
        // pgjdbc logs to java.util.logging, whose own handler would write lines that are not JSON.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // By itself Java would print the stack trace, which is many lines and no JSON.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> LoggerFactory.getLogger(Log.class)
                .error("the thread {} ended by an exception that nothing caught", thread.getName(), e));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        return new Log(root.getAppender("log"));
    }

    /// Writes what is still waiting; gives up after a second, when nobody reads it. Nothing else of the log is
    /// closed, since that would wait for the reader.
    @Override
    public void close() {
        if (writing != null) {
            writing.stop();
        }
    }
}
