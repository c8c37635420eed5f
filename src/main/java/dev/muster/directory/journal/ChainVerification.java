package dev.muster.directory.journal;

import org.jspecify.annotations.Nullable;

/// The result of verifying a chain.
///
/// @param firstBad the number of the first invalid entry; null if all entries are valid
/// @param reason a sentence that says why that entry is invalid; null if all entries are valid
public record ChainVerification(
        boolean valid,
        long entries,
        String head,
        @Nullable Long firstBad,
        @Nullable String reason) {
    /// Returns this result with another reason.
    public ChainVerification because(String other) {
        return new ChainVerification(valid, entries, head, firstBad, other);
    }
}
