package dev.muster.directory;

import java.time.Instant;

/// Something as it was read.
///
/// @param at the moment for which it was computed
public record AsOf<T>(T value, Instant at) {}
