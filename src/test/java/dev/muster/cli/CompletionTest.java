package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What bash completes with the script that `muster completion` prints.
@Timeout(120)
final class CompletionTest {
    @TempDir
    private Path folder;

    /// What bash would offer after the words, the last of which is being typed.
    private String completed(String typed) throws Exception {
        Path script = Files.writeString(
                folder.resolve("muster-completion"),
                new Cli().run("completion", "bash").out());
        Path file = Files.writeString(folder.resolve("run.sh"), """
                # Only a shell that completes has it.
                compopt() { :; }
                source %s
                COMP_WORDS=(%s)
                COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
                COMP_LINE="%s"
                COMP_POINT=${#COMP_LINE}
                _complete_muster
                printf '%%s ' "${COMPREPLY[@]}"
                """.formatted(script, typed, typed.replace("\"", "")));
        Path out = folder.resolve("out");
        Process bash = new ProcessBuilder("bash", file.toString())
                .redirectOutput(out.toFile())
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
                .redirectInput(new File("/dev/null"))
                .start();
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("err")).hasContent("");
        return Files.readString(out, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            muster us                         | user
            muster user ho                    | hold
            muster user list --sta            | --status
            muster user list --status su      | suspended
            muster user list --format ""      | table json csv
            muster user hold x blo            | blocked
            muster operator create --role man | manager
            muster completion z               | zsh
            """)
    void bashCompletes(String typed, String offered) throws Exception {
        assertThat(completed(typed)).isEqualTo(offered);
    }

    @Test
    void otherShellsAreToldApart() {
        new Cli()
                .run("completion", "fish")
                .complained(
                        2,
                        "muster completion: SHELL must be one of bash, zsh, not fish (see muster completion --help)");
    }
}
