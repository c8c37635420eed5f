package dev.muster.cli.output;

import java.util.Locale;

/// The form in which a command prints an answer.
public enum OutputFormat {
    /// Aligned, for people.
    TABLE,
    /// As the server sent it.
    JSON,
    /// For spreadsheets; lists only.
    CSV;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
