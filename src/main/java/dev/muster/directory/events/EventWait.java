package dev.muster.directory.events;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A request that waits for events of a realm. It holds no database connection, and shares the reader of the realm's
/// streams, so each entry is read only once, however many requests wait. Not thread-safe, except for [#close].
public final class EventWait implements AutoCloseable {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final EventStreams streams;
    private final long realm;
    private final EventQuery query;
    private final Semaphore arrived = new Semaphore(0);
    private final Runnable wake = arrived::release;
    private final RecentEvents recent;
    private final ListenerLimit.Permit permit;
    private long position;

    EventWait(EventStreams streams, long realm, EventQuery query, ListenerLimit.Permit permit) {
        this.streams = streams;
        this.realm = realm;
        this.query = query;
        this.permit = permit;
        this.recent = streams.join(realm, query.payload(), wake);
    }

    /// Waits until a matching event has probably been added after entry `after`, or until the timeout. The caller
    /// then reads from [#position].
    public void await(long after, Duration max) throws InterruptedException {
        long until = System.nanoTime() + max.toNanos();
        position = after;
        while (!mayHaveMore()) {
            long left = until - System.nanoTime();
            if (left <= 0 || !arrived.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                return;
            }
            arrived.drainPermits();
        }
    }

    /// Whether the caller should read. This also advances the position past entries that do not match.
    private boolean mayHaveMore() throws InterruptedException {
        // The state is read first. Otherwise, if the cache started between the two reads, the position would seem to
        // have fallen out of the window, and the request would end without an event.
        RecentEvents.State state = recent.state();
        RecentEvents.Part part = recent.after(position, query.types());
        if (part != null) {
            position = part.events().isEmpty() ? part.last() : position;
            return !part.events().isEmpty();
        }
        return switch (state) {
            case STARTING -> false;
            // The position has fallen out of the window.
            case FOLLOWING -> true;
            case FAILED -> {
                Thread.sleep(RETRY_AFTER);
                yield true;
            }
        };
    }

    /// The last entry up to which no event matches.
    public long position() {
        return position;
    }

    /// Stops waiting. Idempotent.
    @Override
    public void close() {
        streams.leave(realm, query.payload(), wake);
        permit.close();
    }
}
