package dev.muster.directory.delivery;

import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.keys.ReadClock;
import dev.muster.model.webhook.Webhook;
import dev.muster.outgoing.OutgoingRequest;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.DeliveryTables.StateRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the events of one webhook under a lease. It reads them on the dispatcher's threads, and posts each event on a
/// virtual thread. Thread-safe.
final class Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

    /// The parts of the dispatcher that all endpoints share.
    ///
    /// @param heads tells which journals have grown
    /// @param reading runs reads of the journal
    /// @param saveSoon schedules a save of the endpoints' state
    record Shared(
            Courier courier,
            EventReader reader,
            JournalHeads heads,
            ReadClock now,
            RealmTurns reading,
            Runnable saveSoon) {}

    /// The minimum time between two reads while an endpoint follows a busy journal, so that one read takes the entries
    /// of several commits.
    private static final long MIN_READ_INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

    /// The number of deliveries after which the cursor is saved immediately.
    private static final int SAVE_AFTER_DELIVERIES = 100;

    private final Lease lease;
    private final WebhookTarget target;
    private final EventFeed feed;
    private final Shared shared;
    private final EndpointState state;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean reading = new AtomicBoolean();
    private final Set<Thread> senders = ConcurrentHashMap.newKeySet();

    /// The number of calls to [#read].
    private final AtomicLong readRequests = new AtomicLong();

    private volatile boolean stopped;
    private volatile boolean isAborted;

    /// Whether the last read failed. At most one read is in progress at any time.
    private volatile boolean isFailing;

    /// When the last read began, by [System#nanoTime].
    private volatile long readNanos = System.nanoTime() - MIN_READ_INTERVAL_NANOS;

    private final SenderPace pace = new SenderPace();
    private int sending;

    /// Whether [#check] is scheduled.
    private boolean isCheckScheduled;

    Endpoint(Lease lease, WebhookTarget target, EventFeed feed, Shared shared, EndpointState state) {
        this.lease = lease;
        this.target = target;
        this.feed = feed;
        this.shared = shared;
        this.state = state;
    }

    EndpointKey key() {
        return lease.endpoint();
    }

    Lease lease() {
        return lease;
    }

    WebhookTarget target() {
        return target;
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    // Reading

    /// Reads and sends as much as is currently allowed. Idempotent.
    void advance() {
        launch();
        readIfNeeded();
    }

    private void readIfNeeded() {
        if (locked(this::entriesToRead) > 0) {
            read();
        }
    }

    /// The number of entries to read now. It is also 0 if the journal is known to have no more entries.
    private int entriesToRead() {
        int wanted = lease.holds() ? state.entriesToRead(shared.now.instant()) : 0;
        return wanted > 0 && shared.heads.mayHaveAfter(key().realm(), state.readTo()) ? wanted : 0;
    }

    /// Schedules a read. Returns quickly, because lanes call this after commits.
    void read() {
        readRequests.incrementAndGet();
        readAfter(readNanos + MIN_READ_INTERVAL_NANOS - System.nanoTime());
    }

    private void readAfter(long nanos) {
        if (!stopped && !reading.getAndSet(true)) {
            shared.reading.execute(key().realm(), nanos, this::readOnce);
        }
    }

    private void readOnce() {
        long seen = readRequests.get();
        readNanos = System.nanoTime();
        boolean more = false;
        try {
            more = readSlice();
            isFailing = false;
        } catch (RuntimeException e) {
            // The dispatcher's next poll retries.
            if (!isFailing && !stopped) {
                LOG.warn("the events of webhook {} cannot be read", key().webhook(), e);
            }
            isFailing = true;
        } finally {
            reading.set(false);
        }
        launch();
        if (more) {
            readAfter(0);
        } else if (readRequests.get() != seen) {
            read();
        }
    }

    /// Reads the next entries.
    ///
    /// @return whether there is more to read immediately
    private boolean readSlice() {
        record Range(long after, int entries) {}
        Range range = locked(() -> {
            int entries = entriesToRead();
            return new Range(state.readTo(), entries);
        });
        if (range.entries == 0) {
            return false;
        }
        EventReader.Slice slice = feed.read(range.after, range.entries);
        return locked(() -> {
            // A replay may have begun in the meantime.
            if (state.readTo() == range.after) {
                state.read(slice);
            }
            saveIfManyChanges();
            return slice.last() > range.after && entriesToRead() > 0;
        });
    }

    // Sending

    /// Starts as many senders as are needed for the events that may be sent now.
    private void launch() {
        locked(() -> {
            int useful = stopped || !lease.holds() ? 0 : state.availableCount(shared.now.instant()) - idle();
            if (useful <= 0) {
                return;
            }
            long nanos = System.nanoTime();
            if (sending == 0) {
                pace.started(nanos);
            }
            int more = Math.min(useful, pace.needed(sending + Math.max(useful, state.ready()), nanos) - sending);
            for (int i = 0; i < more; i++) {
                sending++;
                Thread sender = Thread.ofVirtual().name("webhook").unstarted(this::send);
                senders.add(sender);
                sender.start();
            }
            if (more < useful && !isCheckScheduled) {
                isCheckScheduled = true;
                shared.reading.after(SenderPace.STALLED_NANOS, this::check);
            }
        });
    }

    /// Starts more senders if the requests in flight take too long.
    private void check() {
        locked(() -> isCheckScheduled = false);
        launch();
    }

    /// The number of senders that have been started but have not taken an event yet.
    private int idle() {
        return sending - state.inFlight();
    }

    private void send() {
        try {
            for (QueuedEvent event = take(); event != null; event = take()) {
                send(event);
            }
        } finally {
            senders.remove(Thread.currentThread());
        }
        readIfNeeded();
    }

    /// Takes the next event to send. Returns null if the sender must end.
    private @Nullable QueuedEvent take() {
        return locked(() -> {
            QueuedEvent event = stopped || !lease.holds() ? null : state.take(shared.now.instant());
            if (event == null) {
                sending--;
            }
            return event;
        });
    }

    private void send(QueuedEvent event) {
        DeliveryAttempt attempt;
        long began = System.nanoTime();
        try {
            attempt = post(event);
        } catch (RuntimeException e) {
            LOG.warn("event {} cannot be sent to webhook {}", event.id, key().webhook(), e);
            locked(() -> state.retrySoon(event, shared.now.instant()));
            return;
        }
        if (attempt == null) {
            return;
        }
        boolean isLow = locked(() -> {
            long nanos = System.nanoTime();
            pace.ended(nanos - began, nanos);
            if (isAborted) {
                // The next holder of the lease will send it again.
                state.putBack(event);
                return false;
            }
            Instant now = shared.now.instant();
            state.attempted(event, attempt, now);
            saveIfManyChanges();
            if (state.availableCount(now) > idle()) {
                launch();
            }
            return entriesToRead() > 0;
        });
        if (isLow) {
            read();
        }
    }

    /// Posts an event.
    ///
    /// @return the attempt; null if the event was not sent
    private @Nullable DeliveryAttempt post(QueuedEvent event) {
        EventFeed.Current current = feed.current(event);
        if (current.event() == null) {
            locked(() -> state.dropMissing(event));
            return null;
        }
        OutgoingRequest request = target.request(event.id, current.event().json(), shared.now.instant());
        // Reading may have taken a long time, so check the lease again.
        if (!lease.holds()) {
            locked(() -> state.putBack(event));
            return null;
        }
        if (feed.isOld(current.readNanos())) {
            locked(() -> state.retrySoon(event, shared.now.instant()));
            return null;
        }
        return shared.courier.post(request);
    }

    private void saveIfManyChanges() {
        if (state.shouldSaveSoon(SAVE_AFTER_DELIVERIES)) {
            shared.saveSoon.run();
        }
    }

    // Saving

    /// Whether there are changes that have not been saved.
    boolean needsSaving() {
        return locked(state::needsSaving);
    }

    /// Whether the endpoint's attempts are saved less often.
    boolean isBusy() {
        return locked(state::isBusy);
    }

    ProgressUpdate takeUpdate(boolean withAttempts) {
        return locked(() -> state.takeUpdate(withAttempts));
    }

    void saved(ProgressUpdate update) {
        locked(() -> state.saved(update));
        readIfNeeded();
    }

    void notSaved() {
        locked(() -> state.notSaved());
    }

    /// Applies new requests to resend events, to replay entries or to end a pause.
    void applyRequests(StateRow row, List<OpenRow> open) {
        locked(() -> state.applyRequests(row, open));
        advance();
    }

    // Ending

    /// Why the webhook must be disabled; null if it does not have to be.
    Webhook.@Nullable Cause disableCause() {
        return locked(state::disableCause);
    }

    long cursor() {
        return locked(state::cursor);
    }

    @Nullable
    Instant oldest() {
        return locked(state::oldest);
    }

    /// Stops reading and sending. Messages in flight are not aborted.
    void stop() {
        stopped = true;
    }

    /// Aborts messages in flight, and stops reading and sending.
    void abort() {
        stopped = true;
        isAborted = true;
        senders.forEach(Thread::interrupt);
    }

    boolean isQuiet() {
        return senders.isEmpty();
    }
}
