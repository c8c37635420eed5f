package dev.muster.directory.events;

import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.user.UserRef;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reconstructs users as they were before and after the entries in a slice of the journal. An entry lists only the
/// fields it changed, so each user's current row is rewound through the later entries, once per slice.
final class PastUsers {
    /// The number of later entries per user that the first statement reads. Most users have fewer.
    private static final int NEWEST = 20;

    private static final int PAGE = 500;

    /// A user before and after one entry, without cards.
    ///
    /// @param before null if the entry registered the user
    record Around(@Nullable User before, User after) {}

    private final Map<UUID, UserRow> rows;
    private final Map<Long, Around> around = new HashMap<>();

    private PastUsers(Map<UUID, UserRow> rows) {
        this.rows = rows;
    }

    /// Reads the users with one statement, and their later entries with another. Users with 20 or more later entries
    /// take further statements. All reads must see the same snapshot.
    ///
    /// @param slice rows of the journal, in order
    /// @param wanted the seqs that [#around] will be called for
    static PastUsers of(
            Reads reads,
            RealmKeys.Entry realm,
            EntryReader entries,
            Set<UUID> users,
            List<JournalRow> slice,
            Set<Long> wanted) {
        Map<UserRef, UserRow> found = reads.users()
                .users(realm.realm().id(), users.stream().map(UserRef::id).toList());
        PastUsers past = new PastUsers(found.values().stream().collect(Collectors.toMap(UserRow::id, row -> row)));
        past.rewind(reads, realm.realm().id(), entries, slice, wanted);
        return past;
    }

    private void rewind(Reads reads, long realm, EntryReader entries, List<JournalRow> slice, Set<Long> wanted) {
        Map<UUID, User> states = new HashMap<>();
        long first = Long.MAX_VALUE;
        for (JournalRow row : slice) {
            UserRow user = rows.get(row.subject().id());
            // An erased user cannot be rewound: the changes in their entries are no longer readable.
            if (wanted.contains(row.seq()) && user != null && user.readable() && user.seed() != null) {
                states.put(user.id(), user.user());
                first = Math.min(first, row.seq());
            }
        }
        Map<UUID, List<JournalRow>> later = new HashMap<>();
        for (JournalRow row : reads.journal().newest(realm, states.keySet(), first - 1, NEWEST)) {
            later.computeIfAbsent(row.subject().id(), _ -> new ArrayList<>()).add(row);
        }
        for (List<JournalRow> ofOne : later.values()) {
            ofOne.sort(Comparator.comparingLong(JournalRow::seq).reversed());
        }
        undo(
                entries.unnamed(
                        reads, later.values().stream().flatMap(List::stream).toList()),
                states,
                wanted);
        for (Map.Entry<UUID, List<JournalRow>> ofOne : later.entrySet()) {
            if (ofOne.getValue().size() == NEWEST) {
                long before = ofOne.getValue().getLast().seq();
                rewindOn(reads, realm, entries, ofOne.getKey(), first, before, states, wanted);
            }
        }
    }

    /// Rewinds a user who has many later entries.
    private void rewindOn(
            Reads reads,
            long realm,
            EntryReader entries,
            UUID user,
            long first,
            long before,
            Map<UUID, User> states,
            Set<Long> wanted) {
        long last = before;
        while (last > first) {
            List<JournalRow> page = reads.journal().history(realm, user, last, PAGE);
            long from = first;
            undo(
                    entries.unnamed(
                            reads,
                            page.stream().filter(row -> row.seq() >= from).toList()),
                    states,
                    wanted);
            last = page.size() < PAGE ? first : page.getLast().seq();
        }
    }

    /// Undoes entries, newest first.
    ///
    /// @param newestFirst entries about the users in `states`, newest first for each user
    /// @param states each user's state after the newest of these entries; replaced by the state before the oldest.
    ///     A user with an unreadable entry is removed from the map
    private void undo(Collection<JournalEntry> newestFirst, Map<UUID, User> states, Set<Long> wanted) {
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
                boolean registered = entry.action().equals(Event.Action.USER_REGISTERED.word());
                around.put(entry.seq(), new Around(registered ? null : before, after));
            }
        }
    }

    /// The user's current row; null if there is none.
    @Nullable
    UserRow row(UUID user) {
        return rows.get(user);
    }

    /// The user before and after an entry; null if the entry was not in `wanted`, or if the user was erased or an entry
    /// is unreadable.
    @Nullable
    Around around(long seq) {
        return around.get(seq);
    }
}
