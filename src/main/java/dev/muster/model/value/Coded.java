package dev.muster.model.value;

/// An enum constant that is stored as a number. Its code is part of the format of rows and of the journal, so it must
/// never change or be reused for another constant. The order of the constants may change.
public interface Coded {
    /// The number that is stored, 0 or greater.
    int code();
}
