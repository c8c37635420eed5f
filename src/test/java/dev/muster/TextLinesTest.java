package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Log lines on a terminal.
class TextLinesTest {
    private static final Instant TIME = Instant.parse("2026-11-28T17:40:34.137Z");

    private static String text(String logger, Consumer<Logger> what) {
        Logger log = new LoggerContext().getLogger(logger);
        log.setLevel(Level.INFO);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        log.addAppender(events);
        what.accept(log);
        return new String(
                new TextLines(ZoneId.of("Europe/Berlin")).encode(events.list.getFirst()), StandardCharsets.UTF_8);
    }

    @Test
    void anEventIsOneReadableLine() {
        assertThat(text(
                        "dev.muster.Serve",
                        logger -> logger.atInfo()
                                .addKeyValue("time", TIME)
                                .addKeyValue("event", "started")
                                .addKeyValue("java", "25.0.1 LTS")
                                .addKeyValue("addresses", List.of("http://a", "http://b"))
                                .addKeyValue("schema", 7)
                                .addKeyValue("none", (Object) null)
                                .log("started")))
                .isEqualTo(
                        "18:40:34.137 INFO  Serve: started java=\"25.0.1 LTS\" addresses=http://a,http://b schema=7\n");
    }

    @Test
    void anExceptionFollowsOnLinesThatAreIndented() {
        assertThat(text(
                                "a.b",
                                logger -> logger.atError()
                                        .setCause(new IllegalStateException("no"))
                                        .log("failed"))
                        .lines())
                .hasSizeGreaterThan(2)
                .element(1)
                .asString()
                .startsWith("    java.lang.IllegalStateException: no");
    }

    @Test
    void eachRequestOfTheAccessLogIsALine() {
        String line = "{\"time\":\"2026-11-28T17:40:34.137Z\",\"level\":\"INFO\",\"logger\":\"muster.access\","
                + "\"message\":\"request\",\"method\":\"GET\",\"status\":200}";
        assertThat(text("muster.access", logger -> logger.info(line + "\n" + line)))
                .isEqualTo("18:40:34.137 INFO  access: request method=GET status=200\n".repeat(2));
    }

    @Test
    void untrustedTextDoesNotControlTheTerminal() {
        assertThat(text(
                        "a.b",
                        logger -> logger.atWarn()
                                .addKeyValue("x", "\u001b[2J\u202e")
                                .log("\u001b]0;title\u0007\nb")))
                .hasLineCount(1)
                .doesNotContain("\u001b", "\u0007", "\u202e");
    }
}
