package dev.muster.directory.delivery;

import dev.muster.directory.chores.Schedule;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.events.Payload;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.Database;
import dev.muster.storage.DeliveryStore;
import dev.muster.storage.DeliveryStore.ActiveRow;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.DeliveryTables.StateRow;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers events to the webhooks whose leases this server holds, in all realms. Once a second, it reads the active
/// webhooks with one statement, and takes the leases that are free. Thread-safe.
///
/// Any number of servers may do this. If a server stops or is suspended, another takes over its leases within half a
/// minute, and resends whatever the first had not recorded as sent.
public final class Dispatcher implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration RENEWAL_INTERVAL = Duration.ofSeconds(10);

    /// The maximum time spent on disabling webhooks per poll. It is bounded so that leases are renewed in time.
    private static final Duration MAX_DISABLING_TIME = Duration.ofSeconds(5);

    /// Attempts of busy endpoints are included only in one save out of this many.
    private static final int SAVES_PER_BUSY_SAVE = 5;

    /// How long a server that is stopping waits for messages in flight.
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    /// The number of platform threads that read the journal. SQLite would block a virtual thread's carrier.
    private static final int READERS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Database database;
    private final DeliveryStore store;
    private final WebhookTargets targets;
    private final JournalHeads heads;
    private final ReadClock now;
    private final WebhookRetrySchedule retrySchedule;
    private final UUID server;
    private final Endpoint.Shared shared;
    private final ProgressWriter progress;
    private final ScheduledExecutorService readExecutor = Executors.newScheduledThreadPool(
            READERS, Thread.ofPlatform().name("webhooks-", 0).daemon().factory());
    private final Map<EndpointKey, Running> endpoints = new ConcurrentHashMap<>();
    private final Map<FeedKey, EventFeed> feeds = new ConcurrentHashMap<>();
    private final UnusableWebhooks unusable = new UnusableWebhooks();

    private volatile @Nullable Function<WriteRequest, Result<Change>> execute;
    private volatile Runnable pollSoon = () -> {};
    private volatile Runnable saveSoon = () -> {};
    private boolean polled;
    private long renewedNanos = System.nanoTime();
    private long attemptsSavedNanos = System.nanoTime();
    private int attemptSaves;

    /// An endpoint whose lease this server holds.
    ///
    /// @param requestCount the value of `requestCount` in the row when it was last read
    private record Running(Endpoint endpoint, JournalHeads.Registration registration, long requestCount) {}

    private record FeedKey(long realm, Payload payload) {
        private static FeedKey of(Endpoint endpoint) {
            return new FeedKey(endpoint.key().realm(), endpoint.target().payload());
        }
    }

    public Dispatcher(
            Database database,
            DeliveryStore store,
            WebhookTargets targets,
            Courier courier,
            EventReader reader,
            JournalHeads heads,
            ReadClock now,
            RandomGenerator random) {
        this.database = database;
        this.store = store;
        this.targets = targets;
        this.heads = heads;
        this.now = now;
        retrySchedule = new WebhookRetrySchedule(random);
        server = new UUID(random.nextLong(), random.nextLong());
        shared = new Endpoint.Shared(
                courier, reader, heads, now, new RealmTurns(readExecutor, this::readLater), () -> saveSoon.run());
        progress = new ProgressWriter(store, targets, this::changed);
    }

    /// Starts delivering.
    ///
    /// @param execute executes a write, as [dev.muster.directory.Directory#execute] does
    public void start(Schedule schedule, Function<WriteRequest, Result<Change>> execute) {
        this.execute = execute;
        pollSoon = schedule.add("webhooks", Duration.ZERO, this::poll);
        saveSoon = schedule.add("webhook progress", INTERVAL, this::save);
    }

    /// Looks for changed webhooks and for new requests immediately.
    public void changed() {
        pollSoon.run();
    }

    private void readLater(long nanos, Runnable work) {
        try {
            ScheduledFuture<?> _ = readExecutor.schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("the server is stopping", e);
        }
    }

    // Leases

    private Duration poll() {
        try {
            long before = System.nanoTime();
            boolean renewing = before - renewedNanos >= RENEWAL_INTERVAL.toNanos() && !endpoints.isEmpty();
            if (renewing) {
                store.renew(server);
                renewedNanos = before;
            }
            Map<EndpointKey, ActiveRow> rows = active();
            for (Running running : List.copyOf(endpoints.values())) {
                Lease lease = running.endpoint.lease();
                ActiveRow row = rows.get(lease.endpoint());
                isolateFailures(lease.endpoint(), lease.fence(), () -> keep(running, row, renewing ? before : 0));
            }
            rows.values().forEach(row -> isolateFailures(row.endpoint(), row.fence(), () -> take(row)));
            unusable.retain(rows.keySet());
        } catch (StorageException e) {
            // If the database stays unavailable, the leases expire and another server takes over.
            LOG.debug("the leases of webhooks cannot be read", e);
        }
        tidyFeeds();
        long until = System.nanoTime() + MAX_DISABLING_TIME.toNanos();
        for (Running running : endpoints.values()) {
            Lease lease = running.endpoint.lease();
            isolateFailures(lease.endpoint(), lease.fence(), () -> advanceOrDisable(running.endpoint, until));
        }
        return INTERVAL;
    }

    /// Reads the active webhooks. An embedded database has only one server, so on such a database this first ends
    /// the leases that an earlier run left behind.
    private Map<EndpointKey, ActiveRow> active() {
        List<ActiveRow> rows = database.list(reads -> reads.deliveries().active());
        boolean left = !polled && rows.stream().anyMatch(row -> row.leasedBy() != null);
        polled = true;
        if (left && !database.isShared()) {
            store.releaseAll();
            rows = database.list(reads -> reads.deliveries().active());
        }
        return rows.stream().collect(Collectors.toMap(ActiveRow::endpoint, row -> row));
    }

    /// Runs work on a webhook. If its rows or its realm cannot be read, nothing is sent to it until it is tried again;
    /// other webhooks are not affected.
    ///
    /// @param fence the fence of the webhook
    private void isolateFailures(EndpointKey key, long fence, Runnable work) {
        try {
            work.run();
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            Running running = endpoints.get(key);
            if (running != null) {
                drop(running);
            }
            if (unusable.add(key, fence, System.nanoTime())) {
                LOG.error("nothing is sent to webhook {} of realm {}: {}", key.webhook(), key.realm(), e.toString());
            }
            LOG.debug("nothing is sent to webhook {}", key.webhook(), e);
        }
    }

    /// Keeps an endpoint running if this server still holds its lease. An expired lease is free: it can no longer
    /// be renewed, only taken again.
    ///
    /// @param row the webhook's row; null if the webhook is no longer active
    /// @param renewedNanos when the renewal of leases was requested; 0 if they were not renewed
    private void keep(Running running, @Nullable ActiveRow row, long renewedNanos) {
        Endpoint endpoint = running.endpoint;
        if (row == null || row.isFree() || row.fence() != endpoint.lease().fence() || !server.equals(row.leasedBy())) {
            drop(running);
            return;
        }
        if (renewedNanos != 0) {
            endpoint.lease().renewed(renewedNanos);
        }
        if (row.requestCount() != running.requestCount) {
            applyRequests(running, row.requestCount());
        }
    }

    /// Applies new requests to resend events or to end a pause.
    private void applyRequests(Running running, long requestCount) {
        Endpoint endpoint = running.endpoint;
        progress.betweenSaves(() -> {
            Stored stored = stored(endpoint.key());
            endpoints.put(endpoint.key(), new Running(endpoint, running.registration, requestCount));
            if (stored.state != null) {
                endpoint.applyRequests(stored.state, stored.open);
            }
        });
    }

    private void drop(Running running) {
        running.registration.close();
        running.endpoint.abort();
        // The journal may have lost entries that the feed still has.
        feeds.remove(FeedKey.of(running.endpoint));
        endpoints.remove(running.endpoint.key());
    }

    /// Takes the lease of a webhook if it is free, and starts delivering. Does not take that of a webhook whose row or
    /// realm this server cannot read, so that another server may.
    private void take(ActiveRow row) {
        EndpointKey key = row.endpoint();
        boolean isFree = row.isFree() || server.equals(row.leasedBy());
        if (!isFree || endpoints.containsKey(key) || unusable.mustWait(key, row.fence(), System.nanoTime())) {
            return;
        }
        // If the webhook is changed after that, its lease is not granted.
        WebhookTarget target = targets.find(key);
        if (target == null) {
            unusable.add(key, row.fence(), System.nanoTime());
            return;
        }
        Lease lease = new Lease(key, row.fence() + 1, System.nanoTime());
        if (!store.lease(row, server)) {
            return;
        }
        isolateFailures(key, lease.fence(), () -> begin(lease, target, row.requestCount()));
    }

    private void begin(Lease lease, WebhookTarget target, long requestCount) {
        EndpointKey key = lease.endpoint();
        Stored stored = stored(key);
        if (stored.state == null) {
            unusable.add(key, lease.fence(), System.nanoTime());
            return;
        }
        unusable.remove(key);
        EventFeed feed = feeds.computeIfAbsent(
                new FeedKey(key.realm(), target.payload()), of -> new EventFeed(shared.reader(), of.realm, of.payload));
        EndpointState state = new EndpointState(target.webhook().settings(), stored.state, stored.open, retrySchedule);
        Endpoint endpoint = new Endpoint(lease, target, feed, shared, state);
        endpoints.put(key, new Running(endpoint, heads.listen(key.realm(), endpoint::read), requestCount));
        endpoint.advance();
    }

    private record Stored(@Nullable StateRow state, List<OpenRow> open) {}

    private Stored stored(EndpointKey key) {
        return database.snapshot(reads ->
                new Stored(reads.deliveries().state(key), reads.deliveries().open(key, 2 * SetAsideEvents.MAX_EVENTS)));
    }

    /// Discards events that no endpoint has read recently.
    private void tidyFeeds() {
        Set<FeedKey> used = endpoints.values().stream()
                .map(running -> FeedKey.of(running.endpoint))
                .collect(Collectors.toSet());
        feeds.keySet().retainAll(used);
        feeds.values().forEach(EventFeed::tidy);
    }

    /// @param until when this poll must stop disabling webhooks, by [System#nanoTime]
    private void advanceOrDisable(Endpoint endpoint, long until) {
        Webhook.Cause cause = endpoint.disableCause();
        if (cause == null) {
            endpoint.advance();
        } else if (System.nanoTime() - until < 0) {
            disable(endpoint, cause);
        }
    }

    /// Disables a webhook. If this fails, the next poll tries again.
    private void disable(Endpoint endpoint, Webhook.Cause cause) {
        progress.save(List.of(endpoint), _ -> true);
        Write write = new Write(
                Actor.SYSTEM,
                null,
                List.of(new WebhookCommand.DisableWebhook(endpoint.target().webhook(), cause)),
                null);
        Origin origin = new Origin("system", "delivery", null);
        WriteRequest request = new WriteRequest(endpoint.key().realm(), write, origin, null, false, 0);
        if (Objects.requireNonNull(execute).apply(request) instanceof Result.Refused<Change>(var refusal)) {
            LOG.warn("webhook {} is not disabled yet: {}", endpoint.key().webhook(), refusal);
        } else {
            LOG.info("webhook {} is disabled: {}", endpoint.key().webhook(), cause.wireName());
            pollSoon.run();
        }
    }

    // Saving

    private Duration save() {
        boolean withAttempts = System.nanoTime() - attemptsSavedNanos >= INTERVAL.toNanos();
        boolean withBusy = withAttempts && ++attemptSaves % SAVES_PER_BUSY_SAVE == 0;
        List<Endpoint> toSave = endpoints.values().stream()
                .map(Running::endpoint)
                .filter(Endpoint::needsSaving)
                .toList();
        if (withAttempts) {
            attemptsSavedNanos = System.nanoTime();
        }
        progress.save(toSave, endpoint -> withBusy || (withAttempts && !endpoint.isBusy()));
        return INTERVAL;
    }

    // Metrics

    /// The number of webhooks that this server delivers to.
    public int running() {
        return endpoints.size();
    }

    /// The number of entries by which the slowest webhook of this server is behind.
    public long longestLagEntries() {
        Map<Long, Long> ends = database.read(reads -> reads.journal()
                .heads(endpoints.keySet().stream().map(EndpointKey::realm).collect(Collectors.toSet())));
        return endpoints.values().stream()
                .mapToLong(running -> ends.getOrDefault(running.endpoint.key().realm(), 0L) - running.endpoint.cursor())
                .max()
                .orElse(0);
    }

    /// The age, in seconds, of the oldest unsettled event of any webhook of this server.
    public double longestLagSeconds() {
        Instant at = now.instant();
        return endpoints.values().stream()
                        .map(running -> running.endpoint.oldest())
                        .filter(Objects::nonNull)
                        .mapToLong(oldest -> Duration.between(oldest, at).toMillis())
                        .max()
                        .orElse(0)
                / 1000.0;
    }

    /// Waits briefly for messages in flight, saves the progress of all webhooks, and ends the leases, so that
    /// another server can continue immediately. The schedule must be stopped first.
    @Override
    public void close() {
        List<Endpoint> all = endpoints.values().stream().map(Running::endpoint).toList();
        all.forEach(Endpoint::stop);
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            while (!all.stream().allMatch(Endpoint::isQuiet) && System.nanoTime() - deadline < 0) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        progress.save(all, _ -> true);
        List.copyOf(endpoints.values()).forEach(this::drop);
        readExecutor.shutdownNow();
        try {
            if (!all.isEmpty()) {
                store.release(server);
            }
        } catch (StorageException e) {
            LOG.debug("the leases of webhooks end by themselves", e);
        }
        store.close();
    }
}
