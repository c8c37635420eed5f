package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.CommandBuilder.Definition;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.cli.shell.NativeText;
import dev.muster.cli.shell.Shell;
import dev.muster.cli.shell.StandardStream;
import dev.muster.config.ConfigurationException;
import dev.muster.text.PrintableText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// The entry point of the command line. It runs one command, and reports errors in one line.
public final class Commands {
    private static final int HELP_WIDTH = 110;
    private static final String NOT_DECODED =
            " is not UTF-8 text, or contains U+FFFD, which replaces characters that were lost";

    private static final String[] EXAMPLES = {
        "  muster serve --demo                 try it out, with data that is thrown away",
        "  muster serve                        serve from the folder data",
        "  muster user list --status suspended",
        "  muster user hold email:ann@example.org suspended --until 7d --reason chargeback",
        "  muster user hold --help             every command explains itself",
        "",
        "Commands ask the server at MUSTER_URL (default http://127.0.0.1:8080) with the key MUSTER_KEY, or those that",
        "muster login saved.",
        "Exit codes: 0 done, 1 refused, 2 usage error, 3 no server answers, 70 an internal error of Muster."
    };

    private final Shell shell;
    private final LocalTasks tasks;
    private final String version;

    /// @param version the text that `--version` prints
    public Commands(Shell shell, LocalTasks tasks, String version) {
        this.shell = shell;
        this.tasks = tasks;
        this.version = version;
    }

    /// Runs one command and returns the exit code.
    public int run(String... arguments) {
        CommandLine line = line(arguments.length == 0 ? "" : arguments[0]);
        try {
            String unreadable = unreadable(arguments);
            if (unreadable != null) {
                complain(line.getCommandSpec(), unreadable);
                return Exit.USAGE.code();
            }
            String unknown = UnknownVariables.complaint(shell.environment());
            if (unknown != null) {
                complain(line.getCommandSpec(), unknown);
            }
            int code = line.execute(arguments);
            line.getOut().flush();
            return written(last(line.getParseResult()).commandSpec(), code);
        } finally {
            line.getOut().flush();
            line.getErr().flush();
            shell.flush();
        }
    }

    /// The error for an argument or variable that could not be decoded; null if there is none. After such an error
    /// no command is run, since part of the input has been lost.
    private @Nullable String unreadable(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(NativeText.UNREADABLE) >= 0) {
                return "argument " + (i + 1) + NOT_DECODED;
            }
        }
        return shell.environment().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("MUSTER_")
                        && variable.getValue().indexOf(NativeText.UNREADABLE) >= 0)
                .map(variable -> variable.getKey() + NOT_DECODED)
                .sorted()
                .findFirst()
                .orElse(null);
    }

    /// The innermost parsed command.
    private static ParseResult last(ParseResult parsed) {
        return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
    }

    /// The final exit code of a command, which is not 0 if its output could not be written.
    private int written(CommandSpec command, int code) {
        String failure = StandardStream.failure(shell.out());
        if (failure == null) {
            return code;
        }
        if (!StandardStream.isBrokenPipe(shell.out()) && code == 0) {
            complain(command, "the output cannot be written: " + failure);
        }
        return code == 0 ? Exit.USAGE.code() : code;
    }

    /// All commands by name, in the order of the help.
    private Map<String, Supplier<CommandSpec>> commands() {
        Map<String, Supplier<CommandSpec>> commands = new LinkedHashMap<>();
        commands.put("serve", () -> LocalCommands.serve(tasks.serve()));
        commands.put("tenant", () -> TenantCommands.all(tasks.tenantFiles(), tasks.tenantMoves()));
        commands.put("key", KeyCommands::all);
        commands.put("operator", OperatorCommands::all);
        commands.put("sso", SsoCommands::all);
        commands.put("passkey-policy", PasskeyPolicyCommands::all);
        commands.put("user", UserCommands::all);
        commands.put("group", GroupCommands::all);
        commands.put("policy", PolicyCommands::all);
        commands.put("job", JobCommands::all);
        commands.put("approval", ApprovalCommands::all);
        commands.put("webhook", WebhookCommands::all);
        commands.put("journal", () -> JournalCommands.all(tasks.verifyFile()));
        commands.put("events", EventCommands::all);
        commands.put("whoami", ServerCommands::whoami);
        commands.put("status", ServerCommands::status);
        commands.put("login", ProfileCommands::login);
        commands.put("logout", ProfileCommands::logout);
        commands.put("profiles", ProfileCommands::profiles);
        commands.put("backup", BackupCommand::command);
        commands.put("migrate", () -> LocalCommands.migrate(tasks.migrate()));
        commands.put("doctor", () -> DoctorCommand.command(tasks.examine(), version));
        commands.put("master-key", () -> MasterKeyCommands.all(tasks.addMasterKey()));
        commands.put("cell", () -> CellCommands.all(tasks.cells()));
        commands.put("completion", () -> CompletionCommand.command(() -> line("")));
        return commands;
    }

    /// Builds the command line with only the named command, since building all of them takes as long as starting a
    /// server. If there is no such command, all commands are built.
    CommandLine line(String name) {
        Map<String, Supplier<CommandSpec>> all = commands();
        Collection<Supplier<CommandSpec>> wanted = all.containsKey(name) ? List.of(all.get(name)) : all.values();
        CommandSpec root = CommandBuilder.group(
                "muster",
                List.of("The register of who is in good standing."),
                wanted.stream().map(Supplier::get).toArray(CommandSpec[]::new));
        root.version(version)
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(ScopeType.INHERIT)
                        .description("Show this help and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print the version and exit.")
                        .build());
        root.usageMessage().footerHeading("%nExamples:%n").footer(EXAMPLES);
        return new CommandLine(root)
                .setOut(new PrintWriter(shell.out(), false, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(shell.err(), false, StandardCharsets.UTF_8))
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(36)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler((failure, _) -> usageError(failure));
    }

    /// Prints help, or runs the innermost command. Reports unknown commands itself, because picocli would print the
    /// parent's help.
    private int execute(ParseResult parsed) {
        ParseResult last = last(parsed);
        CommandSpec command = last.commandSpec();
        if (!last.unmatched().isEmpty()) {
            return usageError(new UnmatchedArgumentException(command.commandLine(), last.unmatched()));
        }
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        if (command.userObject() instanceof Definition(var inputs, var action)) {
            try {
                return action.run(new Invocation(shell, last, inputs));
            } catch (Exception e) {
                return failed(e, command);
            }
        }
        if (command.parent() == null) {
            command.commandLine().usage(command.commandLine().getOut());
            return 0;
        }
        String commands = String.join(", ", command.subcommands().keySet());
        return usageError(command, "a command is missing: " + commands);
    }

    private int usageError(ParameterException failure) {
        return usageError(failure.getCommandLine().getCommandSpec(), message(failure));
    }

    private int usageError(CommandSpec command, String message) {
        complain(command, message + " (see " + command.qualifiedName() + " --help)");
        return Exit.USAGE.code();
    }

    /// Converts picocli's error to a message of Muster, in one line.
    private static String message(ParameterException failure) {
        Set<String> commands = failure.getCommandLine().getSubcommands().keySet();
        String message = switch (failure) {
            case MissingParameterException missing
            when isWithoutValue(missing) -> label(missing.getMissing().getFirst()) + " needs a value";
            case MissingParameterException missing when commands.isEmpty() -> missing(missing.getMissing());
            case OverwrittenOptionException twice -> label(twice.getOverwritten()) + " is given twice";
            case UnmatchedArgumentException unknown -> unmatched(unknown, commands);
            default -> String.valueOf(failure.getMessage());
        };
        return message.replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String unmatched(UnmatchedArgumentException unknown, Set<String> commands) {
        String first = unknown.getUnmatched().getFirst();
        // Only the name of an option is shown, since its value may be a secret, and only the name of a command, without
        // its arguments.
        boolean option = first.startsWith("-") && first.length() > 1;
        String shown = option
                ? first.replaceFirst("=.*", "")
                : commands.isEmpty() ? String.join(" ", unknown.getUnmatched()) : first;
        Set<String> options =
                unknown.getCommandLine().getCommandSpec().optionsMap().keySet();
        boolean otherwise = List.of("-o", "--output").contains(first) && options.contains("--format");
        String meant = otherwise
                ? "--format"
                : options.contains("--" + first) && List.of("help", "version").contains(first)
                        ? "--" + first
                        : Suggestions.to(first, first.startsWith("-") ? options : commands);
        if (meant != null) {
            return "there is no " + shown + "; did you mean " + meant + "?";
        }
        if (!commands.isEmpty()) {
            return "there is no " + shown + "; there are " + String.join(", ", commands);
        }
        if (option) {
            return "there is no " + shown + " here";
        }
        return "one argument too many: " + shown
                + (options.contains("--q") ? "; to search, give --q" : "; put a value of several words in quotes");
    }

    private static String missing(List<ArgSpec> arguments) {
        String labels = arguments.stream().map(Commands::label).collect(Collectors.joining(" and "));
        return labels + (arguments.size() == 1 ? " is missing" : " are missing");
    }

    private static String label(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    /// Whether an option was given without its value. picocli throws the same exception for a missing option and
    /// for a missing value; only the text distinguishes them.
    private static boolean isWithoutValue(ParameterException failure) {
        return String.valueOf(failure.getMessage()).startsWith("Missing required parameter for option");
    }

    private int failed(Exception failure, CommandSpec command) {
        return switch (failure) {
            case CommandException ended
            when ended.isUsageError() -> usageError(command, String.valueOf(ended.getMessage()));
            case CommandException ended -> {
                complain(command, ended.getMessage());
                yield ended.exit().code();
            }
            case ConfigurationException wrong -> usageError(command, String.valueOf(wrong.getMessage()));
            default -> {
                complain(command, "an internal error of Muster, please report it: " + failure);
                failure.printStackTrace(shell.err());
                yield Exit.BUG.code();
            }
        };
    }

    private void complain(CommandSpec command, @Nullable String message) {
        shell.out().flush();
        shell.err().println(command.qualifiedName() + ": " + PrintableText.line(String.valueOf(message)));
    }
}
