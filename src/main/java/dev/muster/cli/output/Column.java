package dev.muster.cli.output;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// One column of a table.
///
/// @param title the title for people
/// @param field the name in CSV, which is usually the name of the API field
/// @param importance 0 if the column is always shown. On a narrow terminal, columns with the highest number are omitted
///     first
/// @param cell a function that extracts the cell's text from a row's JSON object
public record Column(String title, String field, Kind kind, int importance, Function<JsonNode, String> cell) {
    /// The type of the cells.
    public enum Kind {
        /// Ids, names to copy, and numbers, which are never truncated.
        EXACT,
        /// Text that may be truncated on a narrow terminal.
        TEXT,
        /// Instants in the API's format.
        TIME,
        /// Coloured words.
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

    /// Creates a column of instants.
    ///
    /// @param title the title without the zone, which the table adds
    public static Column time(String title, String field) {
        return of(Kind.TIME, title, field);
    }

    public static Column status(String title, String field) {
        return of(Kind.STATUS, title, field);
    }

    /// Returns a copy with other cells.
    public Column from(Function<JsonNode, String> other) {
        return new Column(title, field, kind, importance, other);
    }

    /// Returns a copy whose cells come from a nested object.
    public Column in(String object) {
        return from(node -> JsonText.of(node.path(object), field));
    }

    /// Returns a copy that is omitted on a narrow terminal.
    public Column leftOut(int first) {
        return new Column(title, field, kind, first, cell);
    }
}
