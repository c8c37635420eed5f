package dev.muster.directory.events;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.tenant.RealmState;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.sql.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads journal entries as events. This class checks no permissions and is thread-safe.
public final class EventReader {
    /// The maximum number of entries of a short read. Longer reads run on the threads for long reads.
    private static final int MAX_SHORT_READ = 50;

    private final Database database;
    private final RealmKeys realmKeys;
    private final JournalHeads heads;

    /// @param heads keeps the entries that were committed most recently, so that they need not be read from the
    ///     database
    public EventReader(Database database, RealmKeys realmKeys, JournalHeads heads) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.heads = heads;
    }

    /// The events of consecutive entries.
    ///
    /// @param events the events of the requested types, in order
    /// @param last the last entry that was read; the start position if none was
    /// @param head the last known entry of the journal
    /// @param nanos the time, by [System#nanoTime], at which the events were valid; users may have been erased
    ///     since then
    public record Slice(List<PublishedEvent> events, long last, long head, long nanos) {}

    /// Returns all events of at most `entries` entries with a seq greater than `after`, in order. Each entry has
    /// one or two events.
    public List<PublishedEvent> read(long realm, long after, int entries, Payload payload) {
        return read(realm, after, entries, EventTypes.ALL, payload).events();
    }

    /// Returns the events of the given types among at most `entries` entries with a seq greater than `after`.
    public Slice read(long realm, long after, int entries, EventTypes types, Payload payload) {
        Slice recent = recent(realm, after, entries, types, payload);
        if (recent != null) {
            return recent;
        }
        Function<Reads, Slice> reading = reads -> slice(reads, realm, after, entries, types, payload);
        return entries > MAX_SHORT_READ ? database.search(reading) : database.snapshot(reading);
    }

    /// Like [#read] with all types, but reads on the calling thread, which must be a platform thread.
    public Slice readOnThisThread(long realm, long after, int entries, Payload payload) {
        Slice recent = recent(realm, after, entries, EventTypes.ALL, payload);
        return recent != null
                ? recent
                : database.snapshot(reads -> slice(reads, realm, after, entries, EventTypes.ALL, payload));
    }

    /// Whether a user was erased. If so, events about them that were read before the erasure must no longer be shown.
    public boolean isErased(long realm, UUID user) {
        return database.read(reads -> reads.users().seeds(realm, List.of(user))).isEmpty();
    }

    /// Whether the realm is in this database, and not in another one to which it was moved. True while the database
    /// cannot answer.
    boolean isHere(long realm) {
        try {
            RealmState state = database.read(reads -> reads.realms().state(realm));
            return state != null && state.isReadable();
        } catch (StorageException e) {
            return true;
        }
    }

    /// The last entry of a realm's journal; 0 if it is empty.
    public long head(long realm) {
        return database.read(reads -> reads.journal().present(realm)).lastSeq();
    }

    /// The events of entries that this server committed a moment ago; null if they must be read from the database.
    private @Nullable Slice recent(long realm, long after, int entries, EventTypes types, Payload payload) {
        RecentCommits.Part part = heads.recent(realm, after);
        if (part == null || !part.hasAllUsers()) {
            return null;
        }
        List<JournalEntry> slice =
                part.entries().subList(0, Math.min(entries, part.entries().size()));
        Set<Long> rewound = slice.stream()
                .filter(entry -> isRewound(entry.subject(), entry.action(), payload))
                .map(JournalEntry::seq)
                .collect(Collectors.toSet());
        PastUsers past = new PastUsers(part.users(), rewound);
        past.undo(part.entries().reversed());
        return new Slice(
                events(realmKeys.get(realm), slice, past, types, payload),
                slice.getLast().seq(),
                part.entries().getLast().seq(),
                part.nanos());
    }

    private Slice slice(Reads reads, long realm, long after, int entries, EventTypes types, Payload payload) {
        long nanos = System.nanoTime();
        long head = reads.journal().present(realm).lastSeq();
        List<JournalRow> rows = reads.journal().entries(realm, after, head, entries);
        if (rows.isEmpty()) {
            return new Slice(List.of(), Math.max(after, 0), head, nanos);
        }
        List<JournalRow> wanted =
                rows.stream().filter(row -> mayMatch(types, row.action())).toList();
        Set<Long> rewound = wanted.stream()
                .filter(row -> isRewound(row.subject(), row.action(), payload))
                .map(JournalRow::seq)
                .collect(Collectors.toSet());
        long last = rows.getLast().seq();
        boolean reachesHead = last == head && wanted.size() == rows.size();
        RealmKeys.Entry keys = realmKeys.get(realm);
        JournalSlice slice = new JournalSlice(reads, keys, wanted, reachesHead, rewound);
        return new Slice(events(keys, slice.entries(), slice.past(), types, payload), last, head, nanos);
    }

    private static boolean mayMatch(EventTypes types, String action) {
        return types.matches(action) || (types.matches(EventTypes.STANDING_CHANGED) && StandingActions.mayTurn(action));
    }

    /// Whether an event shows its user as of the entry.
    private static boolean isRewound(Event.Subject subject, String action, Payload payload) {
        return subject.type() == Event.Subject.Type.USER
                && (payload == Payload.FULL || StandingActions.mayTurn(action));
    }

    private static List<PublishedEvent> events(
            RealmKeys.Entry realm, List<JournalEntry> entries, PastUsers past, EventTypes types, Payload payload) {
        EventWriter writer = new EventWriter(realm.realm(), payload);
        List<PublishedEvent> events = new ArrayList<>(entries.size() + entries.size() / 4);
        for (JournalEntry entry : entries) {
            if (!mayMatch(types, entry.action())) {
                continue;
            }
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
