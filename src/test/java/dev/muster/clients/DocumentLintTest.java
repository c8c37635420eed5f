package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.api.rest.RestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Two linters that partners use find no problems in the OpenAPI document as the server sends it, with their standard
/// rules. `src/test/clients/lint` lists the rules that do not apply, and why.
final class DocumentLintTest {
    private static final Path RULES = NodePackages.SOURCES.resolve("lint");
    private static final Map<String, String> QUIET =
            Map.of("REDOCLY_TELEMETRY", "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE", "true", "SCARF_ANALYTICS", "false");

    private static Path document;
    private static Path programs;

    @BeforeAll
    static void fetch(@TempDir Path folder) throws Exception {
        programs = NodePackages.install().resolve("node_modules/.bin");
        document = folder.resolve("openapi.json");
        try (TestServer server = new TestServer(
                folder,
                InstantSource.system(),
                100,
                (core, gate, keyGenerator) -> List.of(RestApi.of(core, gate, keyGenerator, null)))) {
            Files.write(document, GeneratedClients.document(server.port()));
        }
    }

    @Test
    void redoclyFindsNothing() {
        ClientProcess lint = lint(
                "redocly",
                "lint",
                document.toString(),
                "--config",
                RULES.resolve("redocly.yaml").toString(),
                "--format=json");
        JsonNode found = new JsonMapper().readTree(lint.out());
        assertThat(found.path("problems").valueStream().map(JsonNode::toString)).isEmpty();
        assertThat(found.path("totals").path("ignored").intValue()).isZero();
        assertThat(lint.exitCode()).as("%s", lint).isZero();
    }

    @Test
    void spectralFindsNothing() {
        ClientProcess lint = lint(
                "spectral",
                "lint",
                document.toString(),
                "--ruleset",
                RULES.resolve("spectral.yaml").toString(),
                "--fail-severity",
                "hint");
        assertThat(lint.exitCode()).as("%s", lint).isZero();
    }

    private static ClientProcess lint(String program, String... arguments) {
        List<String> command =
                new java.util.ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return ClientProcess.run(document.getParent(), QUIET, command);
    }
}
