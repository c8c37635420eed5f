package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.http.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the access log contains, and what it must not contain.
class AccessLogTest {

    @Test
    void namesTemplatesAndNeverPeople() {
        Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            Wire.Answer answer;
            try (Probe probe = new Probe()) {
                answer = Wire.get(probe.port, "/v1/users/anna@example.org?q=secret", "X-Request-Id: id-1");
                Wire.get(probe.port, "/v1/anna/nowhere?q=secret");
                Wire.post(probe.port, "/v1/users/anna", "secret");
                Wire.get(probe.port, "/v1/users/anna%zz");
                Wire.get(probe.port, "/v1/anna", "Bad Name: x");
            }
            List<String> lines = appender.list.stream()
                    .flatMap(event -> event.getFormattedMessage().lines())
                    .collect(Collectors.toList());
            assertThat(lines).hasSize(5).noneMatch(line -> line.contains("anna") || line.contains("secret"));
            // A line is written after its response has been sent, so lines from different connections may be in any
            // order.
            String found = lines.stream()
                    .filter(line -> line.contains("\"status\":200"))
                    .findFirst()
                    .orElseThrow();
            @SuppressWarnings("unchecked")
            Map<String, Object> first = (Map<String, Object>) ((Json.Result.Value) Json.read(Wire.utf8(found))).value();
            assertThat(first)
                    .containsOnlyKeys(
                            "time",
                            "level",
                            "logger",
                            "message",
                            "face",
                            "method",
                            "template",
                            "status",
                            "micros",
                            "bytes",
                            "requestId")
                    .containsEntry("level", "INFO")
                    .containsEntry("logger", AccessLog.LOGGER)
                    .containsEntry("message", "request")
                    .containsEntry("face", "main")
                    .containsEntry("method", "GET")
                    .containsEntry("template", "/v1/users/{ref}")
                    .containsEntry("status", BigDecimal.valueOf(200))
                    .containsEntry("bytes", BigDecimal.valueOf(16))
                    .containsEntry("requestId", answer.header("Muster-Request-Id"))
                    .doesNotContainEntry("requestId", "id-1");
            assertThat((String) first.get("time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        } finally {
            logger.detachAppender(appender);
        }
    }
}
