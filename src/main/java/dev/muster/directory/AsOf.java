package dev.muster.directory;

import java.time.Instant;

/// A value, and the time for which it was computed.
public record AsOf<T>(T value, Instant at) {}
