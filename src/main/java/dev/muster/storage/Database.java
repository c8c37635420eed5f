package dev.muster.storage;

import dev.muster.model.user.Holds;
import dev.muster.model.user.UserRef;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.PostgresEngine;
import dev.muster.storage.engine.PostgresStandby;
import dev.muster.storage.engine.Schema;
import dev.muster.storage.engine.SqliteEngine;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The database: an embedded SQLite file or PostgreSQL. Thread-safe.
public final class Database implements AutoCloseable {
    /// The schema version that this program needs.
    public static final int SCHEMA = Schema.VERSION;

    /// Lists and searches may use at most this many of the [Engine#READERS] readers. The others are reserved for
    /// point reads.
    private static final int MAX_LISTS = 4;

    private final Engine engine;
    private final Semaphore readers = new Semaphore(Engine.READERS);
    private final Semaphore lists = new Semaphore(MAX_LISTS);
    private final LongAdder refused = new LongAdder();

    /// Threads for long reads, one per permit of [#lists]. They are platform threads, because a virtual thread
    /// would occupy one of the few carrier threads while it computes or runs SQLite code.
    private final ExecutorService searching = Executors.newFixedThreadPool(
            MAX_LISTS, Thread.ofPlatform().name("search-", 0).daemon().factory());

    /// Null on SQLite, where there is no round trip to share.
    private final @Nullable Lookups lookups;

    private record Lookups(
            BatchingLookup<UserTables.RealmRef, UserRow> users,
            BatchingLookup<CredentialTables.KeyId, CredentialTables.KeyRow> keys) {}

    /// Null if no standby is named.
    private final @Nullable Standby standby;

    private Database(Engine engine, @Nullable Standby standby) {
        this.engine = engine;
        this.standby = standby;
        lookups = switch (engine.kind()) {
            case SQLITE -> null;
            case POSTGRES ->
                new Lookups(
                        new BatchingLookup<>(
                                "users", all -> read(reads -> reads.users().users(all))),
                        new BatchingLookup<>(
                                "keys", all -> read(reads -> reads.credentials().keys(all))));
        };
        if (lookups != null) {
            lookups.users.start();
            lookups.keys.start();
        }
    }

    /// Opens or creates the SQLite database `muster.db` in a folder, and locks it against other processes.
    ///
    /// @param floorBytes the bytes of disk space that must stay free when evidence is stored
    public static Database sqlite(Path folder, long floorBytes) {
        return new Database(SqliteEngine.open(folder, floorBytes), null);
    }

    /// Connects to PostgreSQL 15 or newer. Creates the schema in an empty database.
    ///
    /// @param url the `jdbc:postgresql://…` URL of the server itself
    /// @param readers the URL of the same database through a transaction pooler; null if there is no pooler
    public static Database postgres(String url, @Nullable String readers) {
        return postgres(url, readers, null);
    }

    /// Like [#postgres(String, String)], with a standby that may answer reads of [#primaryOrStandby].
    ///
    /// @param standby the URL of one or more standbys; null if not configured
    public static Database postgres(String url, @Nullable String readers, @Nullable String standby) {
        PostgresEngine engine = PostgresEngine.open(url, readers);
        return new Database(engine, standby == null ? null : new Standby(PostgresStandby.of(standby)));
    }

    /// Connects to PostgreSQL 15 or newer. Refuses an empty database.
    ///
    /// @param url the `jdbc:postgresql://…` URL of the server itself
    public static Database existingPostgres(String url) {
        return new Database(PostgresEngine.openExisting(url), null);
    }

    /// Migrates a PostgreSQL database to the schema version that this program needs.
    ///
    /// @return the previous version; 0 for an empty database
    public static int migrate(String url) {
        return PostgresEngine.migrate(url);
    }

    /// Whether other servers may use the same database.
    public boolean isShared() {
        return switch (engine.kind()) {
            case SQLITE -> false;
            case POSTGRES -> true;
        };
    }

    /// Opens a separate connection for one lane.
    public LaneStore lane() {
        return new LaneStore(engine);
    }

    /// Creates a store for chores. It opens a separate connection on first use.
    public ChoreStore choreStore() {
        return new ChoreStore(engine);
    }

    /// Creates the store of the cells, for a PostgreSQL database. It must be closed before this database.
    public CellStore cellStore() {
        return new CellStore(engine);
    }

    /// Creates the store of webhook leases and delivery progress. It must be closed before this database.
    public DeliveryStore deliveryStore() {
        return new DeliveryStore(engine);
    }

    /// Creates the evidence store. It connects on first use, and must be closed before this database.
    public EvidenceStore evidence() {
        return new EvidenceStore(engine);
    }

    /// Runs a short read of a few rows. Its statements may see different snapshots. Throws a [StorageException] of
    /// kind `UNREACHABLE` if it takes too long.
    public <T extends @Nullable Object> T read(Function<Reads, T> work) {
        return withReader(deadline(), session -> work.apply(new Reads(session)));
    }

    /// Reads a user like [UserTables#user], but in a separate [#read].
    public @Nullable UserRow user(long realm, UserRef ref) {
        return lookups == null
                ? read(reads -> reads.users().user(realm, ref))
                : lookups.users.get(new UserTables.RealmRef(realm, ref));
    }

    /// Reads a standing like [UserTables#standing], but in a separate [#read].
    public UserTables.@Nullable StandingRow standing(long realm, UserRef ref) {
        if (lookups == null) {
            return read(reads -> reads.users().standing(realm, ref));
        }
        UserRow row = lookups.users.get(new UserTables.RealmRef(realm, ref));
        if (row == null) {
            return null;
        }
        return row.readable()
                ? new UserTables.StandingRow(
                        row.id(), row.user().version(), row.user().holds(), true)
                : new UserTables.StandingRow(row.id(), 0, Holds.NONE, false);
    }

    /// Reads a key like [CredentialTables#key], but in a separate [#read].
    public CredentialTables.@Nullable KeyRow key(long realm, UUID id) {
        return lookups == null
                ? read(reads -> reads.credentials().key(realm, id))
                : lookups.keys.get(new CredentialTables.KeyId(realm, id));
    }

    /// Like [#read], but all statements see the same snapshot.
    public <T extends @Nullable Object> T snapshot(Function<Reads, T> work) {
        return withReader(deadline(), session -> inTransaction(session, work));
    }

    /// Like [#read], but for one statement that returns many rows.
    public <T extends @Nullable Object> T list(Function<Reads, T> work) {
        return list(() -> null, work);
    }

    /// @param first asked before the primary; null if it cannot answer
    <T extends @Nullable Object> T list(Supplier<Standby.@Nullable Answer<T>> first, Function<Reads, T> work) {
        return listing(deadline(), deadline -> firstOr(first, deadline, session -> work.apply(new Reads(session))));
    }

    /// Like [#snapshot], but for reads that may take long. Runs on a separate thread.
    public <T extends @Nullable Object> T search(Function<Reads, T> work) {
        return search(() -> null, work);
    }

    /// @param first asked before the primary, on the same thread; null if it cannot answer
    <T extends @Nullable Object> T search(Supplier<Standby.@Nullable Answer<T>> first, Function<Reads, T> work) {
        return listing(
                deadline(),
                deadline -> result(
                        searching.submit(() -> firstOr(first, deadline, session -> inTransaction(session, work)))));
    }

    /// What was asked first does not count towards the deadline of the primary.
    private <T extends @Nullable Object> T firstOr(
            Supplier<Standby.@Nullable Answer<T>> first, long deadline, Function<Session, T> work) {
        long begin = System.nanoTime();
        Standby.Answer<T> answer = first.get();
        return answer == null ? withReader(deadline + System.nanoTime() - begin, work) : answer.value();
    }

    /// Reads of one realm that a standby may answer, if one is named. They are as new as those of the primary.
    public PrimaryOrStandby primaryOrStandby(long realm) {
        return new PrimaryOrStandby(this, standby, realm);
    }

    /// Whether a standby is named.
    public boolean hasStandby() {
        return standby != null;
    }

    /// How many reads of [#primaryOrStandby] had this outcome.
    public long standbyReads(StandbyOutcome outcome) {
        return standby == null ? 0 : standby.reads(outcome);
    }

    /// How many entries of its realm's journal the standby lacked when it was last asked.
    public long standbyBehind() {
        return standby == null ? 0 : standby.behind();
    }

    private static <T extends @Nullable Object> T result(Future<T> search) {
        try {
            return search.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting for a search", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException("a search throws no checked exceptions", e);
            }
        }
    }

    /// Runs a list or search. Lists and searches may use only some of the readers, so that point reads need not
    /// wait for them.
    private <T extends @Nullable Object> T listing(long deadline, LongFunction<T> work) {
        acquire(lists, deadline);
        try {
            return work.apply(deadline);
        } finally {
            lists.release();
        }
    }

    /// How many reads are running, at most [Engine#READERS].
    public int reading() {
        return Engine.READERS - readers.availablePermits();
    }

    /// How many lists and searches are running, at most [#MAX_LISTS].
    public int listing() {
        return MAX_LISTS - lists.availablePermits();
    }

    /// How many reads are waiting for a connection.
    public int waitingToRead() {
        return readers.getQueueLength() + lists.getQueueLength();
    }

    /// How many reads failed because they waited too long.
    public long readsRefused() {
        return refused.sum();
    }

    /// How many open reader connections are idle.
    public int idleReaders() {
        return engine.idleReaders();
    }

    /// The database's name and version, such as `SQLite 3.50.4` or `PostgreSQL 18.6`. Throws a [StorageException]
    /// of kind `UNREACHABLE` if it is unavailable.
    public String product() {
        return withReader(deadline(), session -> {
            try {
                DatabaseMetaData about = session.connection().getMetaData();
                return about.getDatabaseProductName() + " " + about.getDatabaseProductVersion();
            } catch (SQLException e) {
                throw StorageException.of(e);
            }
        });
    }

    /// Whether storage is available.
    public boolean isReady() {
        try {
            read(reads -> reads.realms().realm(0));
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    private static long deadline() {
        return System.nanoTime() + Engine.READ_DEADLINE.toNanos();
    }

    private void acquire(Semaphore permits, long deadline) {
        try {
            if (permits.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting to read", e);
        }
        refused.increment();
        throw new StorageException(Kind.UNREACHABLE, "too many reads at once");
    }

    private <T extends @Nullable Object> T withReader(long deadline, Function<Session, T> work) {
        acquire(readers, deadline);
        try {
            Session session = engine.reader(deadline);
            boolean sound = false;
            try {
                T result = work.apply(session);
                sound = true;
                return result;
            } finally {
                engine.release(session, sound);
            }
        } finally {
            readers.release();
        }
    }

    private static <T extends @Nullable Object> T inTransaction(Session session, Function<Reads, T> work) {
        session.begin();
        T result = work.apply(new Reads(session));
        session.commit();
        return result;
    }

    /// Closes the database. Lanes, chores and the evidence store must be closed first.
    @Override
    public void close() {
        if (lookups != null) {
            lookups.users.close();
            lookups.keys.close();
        }
        searching.close();
        if (standby != null) {
            standby.close();
        }
        engine.close();
    }
}
