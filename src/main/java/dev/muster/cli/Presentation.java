package dev.muster.cli;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options for how a command prints what it was asked for.
final class Presentation {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            order = 103,
            description = "table, json or csv; default: table. csv is for lists, and for commands that take a REF.")
    @Nullable
    String format;

    @Option(names = "--json", order = 103, description = "The same as --format json: what the server said.")
    boolean json;

    @Option(names = "--wide", order = 104, description = "Leave nothing out of tables, however narrow the terminal.")
    boolean wide;

    @Option(names = "--local", order = 105, description = "Show times in this machine's time zone rather than in UTC.")
    boolean local;

    private @Nullable Format checked;

    Format format() {
        if (checked == null) {
            checked = check();
        }
        return checked;
    }

    private Format check() {
        String word = Words.of("--format", format, Format.values(), Format::word);
        Format named = Arrays.stream(Format.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(null);
        if (json && named != null && named != Format.JSON) {
            throw CommandException.usage("--json and --format " + word + " exclude each other");
        }
        return named != null ? named : json ? Format.JSON : Format.TABLE;
    }

    /// Colours and widths are for terminals only. `NO_COLOR` and `TERM=dumb` ask for none.
    Display display(Shell shell) {
        Screen screen = format() == Format.TABLE ? shell.screen().get() : Screen.NONE;
        boolean colours = screen.isTerminal()
                && shell.environment().getOrDefault("NO_COLOR", "").isEmpty()
                && !shell.environment().getOrDefault("TERM", "").equals("dumb");
        return new Display(shell.out(), format(), wide ? 0 : screen.columns(), colours, local ? zone(shell) : null);
    }

    private static ZoneId zone(Shell shell) {
        String named = shell.environment().getOrDefault("TZ", "");
        try {
            return named.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(named);
        } catch (DateTimeException e) {
            // TZ has other forms too, which Java read at its start.
            return ZoneId.systemDefault();
        }
    }
}
