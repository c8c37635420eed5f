package dev.muster.directory.delivery;

import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.DeliveryTables.StateRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what to send to one endpoint, and when. It makes all decisions but performs no I/O; time is an argument.
/// Guarded by the lock of its [Endpoint].
///
/// A failure is attributed either to the endpoint or to the event. After a failure of the endpoint, nothing is sent
/// until a pause is over ([Backoff]). After a failure of an event, only that event waits while others are sent. An
/// event that is refused three times while others are delivered is *parked*: it is set aside in a separate row, so that
/// the cursor can pass it, and is retried at increasing intervals. Later events of its subject are set aside behind it.
final class EndpointState {
    /// The number of refusals after which an event is parked, provided that others are delivered.
    private static final int PARKED_AFTER = 3;

    /// The number of refused events, while none is delivered, at which failures are attributed to the endpoint.
    private static final int ENDPOINT_FAULT_REFUSALS = 3;

    /// The minimum wait after a failed attempt, and the wait between the refusals of an event before it is parked.
    private static final Duration MIN_RETRY_DELAY = Duration.ofSeconds(5);

    private final boolean strict;
    private final EventTypes types;
    private final WebhookRetrySchedule retrySchedule;
    private final Backoff backoff;
    private final SendOrder order;
    private final EventWindow live;
    private final UnsavedChanges unsaved;
    private final SetAsideEvents setAside;

    /// The events refused since the last success.
    private final Set<QueuedEvent> refused = new HashSet<>();

    /// The events that were refused often enough to be parked, but are held back until another event has been
    /// delivered.
    private final Set<QueuedEvent> toPark = new HashSet<>();

    private @Nullable EventWindow replay;

    /// The last entry of a pending replay, which starts at `replayFrom`; 0 if none is pending.
    private long replayTo;

    private long replayFrom;
    private int inFlight;
    private long successes;
    private Webhook.@Nullable Cause cause;

    /// The end of the pause in the webhook's row. If the row no longer has one, a request has ended the pause.
    private @Nullable Instant storedRetryAt;

    EndpointState(Webhook.Settings settings, StateRow row, List<OpenRow> open, WebhookRetrySchedule retrySchedule) {
        strict = settings.strict();
        types = new EventTypes(settings.types());
        this.retrySchedule = retrySchedule;
        backoff = new Backoff(row, strict, retrySchedule);
        order = new SendOrder(strict);
        live = new EventWindow(row.cursor(), row.beyond(), Long.MAX_VALUE);
        unsaved = new UnsavedChanges(row.lastSuccessAt(), row.lastAttemptAt());
        setAside = new SetAsideEvents(order, unsaved);
        applyRequests(row, open);
    }

    // Reading

    private EventWindow window() {
        return replay == null ? live : replay;
    }

    /// The number of entries to read now, starting after [#readTo]; 0 if none should be read.
    int entriesToRead(Instant now) {
        beginReplay();
        EventWindow window = window();
        int room = Math.min(window.room(), backoff.share(EventWindow.MAX_ENTRIES));
        boolean isEnough = window.hasOpen() && (order.ready() >= room || backoff.allowed(now) == 0);
        return isEnough || cause != null || isReplayPending() ? 0 : Math.max(room, 0);
    }

    long readTo() {
        return window().readTo();
    }

    /// Queues the events of a slice that was read after [#readTo].
    void read(EventReader.Slice slice) {
        EventWindow window = window();
        if (slice.last() <= window.readTo()) {
            return;
        }
        List<QueuedEvent> fresh = new ArrayList<>(slice.events().size());
        BitSet wanted = new BitSet();
        for (PublishedEvent event : slice.events()) {
            int part = QueuedEvent.part(event);
            if (types.matches(event.type()) && !window.isSettled(event.seq(), part)) {
                fresh.add(QueuedEvent.of(event, window, slice.nanos()));
                wanted.set(window.wantedBit(event.seq(), part));
            }
        }
        window.read(wanted, slice.last());
        fresh.forEach(this::arrived);
        unsaved.windowChanged();
    }

    private void arrived(QueuedEvent event) {
        if (setAside.contains(event)) {
            // A replay has reached an event that is set aside and will be sent anyway.
            window().settle(event.seq, event.part);
            return;
        }
        if (!setAside.isFull() && order.isBehindSetAside(event)) {
            setAside.put(event, OpenRow.State.WAITING, event.at);
        }
        order.add(event);
    }

    // Sending

    /// Takes the next event to send; returns null if there is none at present.
    @Nullable
    QueuedEvent take(Instant now) {
        beginReplay();
        if (cause != null || isReplayPending() || inFlight >= backoff.allowed(now)) {
            return null;
        }
        QueuedEvent event = order.next(now, backoff.isProbing());
        if (event != null) {
            inFlight++;
            event.round = backoff.round();
        }
        return event;
    }

    /// The number of additional events that could be taken.
    int availableCount(Instant now) {
        Instant due = order.nextDue();
        int ready = order.ready() + (due != null && !due.isAfter(now) ? 1 : 0);
        return cause != null || isReplayPending() ? 0 : Math.max(0, Math.min(ready, backoff.allowed(now) - inFlight));
    }

    /// The number of events that are waiting only for their turn.
    int ready() {
        return order.ready();
    }

    /// Puts back an event that was taken but not sent.
    void putBack(QueuedEvent event) {
        inFlight--;
        order.putBack(event);
    }

    /// Puts back an event that could not be read or sent, to retry it soon.
    void retrySoon(QueuedEvent event, Instant now) {
        event.dueAt = now.plus(MIN_RETRY_DELAY);
        putBack(event);
    }

    /// Drops an event that was taken, because it no longer exists.
    void dropMissing(QueuedEvent event) {
        inFlight--;
        drop(event);
    }

    private void drop(QueuedEvent event) {
        toPark.remove(event);
        refused.remove(event);
        order.remove(event);
        if (event.window == null) {
            setAside.remove(event);
        } else {
            event.window.settle(event.seq, event.part);
            if (event.window == replay) {
                // The event may have been given up earlier.
                unsaved.delete(event.rowId());
            }
        }
        unsaved.windowChanged();
    }

    /// Records the result of sending an event that was taken.
    void attempted(QueuedEvent event, DeliveryAttempt attempt, Instant now) {
        inFlight--;
        unsaved.attempted(event, attempt);
        if (attempt.isDelivered()) {
            delivered(event, now);
        } else {
            event.lastStatus = attempt.status();
            event.lastError = attempt.error();
            failed(event, attempt, now);
        }
    }

    private void delivered(QueuedEvent event, Instant now) {
        successes++;
        backoff.succeeded(event.round);
        drop(event);
        refused.clear();
        toPark.stream().toList().forEach(each -> park(each, now));
        toPark.clear();
    }

    private void failed(QueuedEvent event, DeliveryAttempt attempt, Instant now) {
        boolean isFirst = !event.failed;
        if (isFirst) {
            event.failed = true;
            event.successesBefore = successes;
        }
        if (attempt.outcome() == DeliveryOutcome.GONE) {
            cause = Webhook.Cause.GONE;
        } else if (backoff.failedAt(now)) {
            cause = Webhook.Cause.FAILING;
        }
        if (isDueToEvent(event, attempt.outcome(), isFirst)) {
            refused(event, now);
        } else {
            event.dueAt = now.plus(MIN_RETRY_DELAY);
            order.putBack(event);
            backoff.pause(event.round, attempt.outcome() == DeliveryOutcome.BUSY ? attempt.retryAfter() : null, now);
            order.forEach(QueuedEvent::forgetBody);
        }
    }

    /// Whether a failure is attributed to the event rather than to the endpoint.
    private boolean isDueToEvent(QueuedEvent event, DeliveryOutcome outcome, boolean isFirst) {
        boolean othersAreDelivered = successes > event.successesBefore;
        return !strict
                && switch (outcome) {
                    case REFUSED -> {
                        refused.add(event);
                        yield othersAreDelivered || refused.size() < ENDPOINT_FAULT_REFUSALS;
                    }
                    // An event may also cause a receiver to fail.
                    case FAILED -> othersAreDelivered && !isFirst;
                    case DELIVERED, GONE, BUSY -> false;
                };
    }

    private void refused(QueuedEvent event, Instant now) {
        event.refusals++;
        int parkedFor = event.refusals - PARKED_AFTER;
        if (event.setAsideState != null && parkedFor >= WebhookRetrySchedule.steps() - 1) {
            order.remove(event);
            setAside.giveUp(event);
            if (order.isEmpty()) {
                backoff.nothingLeft();
            }
            return;
        }
        event.dueAt = now.plus(parkedFor < 0 ? MIN_RETRY_DELAY : retrySchedule.after(parkedFor + 2));
        order.putBack(event);
        if (event.setAsideState != null) {
            setAside.refused(event);
            // If the event had been given up earlier, later events of its subject may already be queued.
            setAsideFollowers(event, now);
        } else if (parkedFor >= 0) {
            toPark.add(event);
            if (successes > event.successesBefore) {
                toPark.remove(event);
                park(event, now);
            }
        }
    }

    // Setting aside

    private void park(QueuedEvent event, Instant now) {
        if (setAside.isFull() || event.window == null) {
            return;
        }
        setAside.put(event, OpenRow.State.PARKED, now);
        setAsideFollowers(event, now);
    }

    private void setAsideFollowers(QueuedEvent event, Instant now) {
        for (QueuedEvent behind : order.behind(event)) {
            if (behind.window != null && !setAside.isFull()) {
                setAside.put(behind, OpenRow.State.WAITING, now);
            }
        }
    }

    // Requests

    /// Applies new requests: to resend events, to replay part of the journal, or to end a pause.
    ///
    /// @param open the rows of events that are set aside, except those that were given up
    void applyRequests(StateRow row, List<OpenRow> open) {
        if (row.retryAt() == null && storedRetryAt != null) {
            backoff.end();
        }
        storedRetryAt = row.retryAt();
        if (replay == null && replayTo == 0 && row.replayTo() != null && row.replayNext() != null) {
            replayFrom = row.replayNext();
            replayTo = row.replayTo();
        }
        for (OpenRow each : open) {
            if (types.matches(each.type())) {
                setAside.addOrReschedule(each);
            } else {
                // The webhook's types have since changed.
                unsaved.delete(each.id());
            }
        }
    }

    private boolean isReplayPending() {
        return replayTo > 0;
    }

    /// Starts a pending replay once nothing is in flight, so that no event arrives out of order.
    private void beginReplay() {
        if (isReplayPending() && inFlight == 0) {
            order.removeIf(event -> event.window == live);
            refused.clear();
            toPark.clear();
            live.rewind();
            replay = new EventWindow(replayFrom - 1, new byte[0], replayTo);
            replayTo = 0;
        }
    }

    // Saving

    /// Whether enough has happened to save the state soon.
    boolean shouldSaveSoon(int events) {
        return unsaved.settled() >= events || window().unstored() >= events || isReplayDone();
    }

    boolean needsSaving() {
        return unsaved.isChanged() || isReplayDone();
    }

    boolean isBusy() {
        return unsaved.isBusy();
    }

    private boolean isReplayDone() {
        return replay != null && replay.isDone();
    }

    /// Returns the changes to save. Call [#saved] or [#notSaved] afterwards.
    ProgressUpdate takeUpdate(boolean withAttempts) {
        return new ProgressUpdate(
                live.cursor(),
                live.beyond(),
                backoff.failures(),
                backoff.retryAt(),
                backoff.failingSince(),
                replay == null ? null : Long.valueOf(replay.cursor() + 1),
                isReplayDone(),
                unsaved.take(withAttempts));
    }

    void saved(ProgressUpdate update) {
        storedRetryAt = update.retryAt();
        live.stored(update.cursor());
        if (replay != null && update.replayNext() != null) {
            replay.stored(update.replayNext() - 1);
        }
        if (update.isReplayDone()) {
            replay = null;
        }
        unsaved.saved(update.part());
    }

    void notSaved() {
        unsaved.notSaved();
    }

    /// Why the endpoint must be disabled; null if it does not have to be.
    Webhook.@Nullable Cause disableCause() {
        return cause;
    }

    int inFlight() {
        return inFlight;
    }

    /// The last entry up to which everything is settled.
    long cursor() {
        return live.cursor();
    }

    /// The time of the oldest event that has been read but not settled; null if there is none.
    @Nullable
    Instant oldest() {
        return order.oldest(live);
    }
}
