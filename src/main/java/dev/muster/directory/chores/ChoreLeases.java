package dev.muster.directory.chores;

import dev.muster.storage.ChoreLeaseStore;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The leases of the background tasks that one server does for all servers on its PostgreSQL database. A server takes
/// every lease that is free, and renews its own every ten seconds; those of a server that is gone are free after
/// thirty.
/// So its tasks are taken over within a minute.
///
/// The database's clock decides when a lease ends. This server measures from the time just before it asked, and stops
/// slightly early. A lease has no fencing token: what these tasks write is right even if two servers do them at once.
///
/// With an embedded database, the only server holds all leases, and none are stored.
public final class ChoreLeases implements Schedule.Chore {
    /// How long a task waits before it checks again whether this server has its lease.
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long LENGTH_NANOS =
            Duration.ofSeconds(ChoreLeaseStore.LEASE_SECONDS).minusSeconds(2).toNanos();
    private static final List<String> NAMES =
            Arrays.stream(SharedChore.values()).map(SharedChore::leaseName).toList();
    private static final Logger LOG = LoggerFactory.getLogger(ChoreLeases.class);

    private final @Nullable ChoreLeaseStore storage;
    private final UUID server;
    private final LongSupplier nanoTime;
    private final Map<String, Runnable> wakes = new ConcurrentHashMap<>();
    private volatile Held held = new Held(Set.of(), 0);

    /// @param until when the leases end, by `nanoTime`
    private record Held(Set<String> names, long until) {}

    /// @param storage the leases; null with an embedded database
    /// @param server a random id of this server
    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    public ChoreLeases(@Nullable ChoreLeaseStore storage, UUID server, LongSupplier nanoTime) {
        this.storage = storage;
        this.server = server;
        this.nanoTime = nanoTime;
    }

    /// Creates the leases of a server.
    public static ChoreLeases of(Database database, ChoreStore chores) {
        return database.isShared()
                ? new ChoreLeases(chores.leases(), UUID.randomUUID(), System::nanoTime)
                : ofOnlyServer();
    }

    /// Creates the leases of the only server.
    public static ChoreLeases ofOnlyServer() {
        return new ChoreLeases(null, new UUID(0, 0), System::nanoTime);
    }

    /// Whether several servers may share the database, so that tasks need leases.
    public boolean areNeeded() {
        return storage != null;
    }

    /// Whether this server does a task now.
    public boolean holds(SharedChore chore) {
        Held now = held;
        return storage == null || (now.names.contains(chore.leaseName()) && nanoTime.getAsLong() - now.until < 0);
    }

    /// Takes the leases that are free, and starts to renew them, if they are needed. Call this before the chores are
    /// added, so that their first run has its lease.
    public void start(Schedule schedule) {
        if (storage != null) {
            schedule.add("chore leases", run(), this);
        }
    }

    /// Starts a chore that runs only while this server has its lease. The thread has the lease's name.
    public void add(Schedule schedule, SharedChore chore, Schedule.Chore work) {
        wakes(chore, schedule.add(chore.leaseName(), Duration.ZERO, () -> holds(chore) ? work.run() : RETRY_INTERVAL));
    }

    /// Runs a chore immediately whenever this server has taken its lease.
    ///
    /// @param wake wakes the chore, as returned by [Schedule#add]
    public void wakes(SharedChore chore, Runnable wake) {
        wakes.put(chore.leaseName(), wake);
    }

    /// Takes and renews leases.
    @Override
    public Duration run() {
        if (storage != null) {
            long asked = nanoTime.getAsLong();
            Set<String> before = held.names;
            Set<String> now = storage.take(server, NAMES);
            held = new Held(now, asked + LENGTH_NANOS);
            wakes.forEach((name, wake) -> {
                if (now.contains(name) && !before.contains(name)) {
                    wake.run();
                }
            });
        }
        return INTERVAL;
    }

    /// Ends this server's leases, so that the others need not wait for their end. Tasks must have stopped before.
    public void release() {
        held = new Held(Set.of(), 0);
        try {
            if (storage != null) {
                storage.release(server);
            }
        } catch (StorageException e) {
            LOG.debug("the leases of background tasks end by themselves: {}", e.getMessage());
        }
    }

    /// What this task has to look at: the realms that have changed.
    ///
    /// @throws IllegalStateException with an embedded database
    ChangedRealms changed(SharedChore chore) {
        if (storage == null) {
            throw new IllegalStateException("the only server remembers what it has changed");
        }
        return new ChangedRealms(storage, server, chore.leaseName());
    }
}
