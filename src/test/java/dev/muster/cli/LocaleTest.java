package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Even with no locale set, input arrives as it was typed, or nothing is sent.
@Timeout(600)
final class LocaleTest {
    private static final String OPERATOR = "{\"username\":\"Åse\",\"role\":\"viewer\"}";

    @TempDir
    private Path folder;

    private Replay server;
    private Launched launched;

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        launched = new Launched(folder.resolve("muster")).with("MUSTER_URL", server.url());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void argumentsAndVariablesAreAsTyped() throws Exception {
        launched.with("MUSTER_OPERATOR_PASSWORD", "Grüße aus Malmö 田");
        server.then(201, OPERATOR).then(201, OPERATOR);
        assertThat(launched.launch("operator", "create", "Åse", "--role", "viewer")
                        .out())
                .isEqualTo("Made Åse.\n");
        assertThat(launched.java("operator", "create", "Åse", "--role", "viewer")
                        .out())
                .isEqualTo("Made Åse.\n");
        assertThat(server.requests())
                .hasSize(2)
                .allSatisfy(asked -> assertThat(asked.body())
                        .isEqualTo("{\"username\":\"Åse\",\"role\":\"viewer\",\"password\":\"Grüße aus Malmö 田\"}"));
    }

    @Test
    void filesAreNamedAsTyped() throws Exception {
        server.then(200, "{\"seq\":1}\n");
        Cli.Ran ran = launched.launch("journal", "export", "-o", "Müller.ndjson");
        assertThat(ran.err()).isEqualTo("1 entries in Müller.ndjson.\n");
        Cli.Ran listed = launched.shell("cat M*.ndjson; printf '%s' M*.ndjson");
        assertThat(listed.out()).isEqualTo("{\"seq\":1}\nMüller.ndjson");
    }

    @Test
    void invalidTextIsNotSent() throws Exception {
        Cli.Ran latin = launched.shell("exec ./muster user list --q $'M\\374ller'");
        assertThat(latin.exit()).isEqualTo(2);
        assertThat(latin.err())
                .startsWith("muster: argument 4 is not UTF-8 text")
                .hasLineCount(1);
        Cli.Ran password = launched.shell(
                "export MUSTER_OPERATOR_PASSWORD=$'gr\\374n gr\\374n gr\\374n'; exec ./muster operator password ann");
        assertThat(password.exit()).isEqualTo(2);
        assertThat(password.err())
                .startsWith("muster: MUSTER_OPERATOR_PASSWORD is not UTF-8 text")
                .hasLineCount(1);
        new Cli()
                .run("user", "list", "--q", "M\uFFFDller")
                .complained(
                        2,
                        "muster: argument 4 is not UTF-8 text, or contains U+FFFD, which replaces characters that were lost");
        assertThat(server.requests()).isEmpty();
    }
}
