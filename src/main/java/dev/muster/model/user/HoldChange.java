package dev.muster.model.user;

import org.jspecify.annotations.Nullable;

/// How a journal entry changed one hold.
///
/// @param before the hold before; null if it was placed
/// @param after the hold afterwards; null if it was released or ended
public record HoldChange(
        HoldKind kind,
        String label,
        @Nullable Hold before,
        @Nullable Hold after) {}
