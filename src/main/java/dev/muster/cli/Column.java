package dev.muster.cli;

/// One column of a table.
///
/// @param title what stands above it for people
/// @param field its name in CSV, that of the field in the API where there is one
/// @param importance 0 for a column that is always shown; of the others those with the highest number are left out
///     first where a terminal is too narrow
record Column(String title, String field, Kind kind, int importance) {
    /// What the cells hold.
    enum Kind {
        /// Ids, names to copy, numbers: shown whole or not at all.
        EXACT,
        /// Text that may be cut at its end where a terminal is too narrow.
        TEXT,
        /// Instants of the wire.
        TIME,
        /// Words with colours.
        STATUS
    }

    static Column exact(String title, String field) {
        return new Column(title, field, Kind.EXACT, 0);
    }

    static Column text(String title, String field) {
        return new Column(title, field, Kind.TEXT, 0);
    }

    /// @param title without the zone, which the table adds
    static Column time(String title, String field) {
        return new Column(title, field, Kind.TIME, 0);
    }

    static Column status(String title, String field) {
        return new Column(title, field, Kind.STATUS, 0);
    }

    /// The same column, left out where a terminal is too narrow.
    Column leftOut(int first) {
        return new Column(title, field, kind, first);
    }
}
