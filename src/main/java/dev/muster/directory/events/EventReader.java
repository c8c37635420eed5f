package dev.muster.directory.events;

import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// Reads journal entries as events. Checks no permissions. Thread-safe.
public final class EventReader {
    /// Reads of more entries run on the threads for long reads.
    private static final int SHORT = 50;

    private final Database database;
    private final RealmKeys realmKeys;

    public EventReader(Database database, RealmKeys realmKeys) {
        this.database = database;
        this.realmKeys = realmKeys;
    }

    /// The events of consecutive entries.
    ///
    /// @param events those of the requested types, in order
    /// @param last the last entry that was read; the start position if none was
    /// @param head the last entry of the journal
    public record Slice(List<PublishedEvent> events, long last, long head) {}

    /// All events of at most `entries` entries with a seq greater than `after`, in order. Each entry has one or two.
    public List<PublishedEvent> read(long realm, long after, int entries, Payload payload) {
        return read(realm, after, entries, EventTypes.ALL, payload).events();
    }

    /// The events of the given types among at most `entries` entries with a seq greater than `after`.
    public Slice read(long realm, long after, int entries, EventTypes types, Payload payload) {
        Function<Reads, Slice> reading = reads -> slice(reads, realm, after, entries, types, payload);
        return entries > SHORT ? database.search(reading) : database.snapshot(reading);
    }

    /// Like [#read] with all types, but on the calling thread, which must be a platform thread.
    public Slice readOnThisThread(long realm, long after, int entries, Payload payload) {
        return database.snapshot(reads -> slice(reads, realm, after, entries, EventTypes.ALL, payload));
    }

    /// Whether a user was erased. If so, events about them that were read before the erasure must no longer be shown.
    public boolean isErased(long realm, UUID user) {
        return database.read(reads -> reads.users().seeds(realm, List.of(user))).isEmpty();
    }

    /// The last entry of a realm's journal; 0 if it is empty.
    public long head(long realm) {
        return database.read(reads -> reads.journal().present(realm)).lastSeq();
    }

    private Slice slice(Reads reads, long realm, long after, int entries, EventTypes types, Payload payload) {
        long head = reads.journal().present(realm).lastSeq();
        List<JournalRow> rows = reads.journal().entries(realm, after, head, entries);
        if (rows.isEmpty()) {
            return new Slice(List.of(), Math.max(after, 0), head);
        }
        List<JournalRow> wanted =
                rows.stream().filter(row -> mayMatch(types, row.action())).toList();
        long last = rows.getLast().seq();
        boolean reachesHead = last == head && wanted.size() == rows.size();
        return new Slice(events(reads, realmKeys.get(realm), wanted, reachesHead, types, payload), last, head);
    }

    private static boolean mayMatch(EventTypes types, String action) {
        return types.matches(action) || (types.matches(EventTypes.STANDING_CHANGED) && StandingActions.mayTurn(action));
    }

    /// @param reachesHead whether `rows` has all entries after its first, up to the head of the journal
    private static List<PublishedEvent> events(
            Reads reads,
            RealmKeys.Entry realm,
            List<JournalRow> rows,
            boolean reachesHead,
            EventTypes types,
            Payload payload) {
        Set<UUID> users = new HashSet<>();
        Set<Long> rewound = new HashSet<>();
        for (JournalRow row : rows) {
            if (row.subject().type() == Event.Subject.Type.USER) {
                users.add(row.subject().id());
                if (payload == Payload.FULL || StandingActions.mayTurn(row.action())) {
                    rewound.add(row.seq());
                }
            }
        }
        EntryReader reader = new EntryReader(realm);
        PastUsers past = PastUsers.of(reads, realm.realm().id(), reader, users);
        List<JournalEntry> entries = reader.unnamed(reads, rows, past.seeds());
        past.rewind(rows, entries, reachesHead, rewound);
        EventWriter writer = new EventWriter(realm.realm(), payload);
        List<PublishedEvent> events = new ArrayList<>(rows.size() + rows.size() / 4);
        for (JournalEntry entry : entries) {
            EventStanding standing = EventStanding.of(entry, past);
            if (types.matches(entry.action())) {
                events.add(writer.ofEntry(entry, past, standing));
            }
            if (standing != null && standing.turned() && types.matches(EventTypes.STANDING_CHANGED)) {
                events.add(writer.ofStanding(entry, past, standing));
            }
        }
        return events;
    }
}
