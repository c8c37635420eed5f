package dev.muster.directory.chores;

import org.jspecify.annotations.Nullable;

/// A field of a row that differs from the journal.
///
/// @param subject the subject of the row, such as `user:` and an id
/// @param journal the value according to the journal; null if it has none
/// @param row the value in the row; null if it has none. Personal values are [#WITHHELD] in both
public record Difference(
        String subject,
        String field,
        @Nullable String journal,
        @Nullable String row) {
    /// Shown in place of a personal value.
    public static final String WITHHELD = "(withheld)";

    /// The field name used when a whole row, or the entry that created it, is missing.
    static final String ROW = "row";
}
