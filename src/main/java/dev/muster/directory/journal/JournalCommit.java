package dev.muster.directory.journal;

import dev.muster.storage.UserRow;
import java.util.List;

/// What a commit added to a realm's journal, as it would be read back.
///
/// @param entries the entries, at least one, in order and without the names of actors
/// @param users the rows of the users that the commit changed, as they are after it; they include those subjects of
///     `entries` that were changed
public record JournalCommit(List<JournalEntry> entries, List<UserRow> users) {
    public JournalCommit {
        entries = List.copyOf(entries);
        users = List.copyOf(users);
    }

    /// The seq of the first entry.
    public long first() {
        return entries.getFirst().seq();
    }

    /// The seq of the last entry.
    public long last() {
        return entries.getLast().seq();
    }
}
