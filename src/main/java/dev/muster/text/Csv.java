package dev.muster.text;

import java.util.List;

/// Formats comma-separated values (RFC 4180) that are safe to open in a spreadsheet. Each record is one line.
public final class Csv {
    /// The first characters that make spreadsheets treat a cell as a formula, including their full-width forms.
    private static final String FORMULA = "=+-@＝＋－＠\t\r\n";

    private Csv() {}

    /// Formats one record, without its line end.
    public static String line(List<String> cells) {
        return String.join(",", cells.stream().map(Csv::cell).toList());
    }

    /// Formats a cell. A value that a spreadsheet would treat as a formula is prefixed with an apostrophe, so that
    /// the spreadsheet shows its text instead. Control and invisible characters are replaced as in
    /// [PrintableText#line].
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
