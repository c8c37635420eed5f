package dev.muster.directory.events;

import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Follows a realm's events for one reader. Not thread-safe, except for [#close].
public final class EventSubscription implements AutoCloseable {
    /// The number of entries per read while the subscription is catching up.
    private static final int CATCH_UP_SLICE = 50;

    private final EventReader reader;
    private final EventStreams streams;
    private final long realm;
    private final EventQuery query;
    private final Runnable wake;
    private final RecentEvents recent;
    private final ListenerLimit.Permit permit;
    private JournalHeads.@Nullable Rewind rewound;
    private long position;

    EventSubscription(
            EventReader reader,
            EventStreams streams,
            long realm,
            EventQuery query,
            long position,
            Runnable wake,
            ListenerLimit.Permit permit) {
        this.reader = reader;
        this.streams = streams;
        this.realm = realm;
        this.query = query;
        this.position = position;
        this.wake = wake;
        this.permit = permit;
        this.recent = streams.join(realm, query.payload(), wake);
        this.rewound = streams.rewound(realm);
    }

    /// The last entry that was examined, whether or not its events matched.
    public long position() {
        return position;
    }

    /// Returns the next events, in order, without waiting. The list is empty if there are none yet, or if none of
    /// the examined entries match, in which case [#position] still advances. Refuses: Busy if storage is
    /// unavailable.
    ///
    /// If the journal has lost entries, continues after those that were left.
    public Result<List<PublishedEvent>> next() {
        JournalHeads.Rewind last = streams.rewound(realm);
        if (last != null && !last.equals(rewound)) {
            rewound = last;
            position = Math.min(position, last.seq());
        }
        RecentEvents.Part part = recent.after(position, query.types());
        if (part != null) {
            position = part.last();
            return Result.ok(part.events());
        }
        return StorageFailures.of(() -> {
            EventReader.Slice slice = reader.read(realm, position, CATCH_UP_SLICE, query.types(), query.payload());
            position = slice.last();
            return Result.ok(slice.events());
        });
    }

    /// Whether the realm is still in this database; if not, there will be no more events.
    public boolean isHere() {
        return reader.isHere(realm);
    }

    /// Stops following. Idempotent.
    @Override
    public void close() {
        streams.leave(realm, query.payload(), wake);
        permit.close();
    }
}
