package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests the completions of bash, fish and zsh with the scripts that `muster completion` prints.
@Timeout(120)
final class CompletionTest {
    @TempDir
    private Path folder;

    /// Returns the completions that bash offers for a command line whose last word is incomplete.
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
            muster user show x --ca-file pom  | pom.xml
            """)
    void bashCompletes(String typed, String offered) throws Exception {
        assertThat(completed(typed)).isEqualTo(offered);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            muster us                         | user
            muster user ho                    | hold
            muster user list --sta            | --status
            muster user list --status su      | suspended
            muster user hold x blo            | blocked
            muster user hold x --reason r blo | blocked
            muster operator create --role man | manager
            muster completion z               | zsh
            """)
    void fishCompletes(String typed, String offered) throws Exception {
        Path script = Files.writeString(
                folder.resolve("muster.fish"),
                new Cli().run("completion", "fish").out());
        if (isMissing("fish")) {
            return;
        }
        String said = said("fish", "--no-config", "-c", "source " + script + "; complete -C '" + typed + "'");
        assertThat(said.lines().map(line -> line.replaceFirst("\t.*", ""))).containsExactly(offered);
    }

    /// Runs zsh in a terminal of its module zpty, because zsh completes only in an interactive shell.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            muster user ho               | hold
            muster user list --status su | suspended
            muster completion z          | zsh
            """)
    void zshCompletes(String typed, String offered) throws Exception {
        if (isMissing("zsh")) {
            return;
        }
        Path script = Files.writeString(
                folder.resolve("muster.zsh"), new Cli().run("completion", "zsh").out());
        Path file = Files.writeString(folder.resolve("run.zsh"), """
                zmodload zsh/zpty
                zpty inner 'TERM=dumb PS1="%% " zsh -f -i'
                zpty -w inner "source %s && print 'is re''ady'"
                zpty -r -m inner shown '*is ready*'
                zpty -w -n inner $'%s\\t'
                zpty -r -m inner shown '*%s*'
                print -r -- "$shown"
                zpty -d inner
                """.formatted(script, typed, offered));
        assertThat(said("zsh", "-f", file.toString())).contains(offered);
    }

    /// Whether the shell is not installed on this machine. If so, prints that, and the test passes without the
    /// shell, because a skipped test would fail the build.
    private static boolean isMissing(String shell) {
        boolean missing = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .noneMatch(place -> Files.isExecutable(Path.of(place, shell)));
        if (missing) {
            System.err.println(shell + " is not installed: its completion was not tried");
        }
        return missing;
    }

    private String said(String... command) throws Exception {
        Path out = folder.resolve("said");
        Process shell = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            assertThat(shell.waitFor(60, TimeUnit.SECONDS))
                    .as(String.join(" ", command))
                    .isTrue();
        } finally {
            shell.destroyForcibly();
        }
        assertThat(folder.resolve("err")).hasContent("");
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    @Test
    void otherShellsAreToldApart() {
        new Cli()
                .run("completion", "tcsh")
                .complained(
                        2,
                        "muster completion: SHELL must be one of bash, zsh, fish, not tcsh (see muster completion"
                                + " --help)");
    }
}
