package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import java.util.List;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Defines `muster completion`, which prints a completion script for a shell.
final class CompletionCommand {
    private static final String FISH = "fish";

    private static final Input SHELL =
            Input.parameter("SHELL", "bash, zsh or fish.").oneOf(List.of("bash", "zsh", FISH));

    private CompletionCommand() {}

    /// @param commands a supplier that builds the command line with all commands
    static CommandSpec command(Supplier<CommandLine> commands) {
        return CommandBuilder.local("completion")
                .help("Print a script that completes commands, options and their values in bash, zsh or fish.")
                .examples(
                        "source <(muster completion bash)     in ~/.bashrc",
                        "source <(muster completion zsh)      in ~/.zshrc",
                        "muster completion fish | source      in ~/.config/fish/config.fish",
                        "muster completion bash >/etc/bash_completion.d/muster")
                .with(SHELL)
                .runs(in -> {
                    // zsh can use bash's script, since it emulates bash's completion.
                    CommandLine line = commands.get();
                    in.shell()
                            .out()
                            .print(
                                    in.word(SHELL).equals(FISH)
                                            ? FishCompletion.of(line)
                                            : AutoComplete.bash("muster", line));
                    return 0;
                });
    }
}
