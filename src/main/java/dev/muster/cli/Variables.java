package dev.muster.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// The environment variables that mean something to Muster.
final class Variables {
    private static final String PREFIX = "MUSTER_";

    /// Those that are no option of `serve` or `migrate` written otherwise.
    private static final List<String> OTHERS = List.of(
            "MUSTER_URL",
            "MUSTER_KEY",
            "MUSTER_KEY_FILE",
            "MUSTER_CA_FILE",
            Profiles.VARIABLE,
            "MUSTER_OPERATOR_PASSWORD",
            "MUSTER_OPERATOR_PASSWORD_FILE",
            "MUSTER_ROOT_KEY",
            "MUSTER_ROOT_KEY_FILE",
            "MUSTER_DATABASE_FILE",
            "MUSTER_POSTGRES_READERS_FILE",
            "MUSTER_JAVA_OPTS");

    private Variables() {}

    /// What of the environment looks meant for Muster and is not known to it, as one line; null when there is nothing.
    ///
    /// @param serve the command whose options all have a variable; asked for only if need be
    static @Nullable String complaint(Map<String, String> environment, Supplier<CommandSpec> serve) {
        Set<String> names = new TreeSet<>(environment.keySet());
        names.removeIf(name -> !name.startsWith(PREFIX) || OTHERS.contains(name));
        if (names.isEmpty()) {
            return null;
        }
        Set<String> known = new TreeSet<>(OTHERS);
        serve.get().options().forEach(option -> known.add(variable(option.longestName())));
        StringBuilder line = new StringBuilder();
        for (String name : names) {
            if (!known.contains(name)) {
                String meant = nearest(name, known);
                line.append(line.isEmpty() ? "" : "; ")
                        .append(name)
                        .append(" is no variable of Muster's and is ignored")
                        .append(meant == null ? "" : "; did you mean " + meant + "?");
            }
        }
        return line.isEmpty() ? null : line.toString();
    }

    /// Compared without what all of them begin with, which would make any two alike.
    private static @Nullable String nearest(String name, Set<String> known) {
        List<String> ends =
                known.stream().map(each -> each.substring(PREFIX.length())).toList();
        String meant = Nearest.to(name.substring(PREFIX.length()), ends);
        return meant == null ? null : PREFIX + meant;
    }

    private static String variable(String option) {
        return PREFIX + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
