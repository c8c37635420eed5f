package dev.muster.directory.chores;

import org.jspecify.annotations.Nullable;

/// A field of a row that differs from the journal.
///
/// @param subject what the row is about, such as `user:` and an id
/// @param journal what the journal says; null for nothing
/// @param row what the row says; null for nothing. Personal values are [#WITHHELD] in both
public record Difference(
        String subject,
        String field,
        @Nullable String journal,
        @Nullable String row) {
    /// Replaces a personal value.
    public static final String WITHHELD = "(withheld)";

    /// The field name used when a whole row, or the entry that created it, is missing.
    static final String ROW = "row";
}
