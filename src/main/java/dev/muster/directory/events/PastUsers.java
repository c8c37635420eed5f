package dev.muster.directory.events;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.storage.UserRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reconstructs users as they were before and after the entries in a slice of the journal. An entry contains only the
/// fields that it changed, so each user's row is rewound through the later entries, once per slice.
final class PastUsers {
    /// A user before and after one entry, without cards.
    ///
    /// @param before the user before; null if the entry registered the user
    record BeforeAndAfter(@Nullable User before, User after) {}

    private final Map<UUID, UserRow> rows;
    private final Map<UUID, User> states = new HashMap<>();
    private final Map<Long, BeforeAndAfter> beforeAndAfter = new HashMap<>();
    private final Set<Long> wanted;

    /// @param rows the users as they are after the last entry that will be undone
    /// @param wanted the seqs for which [#beforeAndAfter] will be called
    PastUsers(Map<UUID, UserRow> rows, Set<Long> wanted) {
        this.rows = rows;
        this.wanted = wanted;
        rows.forEach((id, row) -> {
            // An erased user cannot be rewound, because the changes in their entries are no longer readable.
            if (row.readable() && row.seed() != null) {
                states.put(id, row.user());
            }
        });
    }

    /// Undoes entries. A user with an unreadable entry is not rewound any further.
    ///
    /// @param newestFirst the entries, newest first for each user; entries about other subjects are ignored
    void undo(Collection<JournalEntry> newestFirst) {
        for (JournalEntry entry : newestFirst) {
            UUID id = entry.subject().id();
            User after = states.get(id);
            if (after == null) {
                continue;
            }
            if (!entry.readable()) {
                states.remove(id);
                continue;
            }
            User before = UserFields.undo(after, entry.changes());
            states.put(id, before);
            if (wanted.contains(entry.seq())) {
                boolean registered = entry.action().equals(Event.Action.USER_REGISTERED.wireName());
                beforeAndAfter.put(entry.seq(), new BeforeAndAfter(registered ? null : before, after));
            }
        }
    }

    /// The user's row; null if there is none.
    @Nullable
    UserRow row(UUID user) {
        return rows.get(user);
    }

    /// The user before and after an entry; null if the entry was not in `wanted` or was not undone, if the user was
    /// erased, or if an entry is unreadable.
    @Nullable
    BeforeAndAfter beforeAndAfter(long seq) {
        return beforeAndAfter.get(seq);
    }
}
