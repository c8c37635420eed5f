package dev.muster.directory.events;

import org.jspecify.annotations.Nullable;

/// Selects the events to read.
///
/// @param after the entry after which to start; 0 to start with the first entry, null to start with the next one to be
///     written
public record EventQuery(@Nullable Long after, EventTypes types, Payload payload) {
    /// Returns a copy that starts after this position.
    public EventQuery after(long seq) {
        return new EventQuery(seq, types, payload);
    }
}
