package dev.muster.directory.chores;

import dev.muster.directory.journal.JournalPosition;
import org.jspecify.annotations.Nullable;

/// A range of journal entries that this server wrote.
///
/// @param whole true if the batches follow one another directly; false if another server wrote in between
/// @param lost the last position that this server had written when it found that the journal was shorter or had another
///     hash at that position; null if that never happened
record JournalRun(
        JournalPosition from,
        JournalPosition to,
        boolean whole,
        @Nullable JournalPosition lost) {
    /// Appends what was written later.
    JournalRun then(JournalRun later) {
        if (lost != null) {
            return this;
        }
        if (to.isSame(later.from)) {
            return new JournalRun(from, later.to, whole && later.whole, later.lost);
        }
        // If another server has written in between, the journal has grown. Otherwise it was rolled back.
        return later.from.seq() > to.seq()
                ? new JournalRun(from, later.to, false, later.lost)
                : new JournalRun(from, to, whole, to);
    }

    /// Whether the run starts at the last checkpoint, or at the start of a journal without checkpoints.
    boolean follows(@Nullable JournalPosition known) {
        return known == null ? from.seq() == 0 : from.isSame(known);
    }
}
