package dev.muster.cli.output;

import java.util.Locale;

/// The format in which a command prints a response.
public enum OutputFormat {
    /// Aligned text for people.
    TABLE,
    /// The JSON as sent by the server.
    JSON,
    /// CSV for spreadsheets, only for lists and for commands that take a REF.
    CSV;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
