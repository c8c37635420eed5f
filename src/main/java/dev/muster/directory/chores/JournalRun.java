package dev.muster.directory.chores;

import dev.muster.directory.journal.JournalPosition;
import org.jspecify.annotations.Nullable;

/// A stretch of a journal that this server has written.
///
/// @param whole whether each batch followed the one before it; false once something else came in between
/// @param lost what this server had written last when it found the journal shorter, or with another hash there;
///     null if it never did
record JournalRun(
        JournalPosition from,
        JournalPosition to,
        boolean whole,
        @Nullable JournalPosition lost) {
    JournalRun then(JournalPosition next, JournalPosition end) {
        if (lost != null) {
            return this;
        }
        if (to.isSame(next)) {
            return new JournalRun(from, end, whole, null);
        }
        // Where another server has written in between, the journal has grown.
        return next.seq() > to.seq() ? new JournalRun(from, end, false, null) : new JournalRun(from, to, whole, to);
    }
}
