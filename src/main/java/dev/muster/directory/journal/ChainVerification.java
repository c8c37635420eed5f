package dev.muster.directory.journal;

import org.jspecify.annotations.Nullable;

/// The result of verifying a chain.
///
/// @param firstBad the first entry that does not fit; null if all do
/// @param reason why it does not fit, as a sentence; null if all do
public record ChainVerification(
        boolean valid,
        long entries,
        String head,
        @Nullable Long firstBad,
        @Nullable String reason) {}
