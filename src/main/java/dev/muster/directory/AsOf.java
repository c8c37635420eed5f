package dev.muster.directory;

import java.time.Instant;

/// A value with the time it was read.
///
/// @param at the moment it was computed for
public record AsOf<T>(T value, Instant at) {}
