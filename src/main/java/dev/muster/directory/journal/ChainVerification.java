package dev.muster.directory.journal;

import org.jspecify.annotations.Nullable;

/// What walking a chain gave.
///
/// @param firstBad the first entry that does not fit; null when all do
/// @param reason why it does not, a sentence; null when all do
public record ChainVerification(
        boolean valid,
        long entries,
        String head,
        @Nullable Long firstBad,
        @Nullable String reason) {}
