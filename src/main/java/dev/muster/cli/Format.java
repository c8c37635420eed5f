package dev.muster.cli;

import java.util.Locale;

/// How a command prints what it was asked for.
enum Format {
    /// Aligned, for people.
    TABLE,
    /// As the server said it.
    JSON,
    /// For spreadsheets; lists only.
    CSV;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
