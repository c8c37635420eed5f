package dev.muster.directory;

import java.time.Instant;

/// A value, and the time that it was computed for.
public record AsOf<T>(T value, Instant at) {}
