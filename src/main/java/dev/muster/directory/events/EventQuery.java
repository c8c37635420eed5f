package dev.muster.directory.events;

import org.jspecify.annotations.Nullable;

/// Which events to read.
///
/// @param after begin with the entry that follows this one; 0 for the first entry, null for the next one to
///     be written
public record EventQuery(@Nullable Long after, EventTypes types, Payload payload) {
    /// Returns a copy that starts at another position.
    public EventQuery after(long seq) {
        return new EventQuery(seq, types, payload);
    }
}
