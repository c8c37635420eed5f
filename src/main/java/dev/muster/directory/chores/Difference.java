package dev.muster.directory.chores;

import org.jspecify.annotations.Nullable;

/// A field of a row that is not what the journal says.
///
/// @param subject what the row is about, such as `user:` and an id
/// @param journal what the journal says; null for nothing
/// @param row what the row says; null for nothing. Values that tell of a person are [#WITHHELD] in both
public record Difference(
        String subject,
        String field,
        @Nullable String journal,
        @Nullable String row) {
    /// Stands for a value that tells of a person.
    public static final String WITHHELD = "(withheld)";

    /// The field's name where a whole row is missing, or there is no entry for it.
    static final String ROW = "row";
}
