package dev.muster.directory.delivery;

import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.Event;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.DeliveryTables.StateRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs an [EndpointState] with its journal and rows in memory, and with a receiver whose responses the test chooses.
/// Time passes only when the test lets it pass.
final class Simulated {
    static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    private Webhook.Settings settings;
    private final WebhookRetrySchedule retrySchedule;
    private final List<PublishedEvent> journal = new ArrayList<>();
    private long head;
    private StateRow row;
    private final Map<OpenRow.Id, OpenRow> open = new HashMap<>();
    private EndpointState state;
    private List<QueuedEvent> inFlight = new ArrayList<>();

    /// The ids of the events that were in flight when a lease ended.
    private final List<String> stray = new ArrayList<>();

    Instant now = START;

    /// The ids of the events that reached the receiver, in order, including refused ones.
    final List<String> received = new ArrayList<>();

    /// The ids of the events that the receiver accepted, in order.
    final List<String> accepted = new ArrayList<>();

    /// The pause that the receiver requests in its responses; null for none.
    @Nullable
    Duration retryAfter;

    final List<ProgressUpdate> saved = new ArrayList<>();

    Simulated(boolean strict, long seed, String... types) {
        settings = new Webhook.Settings("https://example.com/", List.of(types), false, null, strict);
        retrySchedule = new WebhookRetrySchedule(new Random(seed));
        row = new StateRow(0, new byte[0], 0, null, null, null, null, null, null);
        restart();
    }

    static Event.Subject subject(int which) {
        return new Event.Subject(Event.Subject.Type.USER, new UUID(0, which));
    }

    /// Appends a journal entry about a subject. If `turned`, the entry has a second event, which reports a changed
    /// standing.
    void entry(int subject, String type, boolean turned) {
        head++;
        journal.add(event("evt_1_" + head, type, subject));
        if (turned) {
            journal.add(event("evt_1_" + head + "_s", EventTypes.STANDING_CHANGED, subject));
        }
    }

    private PublishedEvent event(String id, String type, int subject) {
        return new PublishedEvent(id, type, head, now, subject(subject), new byte[0]);
    }

    void entries(int count, int subjects) {
        for (int i = 0; i < count; i++) {
            entry(i % subjects, "user.updated", false);
        }
    }

    /// Returns the ids of all events of a subject that match the webhook's types, in order.
    List<String> ofSubject(int which) {
        return journal.stream()
                .filter(event -> event.subject().equals(subject(which)))
                .filter(event -> new EventTypes(settings.types()).matches(event.type()))
                .map(PublishedEvent::id)
                .toList();
    }

    static List<String> withoutTwins(List<String> ids) {
        return ids.stream().distinct().toList();
    }

    /// Simulates that a server is killed or loses its lease, and that another server takes the lease. Unsaved
    /// progress is lost; requests in flight may still arrive.
    void restart() {
        inFlight.forEach(event -> stray.add(event.id));
        inFlight = new ArrayList<>();
        state = new EndpointState(
                settings,
                row,
                new TreeMap<>(sorted())
                        .values().stream()
                                .filter(each -> each.state() != OpenRow.State.GIVEN_UP)
                                .toList(),
                retrySchedule);
    }

    /// Saves the progress, then changes the webhook's types, which also ends the lease.
    void types(String... types) {
        save();
        settings = new Webhook.Settings(settings.url(), List.of(types), false, null, settings.strict());
        restart();
    }

    /// Resumes the webhook at an entry, or where it stopped if `from` is null.
    void resume(@Nullable Long from) {
        row = new StateRow(
                from == null ? row.cursor() : from - 1,
                from == null ? row.beyond() : new byte[0],
                0,
                null,
                null,
                row.lastSuccessAt(),
                row.lastAttemptAt(),
                from == null ? row.replayNext() : null,
                from == null ? row.replayTo() : null);
        if (from != null) {
            open.clear();
        }
        restart();
    }

    /// Delivers one of the events that were in flight when a lease ended. Returns false if there was none.
    boolean stray(Random random) {
        if (stray.isEmpty()) {
            return false;
        }
        accepted.add(stray.remove(random.nextInt(stray.size())));
        return true;
    }

    private Map<String, OpenRow> sorted() {
        Map<String, OpenRow> sorted = new HashMap<>();
        open.forEach((id, each) -> sorted.put(String.format("%09d-%d-%b", id.seq(), id.part(), id.isResend()), each));
        return sorted;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void read() {
        for (int wanted = state.entriesToRead(now); wanted > 0; wanted = state.entriesToRead(now)) {
            long after = state.readTo();
            long last = Math.min(head, after + wanted);
            if (last <= after) {
                return;
            }
            List<PublishedEvent> events = journal.stream()
                    .filter(event -> event.seq() > after && event.seq() <= last)
                    .toList();
            state.read(new EventReader.Slice(events, last, head, System.nanoTime()));
        }
    }

    /// Sends the next event. Returns false if no event may be sent.
    boolean send() {
        QueuedEvent event = state.take(now);
        if (event == null) {
            return false;
        }
        inFlight.add(event);
        return true;
    }

    /// The number of events that could be taken now.
    int takeable() {
        return state.availableCount(now);
    }

    int flying() {
        return inFlight.size();
    }

    /// Makes the receiver respond to one of the events in flight. Status 0 means that the request does not arrive,
    /// and -1 that the response is lost.
    void answer(int which, Function<String, Integer> statusOf) {
        QueuedEvent event = inFlight.remove(which);
        int status = statusOf.apply(event.id);
        if (status != 0) {
            received.add(event.id);
        }
        if (status == 200 || status == -1) {
            accepted.add(event.id);
        }
        state.attempted(event, attempt(status), now);
    }

    private DeliveryAttempt attempt(int status) {
        return new DeliveryAttempt(
                now,
                1,
                status <= 0 ? DeliveryOutcome.FAILED : DeliveryOutcome.of(status),
                status <= 0 ? null : status,
                status <= 0 ? "no answer" : null,
                new byte[0],
                retryAfter);
    }

    void save() {
        if (!state.needsSaving()) {
            return;
        }
        ProgressUpdate update = state.takeUpdate(true);
        row = new StateRow(
                update.cursor(),
                update.beyond(),
                update.failures(),
                update.retryAt(),
                update.failingSince(),
                update.part().lastSuccessAt(),
                update.part().lastAttemptAt(),
                update.isReplayDone() ? null : update.replayNext() == null ? row.replayNext() : update.replayNext(),
                update.isReplayDone() ? null : row.replayTo());
        update.part()
                .rows()
                .forEach((id, each) -> each.ifPresentOrElse(put -> open.put(id, put), () -> open.remove(id)));
        saved.add(update);
        state.saved(update);
    }

    /// Requests a replay.
    void replay(long from, long to) {
        row = new StateRow(
                row.cursor(),
                row.beyond(),
                row.failures(),
                row.retryAt(),
                row.failingSince(),
                row.lastSuccessAt(),
                row.lastAttemptAt(),
                from,
                to);
        asked();
    }

    /// Requests that an event be sent again immediately.
    void send(OpenRow again) {
        open.put(again.id(), again);
        asked();
    }

    /// Requests that a random event up to the cursor be sent again immediately, unless it waits behind another
    /// event.
    void redeliver(Random random) {
        List<PublishedEvent> sent =
                journal.stream().filter(event -> event.seq() <= row.cursor()).toList();
        if (sent.isEmpty()) {
            return;
        }
        PublishedEvent event = sent.get(random.nextInt(sent.size()));
        int part = QueuedEvent.part(event);
        OpenRow parked = open.get(new OpenRow.Id(event.seq(), part, false));
        if (parked == null && accepted.contains(event.id())) {
            OpenRow.Id id = new OpenRow.Id(event.seq(), part, true);
            send(new OpenRow(
                    id,
                    event.id(),
                    event.type(),
                    event.subject(),
                    OpenRow.State.RESEND_REQUESTED,
                    0,
                    null,
                    now,
                    null,
                    null));
        } else if (parked != null && parked.state() == OpenRow.State.PARKED) {
            send(new OpenRow(
                    parked.id(),
                    parked.event(),
                    parked.type(),
                    parked.subject(),
                    OpenRow.State.PARKED,
                    parked.refusals(),
                    now,
                    parked.since(),
                    parked.status(),
                    parked.error()));
        }
    }

    private void asked() {
        state.applyRequests(
                row,
                open.values().stream()
                        .filter(each -> each.state() != OpenRow.State.GIVEN_UP)
                        .toList());
    }

    /// Reads, sends, responds to everything and saves, until no more events may be sent at the current time.
    void run(Function<String, Integer> statusOf) {
        boolean again = true;
        while (again) {
            read();
            while (send()) {}
            again = !inFlight.isEmpty();
            while (!inFlight.isEmpty()) {
                answer(0, statusOf);
            }
            save();
        }
    }

    Webhook.@Nullable Cause ended() {
        return state.disableCause();
    }

    StateRow row() {
        return row;
    }

    List<OpenRow> open() {
        return new ArrayList<>(new TreeMap<>(sorted()).values());
    }
}
