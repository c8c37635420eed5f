package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import dev.muster.config.Misconfigured;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// All commands, ready to be given arguments.
public final class Commands {
    private static final int HELP_WIDTH = 110;
    private static final String NOT_TEXT = " is not UTF-8 text, or holds U+FFFD, which stands for text that was lost";

    /// In order of their importance.
    private static final List<Class<?>> ALL = List.of(
            ServeCommand.class,
            TenantCommands.class,
            KeyCommands.class,
            OperatorCommands.class,
            UserCommands.class,
            GroupCommands.class,
            PolicyCommands.class,
            JobCommands.class,
            JournalCommands.class,
            WhoamiCommand.class,
            StatusCommand.class,
            LoginCommand.class,
            LogoutCommand.class,
            ProfilesCommand.class,
            BackupCommand.class,
            MigrateCommand.class,
            MasterKeyCommands.class,
            CompletionCommand.class);

    private final Shell shell;
    private final Functions functions;
    private final String version;

    /// @param version what `--version` prints
    public Commands(Shell shell, Functions functions, String version) {
        this.shell = shell;
        this.functions = functions;
        this.version = version;
    }

    /// Carries out one command and gives the exit code.
    public int run(String... arguments) {
        CommandLine line = line(arguments.length == 0 ? ALL : named(arguments[0]));
        try {
            String unreadable = unreadable(arguments);
            if (unreadable != null) {
                complain(line.getCommandSpec(), unreadable);
                return Exit.USAGE.code();
            }
            String unknown = Variables.complaint(
                    shell.environment(),
                    () -> CommandSpec.forAnnotatedObject(new ServeCommand(shell, functions.serve())));
            if (unknown != null) {
                complain(line.getCommandSpec(), unknown);
            }
            int code = line.execute(arguments);
            line.getOut().flush();
            return written(named(line.getParseResult()), code);
        } finally {
            line.getOut().flush();
            line.getErr().flush();
            shell.flush();
        }
    }

    /// What in the arguments or Muster's variables is not text; null when all is. Nothing is sent then, since what
    /// was typed is lost already.
    private @Nullable String unreadable(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(NativeText.UNREADABLE) >= 0) {
                return "argument " + (i + 1) + NOT_TEXT;
            }
        }
        return shell.environment().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("MUSTER_")
                        && variable.getValue().indexOf(NativeText.UNREADABLE) >= 0)
                .map(variable -> variable.getKey() + NOT_TEXT)
                .sorted()
                .findFirst()
                .orElse(null);
    }

    /// The command that was meant, however many there are above it.
    private static CommandSpec named(ParseResult parsed) {
        return parsed.hasSubcommand() ? named(parsed.subcommand()) : parsed.commandSpec();
    }

    /// The exit code of a command that ended with `code`: not 0 when what it printed could not be written.
    private int written(CommandSpec command, int code) {
        String failure = Output.failure(shell.out());
        if (failure == null) {
            return code;
        }
        if (!Output.isBrokenPipe(shell.out()) && code == 0) {
            complain(command, "the output cannot be written: " + failure);
        }
        return code == 0 ? Exit.USAGE.code() : code;
    }

    /// With all commands.
    CommandLine line() {
        return line(ALL);
    }

    /// The command of this name alone, since to describe all of them to picocli takes longer than to start a server.
    /// Where none has that name, all of them, to choose from.
    private static List<Class<?>> named(String name) {
        for (Class<?> type : ALL) {
            if (type.getAnnotation(Command.class).name().equals(name)) {
                return List.of(type);
            }
        }
        return ALL;
    }

    private CommandLine line(List<Class<?>> commands) {
        IFactory factory = this::make;
        CommandLine line = new CommandLine(Muster.class, factory);
        commands.forEach(type -> line.addSubcommand(new CommandLine(type, factory)));
        line.setOut(new PrintWriter(shell.out(), false, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(shell.err(), false, StandardCharsets.UTF_8))
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(36)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionStrategy(this::unlessUnmatched)
                .setParameterExceptionHandler((failure, _) -> misunderstood(failure))
                .setExecutionExceptionHandler((failure, command, _) -> failed(failure, command));
        line.getCommandSpec().version(version);
        inOrderOfTheirImportance(line);
        return line;
    }

    private static void inOrderOfTheirImportance(CommandLine command) {
        command.getCommandSpec().usageMessage().sortOptions(false);
        command.getSubcommands().values().forEach(Commands::inOrderOfTheirImportance);
    }

    /// What a command needs is given to its constructor.
    private <K> K make(Class<K> type) throws Exception {
        Object made = made(type);
        return made == null ? CommandLine.defaultFactory().create(type) : type.cast(made);
    }

    private @Nullable Object made(Class<?> type) {
        if (type == ServeCommand.class) {
            return new ServeCommand(shell, functions.serve());
        } else if (type == MigrateCommand.class) {
            return new MigrateCommand(shell, functions.migrate());
        } else if (type == JournalCommands.class) {
            return new JournalCommands(shell, functions.verifyFile());
        } else if (type == UserCommands.class) {
            return new UserCommands(shell);
        } else if (type == KeyCommands.class) {
            return new KeyCommands(shell);
        } else if (type == OperatorCommands.class) {
            return new OperatorCommands(shell);
        } else if (type == BackupCommand.class) {
            return new BackupCommand(new Remote(shell));
        } else if (type == WhoamiCommand.class) {
            return new WhoamiCommand(new Remote(shell));
        } else if (type == StatusCommand.class) {
            return new StatusCommand(new Remote(shell));
        } else if (type == LoginCommand.class) {
            return new LoginCommand(shell);
        } else if (type == LogoutCommand.class) {
            return new LogoutCommand(shell);
        } else if (type == ProfilesCommand.class) {
            return new ProfilesCommand(shell);
        } else if (type == CompletionCommand.class) {
            return new CompletionCommand(shell, this::line);
        } else if (type == Remote.class) {
            return new Remote(shell);
        } else if (type == AboutUser.class) {
            return new AboutUser(shell);
        } else if (type == UserChange.class) {
            return new UserChange(shell);
        }
        return null;
    }

    private int misunderstood(ParameterException failure) {
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        complain(command, message(failure) + " (see " + command.qualifiedName() + " --help)");
        return Exit.USAGE.code();
    }

    /// picocli's words, as one line.
    private static String message(ParameterException failure) {
        Set<String> commands = failure.getCommandLine().getSubcommands().keySet();
        String message = switch (failure) {
            case MissingParameterException missing
            when isWithoutValue(missing) -> label(missing.getMissing().getFirst()) + " needs a value";
            case MissingParameterException missing when commands.isEmpty() -> missing(missing.getMissing());
            case OverwrittenOptionException twice -> label(twice.getOverwritten()) + " is given twice";
            case UnmatchedArgumentException unknown -> unmatched(unknown, commands);
            default ->
                isNoCommandGiven(failure)
                        ? "a command is missing: " + String.join(", ", commands)
                        : String.valueOf(failure.getMessage());
        };
        return message.replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String unmatched(UnmatchedArgumentException unknown, Set<String> commands) {
        String first = unknown.getUnmatched().getFirst();
        // Of an option its name alone: what follows is its value, and may be a secret. Of a command, too: what follows
        // would have been its arguments.
        boolean option = first.startsWith("-") && first.length() > 1;
        String typed = option
                ? first.replaceFirst("=.*", "")
                : commands.isEmpty() ? String.join(" ", unknown.getUnmatched()) : first;
        Set<String> options =
                unknown.getCommandLine().getCommandSpec().optionsMap().keySet();
        boolean otherwise = List.of("-o", "--output").contains(first) && options.contains("--format");
        String meant = otherwise
                ? "--format"
                : options.contains("--" + first) && List.of("help", "version").contains(first)
                        ? "--" + first
                        : Nearest.to(first, first.startsWith("-") ? options : commands);
        if (meant != null) {
            return "there is no " + typed + "; did you mean " + meant + "?";
        }
        if (!commands.isEmpty()) {
            return "there is no " + typed + "; there are " + String.join(", ", commands);
        }
        if (option) {
            return "there is no " + typed + " here";
        }
        return "one argument too many: " + typed
                + (options.contains("--q") ? "; to search, give --q" : "; a value of several words goes in quotes");
    }

    /// Help is given for a command that there is: picocli gives that of the command above for one that there is not.
    private int unlessUnmatched(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.unmatched().isEmpty()) {
            return new CommandLine.RunLast().execute(parsed);
        }
        return misunderstood(new UnmatchedArgumentException(last.commandSpec().commandLine(), last.unmatched()));
    }

    private static String missing(List<ArgSpec> arguments) {
        String labels = arguments.stream().map(Commands::label).collect(Collectors.joining(" and "));
        return labels + (arguments.size() == 1 ? " is missing" : " are missing");
    }

    private static String label(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    /// picocli has one exception for an option that is not there and for one that ends the line, and tells them apart
    /// in words only.
    private static boolean isWithoutValue(ParameterException failure) {
        return String.valueOf(failure.getMessage()).startsWith("Missing required parameter for option");
    }

    private static boolean isNoCommandGiven(ParameterException failure) {
        return "Missing required subcommand".equals(failure.getMessage());
    }

    private int failed(Exception failure, CommandLine commandLine) {
        CommandSpec command = commandLine.getCommandSpec();
        return switch (failure) {
            case ParameterException wrong -> misunderstood(wrong);
            case CommandException ended -> {
                String hint = ended.isMisunderstood() ? " (see " + command.qualifiedName() + " --help)" : "";
                complain(command, ended.getMessage() + hint);
                yield ended.exit().code();
            }
            case Misconfigured wrong -> {
                complain(command, wrong.getMessage() + " (see " + command.qualifiedName() + " --help)");
                yield Exit.USAGE.code();
            }
            default -> {
                complain(command, "a fault of Muster's own, please report it: " + failure);
                failure.printStackTrace(shell.err());
                yield Exit.BUG.code();
            }
        };
    }

    private void complain(CommandSpec command, @Nullable String message) {
        shell.out().flush();
        shell.err().println(command.qualifiedName() + ": " + Text.line(String.valueOf(message)));
    }
}
