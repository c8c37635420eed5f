package dev.muster.directory.events;

import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Reads entries from the database, together with the users that they are about, as these were at the time. Create one
/// per slice; all reads must use the same snapshot.
final class JournalSlice {
    /// The number of later entries per user that the first statement reads. Most users have fewer.
    private static final int NEWEST = 20;

    private static final int PAGE = 500;

    private final Reads reads;
    private final long realm;
    private final List<JournalRow> slice;
    private final EntryReader reader;
    private final Map<UUID, byte[]> seeds = new HashMap<>();
    private final List<JournalEntry> entries;
    private final PastUsers past;

    /// Reads the users with one statement. Unless the slice already contains all later entries, reads the users'
    /// later entries with another statement, and with further statements for users who have 20 or more.
    ///
    /// @param slice rows of the journal, in order
    /// @param reachesHead whether `slice` contains all entries from its first up to the head of the journal
    /// @param wanted the seqs of the entries to which users must be rewound
    JournalSlice(Reads reads, RealmKeys.Entry keys, List<JournalRow> slice, boolean reachesHead, Set<Long> wanted) {
        this.reads = reads;
        this.realm = keys.realm().id();
        this.slice = slice;
        this.reader = new EntryReader(keys);
        Set<UUID> users = slice.stream()
                .filter(row -> row.subject().type() == Event.Subject.Type.USER)
                .map(row -> row.subject().id())
                .collect(Collectors.toSet());
        Map<UUID, UserRow> rows =
                reads.users().byIds(realm, users).stream().collect(Collectors.toMap(UserRow::id, row -> row));
        rows.forEach((id, row) -> {
            byte[] seed = row.seed();
            if (seed != null) {
                seeds.put(id, seed);
            }
        });
        entries = reader.unnamed(reads, slice, seeds);
        past = new PastUsers(rows, wanted);
        if (reachesHead) {
            past.undo(entries.reversed());
        } else {
            rewind(wanted);
        }
    }

    List<JournalEntry> entries() {
        return entries;
    }

    PastUsers past() {
        return past;
    }

    /// Maps entries by the seq of their rows, because a damaged entry may contain another seq.
    private static Map<Long, JournalEntry> bySeq(List<JournalRow> rows, List<JournalEntry> entries) {
        Map<Long, JournalEntry> bySeq = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            bySeq.put(rows.get(i).seq(), entries.get(i));
        }
        return bySeq;
    }

    private void rewind(Set<Long> wanted) {
        Set<UUID> rewound = new HashSet<>();
        long first = Long.MAX_VALUE;
        for (JournalRow row : slice) {
            if (wanted.contains(row.seq()) && seeds.containsKey(row.subject().id())) {
                rewound.add(row.subject().id());
                first = Math.min(first, row.seq());
            }
        }
        Map<Long, JournalEntry> known = bySeq(slice, entries);
        List<JournalRow> newest = reads.journal().newest(realm, rewound, first - 1, NEWEST);
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
            past.undo(ofOne.getValue());
            if (ofOne.getValue().size() == NEWEST) {
                rewindOn(ofOne.getKey(), first, ofOne.getValue().getLast().seq());
            }
        }
    }

    /// Continues to rewind a user who has many later entries.
    private void rewindOn(UUID user, long first, long before) {
        long last = before;
        while (last > first) {
            List<JournalRow> page = reads.journal().history(realm, user, last, PAGE);
            long from = first;
            past.undo(reader.unnamed(
                    reads, page.stream().filter(row -> row.seq() >= from).toList(), seeds));
            last = page.size() < PAGE ? first : page.getLast().seq();
        }
    }
}
