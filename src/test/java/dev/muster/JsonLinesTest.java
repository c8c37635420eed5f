package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A log event takes exactly one line, whatever it contains.
class JsonLinesTest {
    private final JsonLines lines = new JsonLines();

    private String line(Consumer<Logger> what) {
        LoggerContext context = new LoggerContext();
        Logger logger = context.getLogger("muster.test");
        logger.setLevel(Level.DEBUG);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.addAppender(events);
        what.accept(logger);
        String line = new String(lines.encode(events.list.getFirst()), StandardCharsets.UTF_8);
        assertThat(line).endsWith("\n").hasLineCount(1);
        return line;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(String line) {
        return (Map<String, Object>) ((Json.Result.Value) Json.read(line.getBytes(StandardCharsets.UTF_8))).value();
    }

    @Test
    void everyLineBeginsWithTheSameFields() {
        Map<String, Object> fields = read(line(logger -> logger.warn("{} of {}", 3, "ten")));
        assertThat(fields.keySet()).containsExactly("time", "level", "logger", "message", "thread");
        assertThat(fields)
                .containsEntry("level", "WARN")
                .containsEntry("logger", "muster.test")
                .containsEntry("message", "3 of ten")
                .containsEntry("thread", Thread.currentThread().getName());
        assertThat(Instant.parse((String) fields.get("time"))).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void pairsAreSeparateFields() {
        String line = line(logger -> logger.atInfo()
                .addKeyValue("event", "started")
                .addKeyValue("count", 7L)
                .addKeyValue("flag", true)
                .addKeyValue("addresses", List.of("a", "b"))
                .addKeyValue("none", (Object) null)
                .log("started"));
        assertThat(line)
                .contains("\"message\":\"started\"")
                .endsWith(
                        "\"event\":\"started\",\"count\":7,\"flag\":true,\"addresses\":[\"a\",\"b\"],\"none\":null}\n");
    }

    @Test
    void pastEventsKeepTheirOwnTime() {
        Instant earlier = Instant.parse("2026-11-28T17:40:34Z");
        String line =
                line(logger -> logger.atInfo().addKeyValue("time", earlier).log("late"));
        assertThat(line).startsWith("{\"time\":\"2026-11-28T17:40:34.000Z\",").containsOnlyOnce("\"time\"");
    }

    @Test
    void anExceptionIsOneFieldWithAllOfItsTrace() {
        Exception cause = new IllegalStateException("the \"cause\"\nof it");
        Map<String, Object> fields = read(line(logger -> logger.error("failed", new RuntimeException("outer", cause))));
        assertThat(fields.keySet()).containsExactly("time", "level", "logger", "message", "thread", "exception");
        assertThat((String) fields.get("exception"))
                .startsWith("java.lang.RuntimeException: outer\n\tat dev.muster.JsonLinesTest.")
                .contains("Caused by: java.lang.IllegalStateException: the \"cause\"\nof it\n");
    }

    @Test
    void lineBreaksAndJsonSyntaxAreEscaped() {
        String odd = "line\nfeed\r\u2028\"\\ \u0000 \ud83d half \ud83d\ude00";
        Map<String, Object> fields = read(line(logger -> logger.info("{}", odd)));
        assertThat(fields).containsEntry("message", odd.replace("\ud83d half", "\ufffd half"));
    }
}
