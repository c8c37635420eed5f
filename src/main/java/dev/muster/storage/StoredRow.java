package dev.muster.storage;

import dev.muster.model.UnreadableException;

/// A row that can be checked for values that no version writes. Nothing is decided by one that has any.
public interface StoredRow {
    long realm();

    /// Whether each column holds what some version writes.
    boolean readable();

    /// Why a row that is not readable cannot be used.
    UnreadableException unreadable();

    /// The row's value.
    ///
    /// @throws UnreadableException if the row is not readable
    default <T> T checked(T value) {
        if (!readable()) {
            throw unreadable();
        }
        return value;
    }
}
