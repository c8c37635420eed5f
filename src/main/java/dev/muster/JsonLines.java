package dev.muster;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.muster.http.json.JsonWriter;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// Encodes a log event as one line of JSON, in the schema of `docs/operating.md`: `time`, `level`, `logger`,
/// `message` and `thread`, then the event's key-value pairs, then `exception`, the whole stack trace as one
/// string.
///
/// A pair named `time` with an [Instant] overrides the event's time, for events that are logged some time after they
/// happened.
public final class JsonLines extends EncoderBase<ILoggingEvent> {
    static final String TIME = "time";

    /// Always writes milliseconds, so that sorting lines as text also sorts them by time.
    private static final DateTimeFormatter FORMAT =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Override
    public byte[] encode(ILoggingEvent event) {
        List<KeyValuePair> pairs = Objects.requireNonNullElse(event.getKeyValuePairs(), List.of());
        return JsonWriter.bytes(json -> {
            json.object()
                    .field(TIME, FORMAT.format(time(event, pairs)))
                    .field("level", event.getLevel().toString())
                    .field("logger", event.getLoggerName())
                    .field("message", event.getFormattedMessage())
                    .field("thread", event.getThreadName());
            for (KeyValuePair pair : pairs) {
                if (!pair.key.equals(TIME)) {
                    json.name(pair.key);
                    write(json, pair.value);
                }
            }
            IThrowableProxy exception = event.getThrowableProxy();
            if (exception != null) {
                json.field("exception", ThrowableProxyUtil.asString(exception).stripTrailing());
            }
            json.end().line();
        });
    }

    private static Instant time(ILoggingEvent event, List<KeyValuePair> pairs) {
        for (KeyValuePair pair : pairs) {
            if (pair.key.equals(TIME) && pair.value instanceof Instant time) {
                return time;
            }
        }
        return Instant.ofEpochMilli(event.getTimeStamp());
    }

    private static void write(JsonWriter json, @Nullable Object value) {
        switch (value) {
            case null -> json.text(null);
            case Integer number -> json.number(number);
            case Long number -> json.number(number);
            case Boolean flag -> json.flag(flag);
            case List<?> items -> {
                json.array();
                items.forEach(item -> write(json, item));
                json.end();
            }
            default -> json.text(value.toString());
        }
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
