package dev.muster.directory;

import dev.muster.directory.chores.Schedule;
import dev.muster.directory.delivery.Courier;
import dev.muster.directory.delivery.DeliveryAttempt;
import dev.muster.directory.delivery.DeliveryOutcome;
import dev.muster.directory.delivery.Dispatcher;
import dev.muster.directory.delivery.Ping;
import dev.muster.directory.delivery.WebhookTargets;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.lane.JournalRewind;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.webhook.Webhook;
import dev.muster.outgoing.OutgoingRequest;
import dev.muster.storage.Database;
import dev.muster.storage.DeliveryStore;
import dev.muster.storage.DeliveryTables.AttemptRow;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.DeliveryTables.StateRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Deliveries to webhooks: lists attempts and events that are set aside, and resends events. Every method with an actor
/// requires `webhooks:write` and refuses Forbidden without it, and NotFound if the webhook does not exist.
public final class Deliveries {
    /// The maximum number of pings in flight.
    private static final int MAX_PINGS = 16;

    /// The maximum number of pings in flight per realm, so that a realm whose endpoints do not respond does not block
    /// the pings of others.
    private static final int MAX_PINGS_PER_REALM = 4;

    /// The maximum number of a webhook's events that are parked, wait behind a parked event, or were requested
    /// again. Once it is reached, no further event can be requested. The number is limited because a server reads
    /// all of these events when it takes the webhook's lease.
    private static final int MAX_OPEN = 1_000;

    private final Database database;
    private final DeliveryStore store;
    private final WebhookTargets targets;
    private final Courier courier;
    private final EventReader events;
    private final Dispatcher dispatcher;
    private final ReadClock now;
    private final RandomGenerator random;
    private final Semaphore pings = new Semaphore(MAX_PINGS);
    private final Map<Long, Integer> pingsByRealm = new ConcurrentHashMap<>();

    Deliveries(
            Database database,
            DeliveryStore store,
            WebhookTargets targets,
            Courier courier,
            EventReader events,
            Dispatcher dispatcher,
            ReadClock now,
            RandomGenerator random) {
        this.database = database;
        this.store = store;
        this.targets = targets;
        this.courier = courier;
        this.events = events;
        this.dispatcher = dispatcher;
        this.now = now;
        this.random = random;
    }

    void start(Schedule schedule, Function<WriteRequest, Result<Change>> execute) {
        dispatcher.start(schedule, execute);
    }

    void committed(RealmBatch work) {
        if (work.webhooks.changedAny()) {
            dispatcher.changed();
        }
    }

    /// Sets webhooks back to the end of a journal that has lost entries. Otherwise they would skip as many new ones.
    void rewound(JournalRewind rewind) {
        store.rewind(rewind.realm(), rewind.found().seq());
        dispatcher.changed();
    }

    /// An attempt to deliver an event, or an event that is set aside.
    ///
    /// @param event the event's id, or that of a ping
    /// @param state `delivered` or `failed` for an attempt; `waiting`, `parked`, `failed` or `asked` for an event
    /// @param at the time of the attempt; for an event, when it was set aside
    /// @param status the HTTP status of the response (for an event, of the last response); null if there was none
    /// @param error why there was no response; null if there was one
    /// @param reply the beginning of the response body; null for an event
    /// @param refusals the number of times an event was refused; null for an attempt
    /// @param retryAt when the event is sent again; null if no time is set
    public record Delivery(
            String event,
            String type,
            String state,
            Instant at,
            @Nullable Integer status,
            @Nullable Long millis,
            @Nullable String error,
            byte @Nullable [] reply,
            @Nullable Integer refusals,
            @Nullable Instant retryAt) {}

    // Queries

    /// The last attempts, newest first.
    ///
    /// @param before the `next` of the previous page; null for the first page
    public Result<Page<Delivery>> attempts(Actor actor, long realm, UUID webhook, @Nullable Long before, int limit) {
        EndpointKey key = new EndpointKey(realm, webhook);
        return at(actor, key, state -> {
            List<AttemptRow> rows = database.list(
                    reads -> reads.deliveries().attempts(key, before == null ? Long.MAX_VALUE : before, limit + 1));
            List<AttemptRow> shown = rows.subList(0, Math.min(limit, rows.size()));
            return Result.ok(new Page<>(
                    shown.stream().map(row -> delivery(key, row)).toList(),
                    database.read(reads -> reads.deliveries().attempts(key)),
                    false,
                    rows.size() > limit ? shown.getLast().no() : null));
        });
    }

    private Delivery delivery(EndpointKey key, AttemptRow row) {
        boolean isDelivered = row.outcome() == DeliveryOutcome.DELIVERED.code();
        return new Delivery(
                row.event(),
                row.type(),
                isDelivered ? "delivered" : "failed",
                row.at(),
                row.status(),
                row.millis(),
                row.error(),
                targets.reply(key, row),
                null,
                null);
    }

    /// The parked events and those that wait behind them, in journal order.
    ///
    /// @param after the `next` of the previous page; null for the first page
    public Result<Page<Delivery>> parked(Actor actor, long realm, UUID webhook, @Nullable Long after, int limit) {
        return open(actor, new EndpointKey(realm, webhook), OpenRow.State.PARKED, OpenRow.State.WAITING, after, limit);
    }

    /// The events that were given up, in journal order.
    ///
    /// @param after the `next` of the previous page; null for the first page
    public Result<Page<Delivery>> failed(Actor actor, long realm, UUID webhook, @Nullable Long after, int limit) {
        return open(
                actor, new EndpointKey(realm, webhook), OpenRow.State.GIVEN_UP, OpenRow.State.GIVEN_UP, after, limit);
    }

    private Result<Page<Delivery>> open(
            Actor actor, EndpointKey key, OpenRow.State state, OpenRow.State or, @Nullable Long after, int limit) {
        long position = after == null ? 1 : after;
        return at(
                actor,
                key,
                _ -> database.snapshot(reads -> {
                    List<OpenRow> rows =
                            reads.deliveries().openIn(key, state, or, position / 2, (int) (position % 2), limit + 1);
                    List<OpenRow> shown = rows.subList(0, Math.min(limit, rows.size()));
                    OpenRow.Id last = shown.isEmpty() ? null : shown.getLast().id();
                    return Result.ok(Page.counted(
                            shown.stream().map(Deliveries::delivery).toList(),
                            reads.deliveries().countOpenIn(key, state, or, Page.MAX_COUNTED + 1),
                            last == null || rows.size() <= limit ? null : Long.valueOf(2 * last.seq() + last.part())));
                }));
    }

    private static Delivery delivery(OpenRow row) {
        return new Delivery(
                row.event(),
                row.type(),
                row.state().wireName(),
                row.since(),
                row.status(),
                null,
                row.error(),
                null,
                row.refusals(),
                row.state() == OpenRow.State.GIVEN_UP ? null : row.retryAt());
    }

    // Sending

    /// Sends a ping immediately, whatever the webhook's state, and waits for the response. If it succeeds while the
    /// webhook is paused after failures, sending resumes immediately. Refuses: Busy if too many pings are in
    /// flight.
    public Result<PingResult> ping(Actor actor, long realm, UUID webhook) {
        EndpointKey key = new EndpointKey(realm, webhook);
        return at(actor, key, _ -> {
            if (!beginPing(realm)) {
                return Result.refused(new Refusal.Busy(Duration.ofSeconds(1)));
            }
            try {
                Ping ping = Ping.of(key, now.instant(), random);
                OutgoingRequest request = targets.request(key, ping.id(), ping.json(), now.instant());
                if (request == null) {
                    return notFound(key);
                }
                DeliveryAttempt attempt = courier.post(request);
                store.attempted(key, targets.row(key, ping.id(), Ping.TYPE, attempt), attempt.isDelivered());
                dispatcher.changed();
                return Result.ok(new PingResult(ping.id(), attempt));
            } finally {
                endPing(realm);
            }
        });
    }

    private boolean beginPing(long realm) {
        if (!pings.tryAcquire()) {
            return false;
        }
        if (pingsByRealm.merge(realm, 1, Integer::sum) <= MAX_PINGS_PER_REALM) {
            return true;
        }
        endPing(realm);
        return false;
    }

    private void endPing(long realm) {
        pingsByRealm.merge(realm, -1, (some, less) -> some + less == 0 ? null : some + less);
        pings.release();
    }

    /// A ping and its result.
    public record PingResult(String id, DeliveryAttempt attempt) {}

    /// Sends entries up to the cursor again, in order. Later entries wait until the replay is finished. Refuses:
    /// Invalid if `to` is beyond the cursor, or if another replay is in progress.
    ///
    /// @param from the first entry, at least 1
    /// @param to the last entry, at least `from`
    /// @return the state of the webhook: unless it is active, nothing is sent until it is resumed
    public Result<Webhook.State> replay(Actor actor, long realm, UUID webhook, long from, long to) {
        EndpointKey key = new EndpointKey(realm, webhook);
        return at(actor, key, state -> {
            WebhookRow receiver = database.read(reads -> reads.webhooks().webhook(realm, webhook));
            if (receiver == null) {
                return notFound(key);
            }
            if (to > state.cursor()) {
                return Result.refused(new Refusal.Invalid(
                        "to",
                        "not_sent_yet",
                        "Must be at most " + state.cursor() + "; what follows is still to be sent."));
            }
            if (!store.replay(key, from, to)) {
                return Result.refused(new Refusal.Invalid(
                        "from", "replay_in_progress", "A replay is in progress; wait until it has ended."));
            }
            dispatcher.changed();
            return Result.ok(receiver.webhook().state());
        });
    }

    /// Sends an event again as soon as possible. An event that is parked or was given up keeps its place in the order
    /// of its subject; any other is sent independently of the order. Refuses: NotFound if the event does not exist;
    /// Invalid if it has not been sent yet, if the webhook does not receive its type, or if too many events are
    /// waiting to be resent.
    ///
    /// @return the state of the webhook: unless it is active, nothing is sent until it is resumed
    public Result<Webhook.State> redeliver(Actor actor, long realm, UUID webhook, String event) {
        EndpointKey key = new EndpointKey(realm, webhook);
        return at(actor, key, state -> {
            PublishedEvent known = find(realm, event);
            WebhookRow receiver = database.read(reads -> reads.webhooks().webhook(realm, webhook));
            if (known == null || receiver == null) {
                return Result.refused(new Refusal.NotFound("event", event));
            }
            int part = known.id().equals(PublishedEvent.id(realm, known.seq())) ? 0 : 1;
            OpenRow.Id id = new OpenRow.Id(known.seq(), part, false);
            OpenRow row = database.read(reads -> reads.deliveries().openRow(key, id));
            if (known.seq() > state.cursor() || (row != null && row.state() == OpenRow.State.WAITING)) {
                return Result.refused(new Refusal.Invalid("eventId", "not_sent_yet", "Is still to be sent."));
            }
            if (!new EventTypes(receiver.webhook().settings().types()).matches(known.type())) {
                return Result.refused(
                        new Refusal.Invalid("eventId", "other_type", "The webhook does not receive this type."));
            }
            boolean isOpen = row != null && row.state() == OpenRow.State.PARKED;
            if (!store.send(key, row == null ? asked(known, id) : atOnce(row), isOpen ? Integer.MAX_VALUE : MAX_OPEN)) {
                return Result.refused(new Refusal.Invalid(
                        "eventId",
                        "too_many_open",
                        MAX_OPEN + " events of this webhook are parked or still to be sent again."));
            }
            dispatcher.changed();
            return Result.ok(receiver.webhook().state());
        });
    }

    private OpenRow asked(PublishedEvent event, OpenRow.Id id) {
        return new OpenRow(
                new OpenRow.Id(id.seq(), id.part(), true),
                event.id(),
                event.type(),
                event.subject(),
                OpenRow.State.RESEND_REQUESTED,
                0,
                null,
                now.instant(),
                null,
                null);
    }

    private OpenRow atOnce(OpenRow row) {
        return new OpenRow(
                row.id(),
                row.event(),
                row.type(),
                row.subject(),
                OpenRow.State.PARKED,
                row.state() == OpenRow.State.GIVEN_UP ? 0 : row.refusals(),
                now.instant(),
                row.since(),
                row.status(),
                row.error());
    }

    private @Nullable PublishedEvent find(long realm, String event) {
        Long seq = PublishedEvent.seq(realm, event);
        return seq == null
                ? null
                : events.read(realm, seq - 1, 1, Payload.THIN).stream()
                        .filter(each -> each.id().equals(event))
                        .findFirst()
                        .orElse(null);
    }

    private interface Work<T> {
        Result<T> on(StateRow state);
    }

    private <T> Result<T> at(Actor actor, EndpointKey key, Work<T> work) {
        return StorageFailures.withScope(actor, Scope.WEBHOOKS_WRITE, () -> {
            StateRow state = database.read(reads -> reads.deliveries().state(key));
            return state == null ? notFound(key) : work.on(state);
        });
    }

    private static <T> Result<T> notFound(EndpointKey key) {
        return Result.refused(new Refusal.NotFound("webhook", key.webhook().toString()));
    }

    // Metrics

    /// The number of attempts with this outcome since the server started.
    public long count(DeliveryOutcome outcome) {
        return courier.count(outcome);
    }

    /// The number of webhooks that this server currently delivers to.
    public int running() {
        return dispatcher.running();
    }

    /// The number of entries by which the slowest webhook of this server is behind.
    public long longestLagEntries() {
        return dispatcher.longestLagEntries();
    }

    /// The age, in seconds, of the oldest unsettled event of any webhook of this server.
    public double longestLagSeconds() {
        return dispatcher.longestLagSeconds();
    }

    void close() {
        dispatcher.close();
    }
}
