package dev.muster.cli.output;

import dev.muster.text.PrintableText;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Prints the fields of one object, one per line under a title, without truncation.
public final class Details {
    private static final int GAP = 2;

    private final Printer printer;
    private final JsonNode thing;
    private final List<String[]> rows = new ArrayList<>();

    /// @param title the kind of object, such as `USER`
    /// @param name the object's name
    /// @param thing the object whose fields the other methods add
    public Details(Printer printer, String title, String name, JsonNode thing) {
        this.printer = printer;
        this.thing = thing;
        rows.add(new String[] {title, name});
    }

    /// Adds a row unless the value is empty.
    public Details row(String name, String value) {
        if (!value.isEmpty()) {
            rows.add(new String[] {name, value});
        }
        return this;
    }

    /// Adds fields under their own names, except empty ones.
    public Details fields(String... names) {
        for (String name : names) {
            row(name, JsonText.of(thing, name));
        }
        return this;
    }

    /// Adds an instant under a shortened name: `createdAt` as `created`.
    public Details time(String field) {
        return row(field.replaceFirst("At$", ""), printer.time(JsonText.of(thing, field)));
    }

    public Details emptyLine() {
        rows.add(new String[] {"", ""});
        return this;
    }

    public void print() {
        int width = rows.stream()
                .mapToInt(row -> PrintableText.width(PrintableText.line(row[0])))
                .max()
                .orElse(0);
        for (int i = 0; i < rows.size(); i++) {
            Printer.Colour colour = i == 0 ? Printer.Colour.BOLD : null;
            String name = PrintableText.line(rows.get(i)[0]);
            String value = PrintableText.line(rows.get(i)[1]);
            String gap = value.isEmpty() ? "" : " ".repeat(width - PrintableText.width(name) + GAP);
            printer.println(printer.paint(colour, name) + gap + printer.paint(colour, value));
        }
    }
}
