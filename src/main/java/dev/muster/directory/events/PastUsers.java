package dev.muster.directory.events;

import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private final Reads reads;
    private final long realm;
    private final EntryReader reader;
    private final Map<UUID, UserRow> rows;
    private final Map<UUID, byte[]> seeds = new HashMap<>();
    private final Map<Long, Around> around = new HashMap<>();

    private PastUsers(Reads reads, long realm, EntryReader reader, Map<UUID, UserRow> rows) {
        this.reads = reads;
        this.realm = realm;
        this.reader = reader;
        this.rows = rows;
        rows.forEach((id, row) -> {
            byte[] seed = row.seed();
            if (seed != null) {
                seeds.put(id, seed);
            }
        });
    }

    /// Reads the users with one statement.
    ///
    /// @param reads all reads must see the same snapshot
    static PastUsers of(Reads reads, long realm, EntryReader reader, Set<UUID> users) {
        return new PastUsers(
                reads,
                realm,
                reader,
                reads.users().byIds(realm, users).stream().collect(Collectors.toMap(UserRow::id, row -> row)));
    }

    /// The seeds of those users that are not erased.
    Map<UUID, byte[]> seeds() {
        return seeds;
    }

    /// Rewinds the users. Unless the slice has all later entries, reads the users' later entries with one statement;
    /// users with 20 or more take further statements.
    ///
    /// @param slice rows of the journal, in order
    /// @param entries the entries of these rows
    /// @param reachesHead whether the slice has all entries after its first, up to the head of the journal
    /// @param wanted the seqs that [#around] will be called for
    void rewind(List<JournalRow> slice, List<JournalEntry> entries, boolean reachesHead, Set<Long> wanted) {
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
        if (reachesHead) {
            undo(entries.reversed(), states, wanted);
        } else {
            rewind(bySeq(slice, entries), first, states, wanted);
        }
    }

    /// Entries by the seq of their rows: the one in a damaged entry may be another.
    private static Map<Long, JournalEntry> bySeq(List<JournalRow> rows, List<JournalEntry> entries) {
        Map<Long, JournalEntry> bySeq = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            bySeq.put(rows.get(i).seq(), entries.get(i));
        }
        return bySeq;
    }

    /// @param known the entries that were read already
    private void rewind(Map<Long, JournalEntry> known, long first, Map<UUID, User> states, Set<Long> wanted) {
        List<JournalRow> newest = reads.journal().newest(realm, states.keySet(), first - 1, NEWEST);
        List<JournalRow> others =
                newest.stream().filter(row -> !known.containsKey(row.seq())).toList();
        known.putAll(bySeq(others, reader.unnamed(reads, others, seeds)));
        Map<UUID, List<JournalEntry>> later = new HashMap<>();
        for (JournalRow row : newest) {
            later.computeIfAbsent(row.subject().id(), _ -> new ArrayList<>())
                    .add(Objects.requireNonNull(known.get(row.seq())));
        }
        for (Map.Entry<UUID, List<JournalEntry>> ofOne : later.entrySet()) {
            ofOne.getValue().sort(Comparator.comparingLong(JournalEntry::seq).reversed());
            undo(ofOne.getValue(), states, wanted);
            if (ofOne.getValue().size() == NEWEST) {
                rewindOn(ofOne.getKey(), first, ofOne.getValue().getLast().seq(), states, wanted);
            }
        }
    }

    /// Rewinds a user who has many later entries.
    private void rewindOn(UUID user, long first, long before, Map<UUID, User> states, Set<Long> wanted) {
        long last = before;
        while (last > first) {
            List<JournalRow> page = reads.journal().history(realm, user, last, PAGE);
            long from = first;
            undo(
                    reader.unnamed(
                            reads,
                            page.stream().filter(row -> row.seq() >= from).toList(),
                            seeds),
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
