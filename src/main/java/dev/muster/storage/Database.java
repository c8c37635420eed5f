package dev.muster.storage;

import dev.muster.model.user.Holds;
import dev.muster.model.user.UserRef;
import dev.muster.storage.StorageException.Kind;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The register's storage: an embedded SQLite file or a PostgreSQL database. For any number of threads.
public final class Database implements AutoCloseable {
    /// The version of the schema that this program needs.
    public static final int SCHEMA = Schema.VERSION;

    /// How long a read may take, its waiting for a connection included.
    static final Duration DEADLINE = Duration.ofSeconds(2);

    /// How many reads may run at once.
    static final int READERS = 8;

    /// How many of them may be lists and searches: the others are kept for point reads.
    static final int LISTS = 4;

    private final Engine engine;
    private final Semaphore readers = new Semaphore(READERS);
    private final Semaphore lists = new Semaphore(LISTS);
    private final LongAdder refused = new LongAdder();

    /// What may take long has platform threads: a virtual thread that is inside SQLite, or computes, keeps its carrier,
    /// and those are few. One for each that the gate lets through.
    private final ExecutorService searching = Executors.newFixedThreadPool(
            LISTS, Thread.ofPlatform().name("search-", 0).daemon().factory());

    /// Null where there is no round trip that is worth sharing.
    private final @Nullable Together together;

    /// What is looked up together.
    private record Together(
            BatchingLookup<Reads.Sought, Rows.UserRow> users, BatchingLookup<Reads.Identified, Rows.KeyRow> keys) {}

    private Database(Engine engine) {
        this.engine = engine;
        together = switch (engine.kind()) {
            case SQLITE -> null;
            case POSTGRES ->
                new Together(
                        new BatchingLookup<>("users", all -> read(reads -> reads.users(all))),
                        new BatchingLookup<>("keys", all -> read(reads -> reads.keys(all))));
        };
        if (together != null) {
            together.users.start();
            together.keys.start();
        }
    }

    /// Opens or makes the SQLite database `muster.db` in a folder, and keeps a second process out.
    public static Database sqlite(Path folder) {
        return sqlite(folder, 0);
    }

    /// As [#sqlite(Path)], on a disk of which some is kept free.
    ///
    /// @param floorBytes how much must stay free when evidence is stored, else there is no room for it
    public static Database sqlite(Path folder, long floorBytes) {
        return new Database(SqliteFile.open(folder, floorBytes));
    }

    /// Connects to PostgreSQL 15 or newer. In an empty database the schema is made.
    ///
    /// @param url `jdbc:postgresql://…`
    public static Database postgres(String url) {
        return postgres(url, null);
    }

    /// As [#postgres(String)], with reads by way of a pooler that gives each transaction another connection.
    ///
    /// @param url of the server itself
    /// @param readers of the same database; null for no pooler
    public static Database postgres(String url, @Nullable String readers) {
        return new Database(PostgresServer.open(url, readers));
    }

    /// Brings the schema of a PostgreSQL database to the version that this program needs.
    ///
    /// @return the version that it had before; 0 for an empty database
    public static int migrate(String url) {
        return PostgresServer.migrate(url);
    }

    /// A connection of its own for one lane.
    public LaneStore lane() {
        return new LaneStore(engine);
    }

    /// A connection of its own for what is done beside requests. It connects when it is first used.
    public ChoreStore choreStore() {
        return new ChoreStore(engine);
    }

    /// Where evidence is kept. To be closed before this is. It connects when it is first used.
    public EvidenceStore evidence() {
        return new EvidenceStore(engine);
    }

    /// A short read of single things; statements do not see the same snapshot. Where it takes too long it throws a
    /// [StorageException] of kind `UNREACHABLE`.
    public <T extends @Nullable Object> T read(Function<Reads, T> work) {
        long deadline = deadline();
        acquire(readers, deadline);
        try {
            return borrowed(deadline, session -> work.apply(new Reads(session)));
        } finally {
            readers.release();
        }
    }

    /// A user, as [Reads#user] finds them. Where it takes too long it throws a [StorageException] of kind
    /// `UNREACHABLE`.
    public Rows.@Nullable UserRow user(long realm, UserRef ref) {
        return together == null
                ? read(reads -> reads.user(realm, ref))
                : together.users.get(new Reads.Sought(realm, ref));
    }

    /// As [#user], what a standing is made from.
    public Reads.@Nullable StandingRow standing(long realm, UserRef ref) {
        if (together == null) {
            return read(reads -> reads.standing(realm, ref));
        }
        Rows.UserRow row = together.users.get(new Reads.Sought(realm, ref));
        if (row == null) {
            return null;
        }
        return row.readable()
                ? new Reads.StandingRow(
                        row.id(), row.user().version(), row.user().holds(), true)
                : new Reads.StandingRow(row.id(), 0, Holds.NONE, false);
    }

    /// A key, whatever its state; null when there is none.
    public Rows.@Nullable KeyRow key(long realm, UUID id) {
        return together == null
                ? read(reads -> reads.key(realm, id))
                : together.keys.get(new Reads.Identified(realm, id));
    }

    /// As [#read], but all statements see the same snapshot.
    public <T extends @Nullable Object> T snapshot(Function<Reads, T> work) {
        long deadline = deadline();
        acquire(readers, deadline);
        try {
            return borrowed(deadline, session -> inTransaction(session, work));
        } finally {
            readers.release();
        }
    }

    /// As [#read], for one statement that gives many rows.
    public <T extends @Nullable Object> T list(Function<Reads, T> work) {
        long deadline = deadline();
        return listing(deadline, () -> borrowed(deadline, session -> work.apply(new Reads(session))));
    }

    /// As [#snapshot], for what may take long.
    public <T extends @Nullable Object> T search(Function<Reads, T> work) {
        long deadline = deadline();
        return listing(
                deadline,
                () -> found(searching.submit(() -> borrowed(deadline, session -> inTransaction(session, work)))));
    }

    private static <T extends @Nullable Object> T found(Future<T> search) {
        try {
            return search.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting for a search", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException("a search throws nothing that is checked", e);
            }
        }
    }

    /// Of lists and searches only some may run at once, so that point reads go on.
    private <T extends @Nullable Object> T listing(long deadline, Supplier<T> work) {
        acquire(lists, deadline);
        try {
            acquire(readers, deadline);
            try {
                return work.get();
            } finally {
                readers.release();
            }
        } finally {
            lists.release();
        }
    }

    /// How many reads are under way; the most there may be is [#READERS].
    public int reading() {
        return READERS - readers.availablePermits();
    }

    /// How many of them are lists and searches; the most there may be is [#LISTS].
    public int listing() {
        return LISTS - lists.availablePermits();
    }

    /// How many reads wait until another one has ended.
    public int waitingToRead() {
        return readers.getQueueLength() + lists.getQueueLength();
    }

    /// How many reads have waited in vain, and failed.
    public long readsRefused() {
        return refused.sum();
    }

    /// How many open connections for reads are in use by none.
    public int idleReaders() {
        return engine.idleReaders();
    }

    /// Which database this is, such as `SQLite 3.50.4` or `PostgreSQL 18.6`. Where it does not answer it throws a
    /// [StorageException] of kind `UNREACHABLE`.
    public String product() {
        return borrowed(deadline(), session -> {
            try {
                DatabaseMetaData about = session.connection().getMetaData();
                return about.getDatabaseProductName() + " " + about.getDatabaseProductVersion();
            } catch (SQLException e) {
                throw Failures.of(e);
            }
        });
    }

    /// Whether storage answers.
    public boolean isReady() {
        try {
            read(reads -> reads.realm(0));
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    private static long deadline() {
        return System.nanoTime() + DEADLINE.toNanos();
    }

    private void acquire(Semaphore gate, long deadline) {
        try {
            if (gate.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting to read", e);
        }
        refused.increment();
        throw new StorageException(Kind.UNREACHABLE, "too many reads at once");
    }

    private <T extends @Nullable Object> T borrowed(long deadline, Function<Session, T> work) {
        Session session = engine.reader(deadline);
        boolean sound = false;
        try {
            T result = work.apply(session);
            sound = true;
            return result;
        } finally {
            engine.giveBack(session, sound);
        }
    }

    private static <T extends @Nullable Object> T inTransaction(Session session, Function<Reads, T> work) {
        session.begin();
        T result = work.apply(new Reads(session));
        session.commit();
        return result;
    }

    /// To be called when lanes, upkeep and the store of evidence are closed.
    @Override
    public void close() {
        if (together != null) {
            together.users.close();
            together.keys.close();
        }
        searching.close();
        engine.close();
    }
}
