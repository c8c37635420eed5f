package dev.muster.storage;

import dev.muster.model.UnreadableException;

/// A row that knows whether all its values are valid. An unreadable row must not be used for decisions.
public interface StoredRow {
    long realm();

    /// Whether all columns hold valid values.
    boolean readable();

    /// The exception that says why this row cannot be used, if it is unreadable.
    UnreadableException unreadable();

    /// Returns `value` if the row is readable.
    ///
    /// @throws UnreadableException if the row is unreadable
    default <T> T checked(T value) {
        if (!readable()) {
            throw unreadable();
        }
        return value;
    }
}
