package dev.muster.cli.output;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// One column of a table.
///
/// @param title its title for people
/// @param field its name in CSV, that of the field in the API if there is one
/// @param importance 0 for a column that is always shown. On a terminal that is too narrow, those with the highest
///     number are left out first
/// @param cell the text of the cell, from the JSON object of a row
public record Column(String title, String field, Kind kind, int importance, Function<JsonNode, String> cell) {
    /// The type of the cells.
    public enum Kind {
        /// Ids, names to copy, numbers: shown whole or not at all.
        EXACT,
        /// Text that may be cut at its end if a terminal is too narrow.
        TEXT,
        /// Instants as the API writes them.
        TIME,
        /// Words with colours.
        STATUS
    }

    private static Column of(Kind kind, String title, String field) {
        return new Column(title, field, kind, 0, node -> JsonText.of(node, field));
    }

    public static Column exact(String title, String field) {
        return of(Kind.EXACT, title, field);
    }

    public static Column text(String title, String field) {
        return of(Kind.TEXT, title, field);
    }

    /// A column of instants.
    ///
    /// @param title without the zone, which the table adds
    public static Column time(String title, String field) {
        return of(Kind.TIME, title, field);
    }

    public static Column status(String title, String field) {
        return of(Kind.STATUS, title, field);
    }

    /// The same column with cells other than the field of its name.
    public Column from(Function<JsonNode, String> other) {
        return new Column(title, field, kind, importance, other);
    }

    /// The same column with cells from the object in that field.
    public Column in(String object) {
        return from(node -> JsonText.of(node.path(object), field));
    }

    /// The same column, left out if a terminal is too narrow.
    public Column leftOut(int first) {
        return new Column(title, field, kind, first, cell);
    }
}
