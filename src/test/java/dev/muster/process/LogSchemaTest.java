package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.OnBothDatabases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every line that a real server logs, from startup to stop, follows one schema, whichever logger writes it.
@OnBothDatabases
@Timeout(300)
class LogSchemaTest {
    @TempDir
    private Path folder;

    @Test
    void everyLineHasTheSameFieldsAndSaysWhoAsked() throws Exception {
        String key;
        try (ServerProcess server = ServerProcess.startOnTestDatabase(folder.resolve("data"))) {
            server.keepAccessLog();
            key = Tenancy.make(server.address(), "acme").testKey();
            try (Client client = new Client(server.address(), key);
                    Client nobody = new Client(server.address(), "mst_of_nobody")) {
                assertThat(client.get("/v1/users").status()).isEqualTo(200);
                assertThat(nobody.get("/v1/journal/head").status()).isEqualTo(401);
            }
            server.terminate();
            assertThat(server.await()).isZero();

            List<Fields> lines = server.output()
                    .lines()
                    .filter(line -> !line.isBlank()
                            && !line.startsWith("Muster listens on ")
                            && !line.startsWith("The root key is in "))
                    .map(line -> Fields.of(line.getBytes(StandardCharsets.UTF_8)))
                    .toList();
            assertThat(lines).allSatisfy(line -> {
                assertThat(line.object().keySet().stream().limit(4).map(Object::toString))
                        .containsExactly("time", "level", "logger", "message");
                assertThat(Instant.parse(line.text("time"))).isBeforeOrEqualTo(Instant.now());
                assertThat(line.text("level")).isIn("INFO", "WARN", "ERROR");
            });
            assertThat(lines.stream().map(line -> line.text("logger")))
                    .contains(
                            "muster.access",
                            "muster.security",
                            "dev.muster.Serve",
                            "dev.muster.directory.chores.CheckpointSigner");
            access(lines);
            startAndStop(lines, server);
        }
    }

    private static void access(List<Fields> lines) {
        List<Fields> access = of(lines, "logger", "muster.access");
        Fields byKey = of(access, "template", "/v1/users").getLast();
        assertThat(byKey.text("realm")).isEqualTo("acme/test");
        assertThat(byKey.text("credential")).matches("apiKey:[0-9a-f]{8}-[0-9a-f-]{27}");
        Fields byRoot = of(access, "template", "/v1/tenants").getFirst();
        assertThat(byRoot.text("realm")).isEqualTo("system");
        assertThat(byRoot.text("credential")).startsWith("root:");
        // Unverified claims are not logged.
        Fields refused = of(access, "template", "/v1/journal/head").getFirst();
        assertThat(refused.number("status")).isEqualTo(401);
        assertThat(refused.object().containsKey("realm")).isFalse();
        assertThat(refused.object().containsKey("credential")).isFalse();
        // The security log uses the same words, so that one search finds both lines.
        assertThat(of(of(lines, "logger", "muster.security"), "requestId", refused.text("requestId")))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.text("event")).isEqualTo("api_key");
                    assertThat(line.text("message")).isEqualTo("api_key refused");
                });
    }

    private static void startAndStop(List<Fields> lines, ServerProcess server) {
        Fields started = of(lines, "event", "started").getFirst();
        assertThat(started.text("version")).isNotEmpty();
        assertThat(started.text("java")).isEqualTo(Runtime.version().toString());
        assertThat(started.text("database")).matches("(SQLite|PostgreSQL) [0-9].*");
        assertThat(started.number("schema")).isPositive();
        assertThat(started.any("addresses")).isEqualTo(List.of(server.address().toString()));
        assertThat(started.number("tookMillis")).isPositive();
        assertThat(of(lines, "event", "stopping"))
                .singleElement()
                .satisfies(line -> assertThat(line.text("reason")).isEqualTo("SIGTERM"));
        Fields last = lines.getLast();
        assertThat(last.text("event")).isEqualTo("stopped");
        assertThat(last.text("reason")).isEqualTo("SIGTERM");
        assertThat(last.number("tookMillis")).isBetween(0L, 15_000L);
    }

    private static List<Fields> of(List<Fields> lines, String field, String value) {
        return lines.stream().filter(line -> value.equals(line.any(field))).toList();
    }
}
