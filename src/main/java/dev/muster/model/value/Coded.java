package dev.muster.model.value;

/// An enum constant that is stored as a number. Its code is part of the formats of rows and of the journal: it never
/// changes, and no other constant of the enum ever gets it. The order of the constants may change.
public interface Coded {
    /// The number in stored rows, from 0.
    int code();
}
