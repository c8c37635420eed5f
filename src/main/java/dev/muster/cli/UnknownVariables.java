package dev.muster.cli;

import dev.muster.cli.client.Profiles;
import dev.muster.config.Setting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds misspelt environment variables of Muster.
final class UnknownVariables {
    private static final String PREFIX = "MUSTER_";

    /// The variables that are not server settings.
    private static final List<String> OTHER_VARIABLES = List.of(
            "MUSTER_URL",
            "MUSTER_KEY",
            "MUSTER_KEY_FILE",
            "MUSTER_CA_FILE",
            Profiles.VARIABLE,
            "MUSTER_OPERATOR_PASSWORD",
            "MUSTER_OPERATOR_PASSWORD_FILE",
            SsoCommands.VARIABLE,
            SsoCommands.VARIABLE + "_FILE",
            TenantFileCommands.VARIABLE,
            TenantFileCommands.VARIABLE + "_FILE",
            TenantMoveCommand.VARIABLE,
            CellCommands.VARIABLE,
            "MUSTER_JAVA_OPTS");

    private UnknownVariables() {}

    /// A one-line warning about unknown variables; null if there are none.
    static @Nullable String complaint(Map<String, String> environment) {
        Set<String> known = new TreeSet<>(OTHER_VARIABLES);
        for (Setting setting : Setting.values()) {
            known.add(setting.variable());
            if (setting.fileVariable() != null) {
                known.add(setting.fileVariable());
            }
        }
        String line = environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .map(name -> complaint(name, known))
                .collect(Collectors.joining("; "));
        return line.isEmpty() ? null : line;
    }

    /// The warning about one variable. Names are compared without the common prefix, which would make all of them
    /// similar.
    private static String complaint(String name, Set<String> known) {
        List<String> ends =
                known.stream().map(each -> each.substring(PREFIX.length())).toList();
        String meant = Suggestions.to(name.substring(PREFIX.length()), ends);
        return name + " is not a variable of Muster and is ignored"
                + (meant == null ? "" : "; did you mean " + PREFIX + meant + "?");
    }
}
