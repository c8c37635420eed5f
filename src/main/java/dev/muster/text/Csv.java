package dev.muster.text;

import java.util.List;

/// Comma-separated values (RFC 4180), each record on one line, safe to open in a spreadsheet.
public final class Csv {
    /// First characters that make spreadsheets treat a cell as a formula, including their full-width forms.
    private static final String FORMULA = "=+-@＝＋－＠\t\r\n";

    private Csv() {}

    /// One record without its line end.
    public static String line(List<String> cells) {
        return String.join(",", cells.stream().map(Csv::cell).toList());
    }

    /// Formats a cell. A value that a spreadsheet would treat as a formula is prefixed with an apostrophe, so
    /// that it is shown instead. Control and invisible characters are replaced as by [PrintableText#line].
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
