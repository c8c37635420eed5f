package dev.muster.directory.delivery;

import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.Event;
import dev.muster.storage.DeliveryTables.OpenRow;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An event queued for one endpoint, and the state of its delivery. Guarded by the lock of its [Endpoint].
final class QueuedEvent implements Comparable<QueuedEvent> {
    final String id;
    final String type;
    final long seq;

    /// The event's position within its entry: 0 for the entry's own event, 1 for the `user.standing.changed` that
    /// follows it.
    final int part;

    final Event.Subject subject;

    /// The time of the entry; for an event loaded from its row, when it was set aside.
    final Instant at;

    /// The event's content; null until it is read, and again while the event has to wait.
    @Nullable
    PublishedEvent event;

    /// When `event` was read, by [System#nanoTime].
    long readNanos;

    /// The window that records its delivery; null if it is set aside.
    @Nullable
    EventWindow window;

    /// Why it is set aside; null if it is not.
    OpenRow.@Nullable State setAsideState;

    /// When it was set aside.
    @Nullable
    Instant since;

    /// The earliest time of the next attempt.
    Instant dueAt = Instant.MIN;

    boolean inFlight;

    /// Whether any attempt failed.
    boolean failed;

    /// The number of successful deliveries to the endpoint before this event first failed.
    long successesBefore;

    /// The number of failures attributed to the event rather than to the endpoint.
    int refusals;

    /// The endpoint's round in which it was last sent.
    int round;

    /// The HTTP status and the error of the last attempt.
    @Nullable
    Integer lastStatus;

    @Nullable
    String lastError;

    private QueuedEvent(String id, String type, long seq, int part, Event.Subject subject, Instant at) {
        this.id = id;
        this.type = type;
        this.seq = seq;
        this.part = part;
        this.subject = subject;
        this.at = at;
    }

    /// Creates an event that was just read.
    static QueuedEvent of(PublishedEvent event, EventWindow window, long readNanos) {
        QueuedEvent queued =
                new QueuedEvent(event.id(), event.type(), event.seq(), part(event), event.subject(), event.at());
        queued.event = event;
        queued.readNanos = readNanos;
        queued.window = window;
        return queued;
    }

    /// Creates an event from its row.
    static QueuedEvent of(OpenRow row) {
        QueuedEvent queued = new QueuedEvent(
                row.event(), row.type(), row.id().seq(), row.id().part(), row.subject(), row.since());
        queued.setAsideState = row.state();
        queued.since = row.since();
        queued.refusals = row.refusals();
        queued.failed = row.refusals() > 0;
        queued.dueAt = Objects.requireNonNullElse(row.retryAt(), Instant.MIN);
        queued.lastStatus = row.status();
        queued.lastError = row.error();
        return queued;
    }

    static int part(PublishedEvent event) {
        return event.type().equals(EventTypes.STANDING_CHANGED) ? 1 : 0;
    }

    /// The key by which events are ordered: events with the same key are sent one after the other.
    ///
    /// @param strict whether all events of the endpoint are sent one after the other
    Object key(boolean strict) {
        if (setAsideState == OpenRow.State.RESEND_REQUESTED) {
            return id;
        }
        return strict ? "" : subject;
    }

    OpenRow.Id rowId() {
        return new OpenRow.Id(seq, part, setAsideState == OpenRow.State.RESEND_REQUESTED);
    }

    /// The row of an event that is set aside.
    OpenRow row() {
        return new OpenRow(
                rowId(),
                id,
                type,
                subject,
                Objects.requireNonNull(setAsideState),
                refusals,
                dueAt.equals(Instant.MIN) ? null : dueAt,
                Objects.requireNonNull(since),
                lastStatus,
                lastError);
    }

    /// Frees memory while the event has to wait.
    void forgetBody() {
        event = null;
    }

    @Override
    public int compareTo(QueuedEvent other) {
        int bySeq = Long.compare(seq, other.seq);
        int byPart = bySeq != 0 ? bySeq : Integer.compare(part, other.part);
        // The same event may also have been requested separately.
        return byPart != 0
                ? byPart
                : Boolean.compare(
                        setAsideState == OpenRow.State.RESEND_REQUESTED,
                        other.setAsideState == OpenRow.State.RESEND_REQUESTED);
    }

    @Override
    public String toString() {
        return id;
    }
}
