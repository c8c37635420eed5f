package dev.muster;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.muster.http.engine.AccessLog;
import dev.muster.http.json.Json;
import dev.muster.text.PrintableText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Encodes log events for people at a terminal, such as
/// `17:40:34.137 INFO  access: request method=GET status=200`. Shows the fields of the JSON lines in the same order,
/// except for those that repeat others. Untrusted text cannot send control characters to the terminal.
final class TextLines extends EncoderBase<ILoggingEvent> {
    private static final Set<String> ELSEWHERE = Set.of("time", "level", "logger", "message", "thread", "exception");

    private final JsonLines json = new JsonLines();
    private final DateTimeFormatter time;

    TextLines(ZoneId zone) {
        time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(zone);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        // Several lines of the access log, which are JSON already, arrive as one event.
        String lines = AccessLog.LOGGER.equals(event.getLoggerName())
                ? event.getFormattedMessage()
                : new String(json.encode(event), StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder();
        lines.lines().forEach(line -> append(text, line));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void append(StringBuilder text, String line) {
        if (!(Json.read(line.getBytes(StandardCharsets.UTF_8)) instanceof Json.Result.Value(Map<?, ?> fields))) {
            text.append(PrintableText.line(line)).append('\n');
            return;
        }
        String logger = text(fields, "logger");
        String message = text(fields, "message");
        text.append(time.format(Instant.parse(text(fields, "time"))))
                .append(' ')
                .append("%-5s".formatted(text(fields, "level")))
                .append(' ')
                .append(logger.substring(logger.lastIndexOf('.') + 1))
                .append(": ")
                .append(PrintableText.line(message));
        fields.forEach((name, value) -> {
            if (!ELSEWHERE.contains(String.valueOf(name))
                    && value != null
                    && !(name.equals("event") && value.equals(message))) {
                text.append(' ').append(name).append('=').append(PrintableText.line(shown(value)));
            }
        });
        text.append('\n');
        text(fields, "exception")
                .lines()
                .forEach(trace ->
                        text.append("    ").append(PrintableText.line(trace)).append('\n'));
    }

    private static String text(Map<?, ?> fields, String name) {
        return String.valueOf(Objects.requireNonNullElse(fields.get(name), ""));
    }

    private static String shown(Object value) {
        if (value instanceof List<?> items) {
            return String.join(",", items.stream().map(String::valueOf).toList());
        }
        String text = String.valueOf(value);
        return text.isEmpty() || text.contains(" ") ? '"' + text + '"' : text;
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
