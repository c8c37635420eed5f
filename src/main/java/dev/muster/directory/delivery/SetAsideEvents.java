package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryTables.OpenRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The events of an endpoint that are set aside in separate rows, so that the cursor can pass them: events that the
/// receiver refuses, later events of their subjects, and events that a request asked to resend. Guarded by the lock of
/// its [Endpoint].
final class SetAsideEvents {
    /// The maximum number of events that are set aside. Once it is reached, refused events hold back the cursor.
    static final int MAX_EVENTS = 1_000;

    private final Map<OpenRow.Id, QueuedEvent> events = new HashMap<>();
    private final SendOrder order;
    private final UnsavedChanges unsaved;

    SetAsideEvents(SendOrder order, UnsavedChanges unsaved) {
        this.order = order;
        this.unsaved = unsaved;
    }

    boolean isFull() {
        return events.size() >= MAX_EVENTS;
    }

    boolean contains(QueuedEvent event) {
        return events.containsKey(event.rowId());
    }

    /// Sets aside an event that is queued or is about to be queued.
    void put(QueuedEvent event, OpenRow.State state, Instant now) {
        if (event.window != null) {
            event.window.settle(event.seq, event.part);
        }
        event.window = null;
        event.setAsideState = state;
        event.since = now;
        event.forgetBody();
        events.put(event.rowId(), event);
        unsaved.put(event.row());
    }

    /// Records that an event was refused again.
    void refused(QueuedEvent event) {
        if (event.setAsideState != OpenRow.State.RESEND_REQUESTED) {
            event.setAsideState = OpenRow.State.PARKED;
        }
        unsaved.put(event.row());
    }

    /// Gives up an event that is no longer queued.
    void giveUp(QueuedEvent event) {
        events.remove(event.rowId());
        if (event.setAsideState == OpenRow.State.RESEND_REQUESTED) {
            unsaved.delete(event.rowId());
        } else {
            event.setAsideState = OpenRow.State.GIVEN_UP;
            event.dueAt = Instant.MIN;
            unsaved.put(event.row());
        }
    }

    /// Removes an event that is settled.
    void remove(QueuedEvent event) {
        events.remove(event.rowId());
        unsaved.delete(event.rowId());
    }

    /// Queues the event in a row, or sends it earlier if it is already queued and the row says so. Ignores a row
    /// that is about to be replaced or deleted.
    void addOrReschedule(OpenRow row) {
        if (unsaved.contains(row.id())) {
            return;
        }
        QueuedEvent event = events.get(row.id());
        if (event == null) {
            QueuedEvent added = QueuedEvent.of(row);
            events.put(row.id(), added);
            order.add(added);
        } else if (!event.inFlight && row.retryAt() != null && row.retryAt().isBefore(event.dueAt)) {
            order.reschedule(event, Objects.requireNonNull(row.retryAt()));
        }
    }
}
