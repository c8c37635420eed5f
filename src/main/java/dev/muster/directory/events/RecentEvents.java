package dev.muster.directory.events;

import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Caches the latest events of one realm, which are read once for all followers. The window is bounded: a follower that
/// falls behind reads the journal itself and does not delay the others.
///
/// It reads on a virtual thread while there are followers.
final class RecentEvents {
    private static final int MAX_EVENTS = 256;
    private static final int MAX_BYTES = 256 << 10;

    /// The number of entries per read, which is small enough for a short read.
    private static final int SLICE = 50;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(RecentEvents.class);

    private final EventReader reader;
    private final JournalHeads heads;
    private final long realm;
    private final Payload payload;
    private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
    private final Semaphore newEvents = new Semaphore(0);
    private volatile boolean stopped;

    /// Whether followers can read from the cache.
    enum State {
        /// Nothing has been read yet. Followers are woken when this changes.
        STARTING,
        FOLLOWING,
        /// The cache is no longer updated, so followers read the journal themselves.
        FAILED
    }

    // The following fields are guarded by `this`.
    private State state = State.STARTING;
    private final Deque<PublishedEvent> window = new ArrayDeque<>();
    private int bytes;
    private long from = Long.MAX_VALUE;
    private long last;
    private JournalHeads.@Nullable Rewind rewound;

    RecentEvents(EventReader reader, JournalHeads heads, long realm, Payload payload) {
        this.reader = reader;
        this.heads = heads;
        this.realm = realm;
        this.payload = payload;
    }

    /// The events after a given entry.
    ///
    /// @param last the last entry that is covered
    record Part(List<PublishedEvent> events, long last) {}

    void start() {
        Thread.ofVirtual().name("events-" + realm).start(this::work);
    }

    void stop() {
        stopped = true;
        newEvents.release();
    }

    /// @param wake called when there may be more events; it must not block
    void add(Runnable wake) {
        followers.add(wake);
    }

    /// Removes a follower, and returns whether none are left.
    boolean remove(Runnable wake) {
        followers.remove(wake);
        return followers.isEmpty();
    }

    synchronized State state() {
        return state;
    }

    /// The events of these types after entry `seq`; null if the window does not contain all of them.
    synchronized @Nullable Part after(long seq, EventTypes types) {
        if (seq < from || !Objects.equals(heads.rewound(realm), rewound)) {
            return null;
        }
        List<PublishedEvent> events = new ArrayList<>();
        for (PublishedEvent event : window) {
            if (event.seq() > seq && types.matches(event.type())) {
                events.add(event);
            }
        }
        return new Part(events, Math.max(seq, last));
    }

    private void work() {
        try (JournalHeads.Registration _ = heads.listen(realm, newEvents::release)) {
            boolean begun = false;
            boolean failing = false;
            while (!stopped) {
                try {
                    if (begun) {
                        readOn();
                    } else {
                        begin(reader.head(realm));
                        begun = true;
                        followers.forEach(Runnable::run);
                    }
                    failing = false;
                    newEvents.acquire();
                    newEvents.drainPermits();
                } catch (StorageException e) {
                    if (!failing) {
                        LOG.warn("reading events of realm {}: {}; tried again each second", realm, e.getMessage());
                    }
                    failing = true;
                    Thread.sleep(RETRY_AFTER);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("reading events of realm {} failed; its streams read the journal themselves", realm, e);
            fail();
            followers.forEach(Runnable::run);
        }
    }

    private synchronized void begin(long head) {
        state = State.FOLLOWING;
        rewound = heads.rewound(realm);
        from = head;
        last = head;
    }

    /// Forgets the entries that the journal has lost, and all others.
    private synchronized void startAgain(JournalHeads.@Nullable Rewind lost) {
        rewound = lost;
        window.clear();
        bytes = 0;
        last = lost == null ? last : Math.min(last, lost.seq());
        from = last;
    }

    /// Makes every follower read the journal itself.
    private synchronized void fail() {
        state = State.FAILED;
        window.clear();
        from = Long.MAX_VALUE;
    }

    private void readOn() {
        while (!stopped) {
            JournalHeads.Rewind lost = heads.rewound(realm);
            if (!Objects.equals(lost, rewound)) {
                startAgain(lost);
            }
            EventReader.Slice slice = reader.read(realm, last, SLICE, EventTypes.ALL, payload);
            if (slice.last() == last) {
                return;
            }
            add(slice);
            followers.forEach(Runnable::run);
        }
    }

    private synchronized void add(EventReader.Slice slice) {
        for (PublishedEvent event : slice.events()) {
            window.add(event);
            bytes += event.json().length;
        }
        last = slice.last();
        while (window.size() > MAX_EVENTS || bytes > MAX_BYTES) {
            from = window.element().seq();
            // Remove both events of an entry together.
            while (!window.isEmpty() && window.element().seq() == from) {
                bytes -= window.remove().json().length;
            }
        }
    }
}
