package dev.muster.cli.output;

import java.util.List;

/// Comma-separated values as RFC 4180 has them, each record on one line, safe to open in a spreadsheet.
final class Csv {
    /// First characters that make spreadsheets take a cell for a formula, also in their full-width forms.
    private static final String FORMULA = "=+-@＝＋－＠\t\r\n";

    private Csv() {}

    /// One record without its line end.
    static String line(List<String> cells) {
        return String.join(",", cells.stream().map(Csv::cell).toList());
    }

    /// A text that a spreadsheet would take for a formula gets an apostrophe in front, so that it is shown instead.
    /// Control and invisible characters are replaced as in tables.
    static String cell(String text) {
        String shown = PrintableText.line(text);
        String stripped = shown.strip();
        boolean computed = !stripped.isEmpty() && FORMULA.indexOf(stripped.charAt(0)) >= 0;
        String safe = computed || (!text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0) ? "'" + shown : shown;
        boolean quoted = safe.indexOf(',') >= 0
                || safe.indexOf('"') >= 0
                || safe.indexOf(';') >= 0
                || !safe.equals(safe.strip());
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
