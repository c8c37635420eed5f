package dev.muster.directory.events;

import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Reads a realm's events. Every method with an actor requires `events:read` and, for the full payload, also
/// `journal:read`; without them it refuses Forbidden.
public final class Events {
    /// The maximum number of concurrent event streams per credential.
    private static final int MAX_STREAMS = 8;

    /// The maximum number of concurrent requests per credential that wait for events.
    private static final int MAX_WAITS = 16;

    /// The maximum number of event streams on one server, and also the maximum number of waiting requests.
    /// Together, they leave half of the server's connections for other requests.
    private static final int MAX_LISTENERS = 1_000;

    private static final int SLICE = 500;

    /// The maximum number of entries that a filtered page examines.
    private static final int MAX_EXAMINED = 10_000;

    private static final int PAGE_BYTES = 1 << 20;

    private final EventReader reader;
    private final EventStreams streams;
    private final ListenerLimit open =
            new ListenerLimit("requests for an event stream at a time", MAX_STREAMS, MAX_LISTENERS);
    private final ListenerLimit waiting =
            new ListenerLimit("requests that wait for events at a time", MAX_WAITS, MAX_LISTENERS);

    public Events(EventReader reader, JournalHeads heads) {
        this.reader = reader;
        this.streams = new EventStreams(reader, heads);
    }

    /// Returns a page of up to `limit` events, or one more if the last entry has two. The page ends earlier after 1
    /// MiB or 10,000 examined entries. Refuses: Invalid for a position beyond the end.
    public Result<EventPage> page(Actor actor, long realm, EventQuery query, int limit) {
        return permitted(actor, query.payload(), () -> {
            Long after = query.after();
            if (after == null) {
                long head = reader.head(realm);
                return Result.ok(new EventPage(List.of(), head, head));
            }
            return page(realm, query, after, limit);
        });
    }

    private Result<EventPage> page(long realm, EventQuery query, long after, int limit) {
        List<PublishedEvent> events = new ArrayList<>();
        long last = after;
        long head = 0;
        int bytes = 0;
        for (int examined = 0; examined < MAX_EXAMINED; ) {
            int entries = query.types().areAll() ? Math.min(SLICE, limit - events.size()) : SLICE;
            EventReader.Slice slice = reader.read(realm, last, entries, query.types(), query.payload());
            head = slice.head();
            if (after > head) {
                return beyondEnd(head);
            }
            for (PublishedEvent event : slice.events()) {
                boolean full = events.size() >= limit || bytes >= PAGE_BYTES;
                // A page ends with an entry, so both events of an entry are on the same page.
                if (full && events.getLast().seq() != event.seq()) {
                    return Result.ok(new EventPage(events, events.getLast().seq(), head));
                }
                events.add(event);
                bytes += event.json().length;
            }
            last = slice.last();
            if (last >= head || events.size() >= limit || bytes >= PAGE_BYTES) {
                break;
            }
            examined += entries;
        }
        return Result.ok(new EventPage(events, last, head));
    }

    private static <T> Result<T> beyondEnd(long head) {
        return Result.refused(new Refusal.Invalid(
                "after", "beyond_the_end", "Must be at most " + head + ", the last entry of the journal."));
    }

    /// Starts waiting for events of a realm. The caller must read once after this call, before it waits. Refuses:
    /// OverQuota and Busy if too many requests are waiting.
    public Result<EventWait> listen(Actor actor, long realm, EventQuery query) {
        return permitted(
                actor,
                query.payload(),
                () -> waiting.take(actor, realm).map(permit -> new EventWait(streams, realm, query, permit)));
    }

    /// Starts following a realm's events. Refuses: Invalid for a position beyond the end; OverQuota and Busy if
    /// there are too many streams.
    ///
    /// @param wake called when there may be more events; it must not block
    public Result<EventSubscription> subscribe(Actor actor, long realm, EventQuery query, Runnable wake) {
        return permitted(actor, query.payload(), () -> {
            long head = reader.head(realm);
            Long after = query.after();
            if (after != null && after > head) {
                return beyondEnd(head);
            }
            return open.take(actor, realm)
                    .map(permit -> new EventSubscription(
                            reader, streams, realm, query, after == null ? head : after, wake, permit));
        });
    }

    private static <T> Result<T> permitted(Actor actor, Payload payload, Supplier<Result<T>> reading) {
        return payload == Payload.FULL && !actor.may(Scope.JOURNAL_READ)
                ? Result.refused(Refusal.Forbidden.to(actor, Scope.JOURNAL_READ))
                : StorageFailures.withScope(actor, Scope.EVENTS_READ, reading);
    }

    /// The number of open streams.
    public int streams() {
        return open.taken();
    }

    /// The number of requests that wait for events.
    public int waiting() {
        return waiting.taken();
    }
}
