package dev.muster.directory.transfer;

/// The steps of a move, in order.
public enum MoveStep {
    /// The copy has the rows of a first snapshot.
    COPIED,
    /// The copy was compared with a second snapshot row by row, and has what had changed.
    COMPARED,
    /// The copy has all but the last changes.
    FOLLOWED,
    /// The original refuses writes.
    FROZEN,
    /// The copy has everything and was compared with the original. Nothing of it is committed yet.
    COMPLETE,
    /// The copy is durable, but not valid.
    ARRIVED,
    /// The original is no longer valid.
    LEFT,
    /// The copy is valid.
    OPENED
}
