package dev.muster.model.value;

/// An enum constant that is stored as a number. Its code is part of the formats of rows and of the journal:
/// it must never change or be reused for another constant. The order of the constants may change.
public interface Coded {
    /// The stored number, from 0.
    int code();
}
