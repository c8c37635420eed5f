package dev.muster.model.user;

import org.jspecify.annotations.Nullable;

/// How a journal entry changed one hold.
///
/// @param before null if the hold was placed
/// @param after null if the hold was released or ended
public record HoldChange(
        HoldKind kind,
        String label,
        @Nullable Hold before,
        @Nullable Hold after) {}
