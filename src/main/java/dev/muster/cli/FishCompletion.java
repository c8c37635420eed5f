package dev.muster.cli;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Generates a completion script for fish, which picocli does not support.
///
/// Each line of the script offers completions after certain commands:
/// `complete -c muster -n '__muster_in user hold' …`.
final class FishCompletion {
    private static final String FUNCTIONS = """
            # The words typed before the one that is completed, without the program.
            function __muster_words
                set -l words (commandline -opc)
                string match -v -- '-*' $words[2..]
            end

            # Whether exactly these commands are typed.
            function __muster_at
                set -l words (__muster_words)
                test "$words" = "$argv"
            end

            # Whether these commands are typed, with or without words after them.
            function __muster_in
                set -l words (__muster_words)
                test (count $words) -ge (count $argv); and test "$words[1..$(count $argv)]" = "$argv"
            end

            complete -c muster -f
            """;

    private final StringBuilder script = new StringBuilder(FUNCTIONS);

    private FishCompletion() {}

    /// Generates the script for a command line and all its subcommands.
    static String of(CommandLine line) {
        FishCompletion completion = new FishCompletion();
        completion.add(line, "");
        return completion.script.toString();
    }

    private void add(CommandLine line, String path) {
        CommandSpec spec = line.getCommandSpec();
        String at = "__muster_at" + path;
        line.getSubcommands().forEach((name, below) -> {
            String[] description = below.getCommandSpec().usageMessage().description();
            complete(at, "-a", quoted(name), first(description));
            add(below, path + " " + name);
        });
        String in = line.getSubcommands().isEmpty() ? "__muster_in" + path : at;
        for (OptionSpec option : spec.options()) {
            option(in, option);
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            List<String> values = values(parameter.completionCandidates());
            if (!values.isEmpty()) {
                complete(in, "-a", quoted(String.join(" ", values)), first(parameter.description()));
            }
        }
    }

    private void option(String condition, OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String name : option.names()) {
            names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        String value = "";
        if (option.arity().max() > 0) {
            List<String> values = values(option.completionCandidates());
            value = option.type() == File.class
                    ? " -r -F"
                    : values.isEmpty() ? " -x" : " -x -a " + quoted(String.join(" ", values));
        }
        complete(condition, names.substring(1) + value, "", first(option.description()));
    }

    private void complete(String condition, String what, String value, String description) {
        script.append("complete -c muster -n " + quoted(condition) + " " + what
                + (value.isEmpty() ? "" : " " + value)
                + (description.isEmpty() ? "" : " -d " + quoted(description))
                + "\n");
    }

    private static List<String> values(@Nullable Iterable<String> candidates) {
        List<String> values = new ArrayList<>();
        if (candidates != null) {
            candidates.forEach(values::add);
        }
        return values;
    }

    /// The first sentence of a description, without the period.
    private static String first(String... lines) {
        return Stream.of(lines)
                .findFirst()
                .map(line -> line.replaceFirst("[.:](\\s.*)?$", ""))
                .orElse("");
    }

    /// Quotes a string for fish.
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
