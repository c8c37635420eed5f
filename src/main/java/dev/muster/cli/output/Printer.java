package dev.muster.cli.output;

import dev.muster.model.value.Timestamps;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The destination and style of a command's output.
///
/// @param columns the maximum width of tables; 0 for no limit
/// @param colours whether to use colours
/// @param zone the time zone in which times are shown; null for UTC
public record Printer(
        PrintStream out,
        OutputFormat format,
        int columns,
        boolean colours,
        @Nullable ZoneId zone) {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    /// The format of local times. Every time includes the offset, since an hour occurs twice when clocks are set
    /// back.
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx");

    /// Colours, with their ANSI codes.
    public enum Colour {
        BOLD("1"),
        RED("31"),
        GREEN("32"),
        YELLOW("33"),
        MAGENTA("35");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    public void println(String line) {
        out.println(line);
    }

    /// Returns the text that `printing` prints.
    public String text(Consumer<Printer> printing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream into = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        printing.accept(new Printer(into, format, columns, colours, zone));
        into.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// Formats an instant for a sentence, with its zone: `2026-11-21 17:01:02 UTC`, or `2026-11-21 18:01:02
    /// +01:00`.
    ///
    /// @param wire an instant in the API's format; any other text is returned unchanged
    public String time(String wire) {
        Instant at = wire.isEmpty() ? null : Timestamps.parse(wire);
        return at == null ? wire : zone == null ? cell(at) + " UTC" : cell(at);
    }

    /// Like [#time], but without `UTC`, which is in the column's title; see [#timeTitle].
    String timeCell(String wire) {
        Instant at = wire.isEmpty() ? null : Timestamps.parse(wire);
        return at == null ? wire : cell(at);
    }

    private String cell(Instant at) {
        Instant second = at.truncatedTo(ChronoUnit.SECONDS);
        return zone == null ? UTC.format(second) : LOCAL.format(second.atZone(zone));
    }

    /// The title of a time column, with `(UTC)` unless each time has an offset.
    String timeTitle(String title) {
        return zone == null ? title + " (UTC)" : title;
    }

    /// Colours a string if this printer uses colours.
    public String paint(@Nullable Colour colour, String text) {
        return !colours || colour == null || text.isEmpty() ? text : "\u001b[" + colour.code + "m" + text + "\u001b[0m";
    }

    /// The colour of a status, an outcome or a kind of hold; null if it has none.
    public static @Nullable Colour colourOf(String word) {
        return switch (word) {
            case "active", "ok", "passed" -> Colour.GREEN;
            case "suspended", "deactivated", "provisional" -> Colour.YELLOW;
            case "fraud" -> Colour.MAGENTA;
            case "blocked", "barred", "refused", "failed" -> Colour.RED;
            default -> null;
        };
    }
}
