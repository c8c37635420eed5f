package dev.muster.cli;

import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {"Print a script that completes commands, options and their values in bash, zsh or fish.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(muster completion bash)     in ~/.bashrc",
            "  source <(muster completion zsh)      in ~/.zshrc",
            "  muster completion fish | source      in ~/.config/fish/config.fish",
            "  muster completion bash >/etc/bash_completion.d/muster"
        })
final class CompletionCommand implements Callable<Integer> {
    private static final String BASH = "bash";
    private static final String ZSH = "zsh";
    private static final String FISH = "fish";
    private static final List<String> SHELLS = List.of(BASH, ZSH, FISH);

    /// What can be typed where help shows a name for a value.
    private static final Map<String, List<String>> VALUES = Map.ofEntries(
            Map.entry("STATUS", words(Status.values(), Status::word)),
            Map.entry("KIND", words(HoldKind.values(), HoldKind::word)),
            Map.entry("TAG", words(Tag.values(), Tag::name)),
            Map.entry("RANK", words(Rank.values(), Rank::name)),
            Map.entry("ROLE", words(Role.values(), Role::word)),
            Map.entry("SCOPE", words(Scope.values(), Scope::word)),
            Map.entry("FORMAT", words(Format.values(), Format::word)),
            Map.entry("OUTCOME", words(Outcome.values(), Outcome::word)),
            Map.entry("SHELL", SHELLS),
            Map.entry("STATE", List.of("open", "done")),
            Map.entry("ENVIRONMENT", words(Environment.values(), Environment::word)),
            Map.entry("ENV", words(Environment.values(), Environment::word)));

    private static final Set<String> FILES = Set.of("FILE", "FOLDER");

    private final Shell shell;
    private final Supplier<CommandLine> commands;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    String named = "";

    /// @param commands makes the command line with all its commands
    CompletionCommand(Shell shell, Supplier<CommandLine> commands) {
        this.shell = shell;
        this.commands = commands;
    }

    /// bash and zsh read the same script: zsh by its emulation of bash's completion.
    @Override
    public Integer call() {
        if (!SHELLS.contains(named)) {
            throw CommandException.usage("SHELL must be one of " + String.join(", ", SHELLS) + ", not " + named);
        }
        CommandLine line = commands.get();
        addValues(line);
        shell.out().print(named.equals(FISH) ? FishCompletion.of(line) : AutoComplete.bash("muster", line));
        return 0;
    }

    private static <T> List<String> words(T[] all, Function<T, String> word) {
        return Arrays.stream(all).map(word).toList();
    }

    /// Tells picocli what can be typed. The type of an option cannot be changed, so one for a file is made anew.
    private static void addValues(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        for (OptionSpec option : List.copyOf(spec.options())) {
            List<String> values = values(option.paramLabel());
            if (values != null) {
                spec.remove(option);
                spec.add(option.toBuilder().completionCandidates(values).build());
            } else if (isFile(option)) {
                spec.remove(option);
                spec.add(OptionSpec.builder(option.names())
                        .type(File.class)
                        .paramLabel(option.paramLabel())
                        .description(option.description())
                        .build());
            }
        }
        for (PositionalParamSpec parameter : List.copyOf(spec.positionalParameters())) {
            List<String> values = values(parameter.paramLabel());
            if (values != null) {
                spec.remove(parameter);
                spec.add(parameter.toBuilder().completionCandidates(values).build());
            }
        }
        List.copyOf(line.getSubcommands().values()).forEach(CompletionCommand::addValues);
    }

    /// Whether files and folders are completed.
    static boolean isFile(ArgSpec argument) {
        return argument.arity().max() > 0 && FILES.contains(argument.paramLabel());
    }

    private static @Nullable List<String> values(@Nullable String label) {
        return label == null ? null : VALUES.get(label);
    }
}
