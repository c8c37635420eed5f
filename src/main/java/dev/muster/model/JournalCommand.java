package dev.muster.model;

/// A command that only adds an entry to the realm's journal, about the journal itself.
public sealed interface JournalCommand extends Command {
    /// Records that the journal was exported.
    record NoteExport() implements JournalCommand {}

    /// Records that the database has lost entries which a server had committed. Only the system may do this.
    ///
    /// @param lostSeq the last entry that the server had committed
    /// @param lostHead the hash of that entry, 64 hexadecimal digits
    /// @param foundSeq the last entry that the database had when this was noticed
    /// @param foundHead the hash of that entry; empty if there was none
    record NoteRewind(long lostSeq, String lostHead, long foundSeq, String foundHead) implements JournalCommand {}
}
