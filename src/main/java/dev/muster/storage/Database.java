package dev.muster.storage;

import dev.muster.model.user.Holds;
import dev.muster.model.user.UserRef;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.PostgresEngine;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The register's storage: an embedded SQLite file or a PostgreSQL database. For any number of threads.
public final class Database implements AutoCloseable {
    /// The version of the schema that this program needs.
    public static final int SCHEMA = Schema.VERSION;

    /// How many of [Engine#READERS] may be lists and searches: the others are kept for point reads.
    private static final int LISTS = 4;

    private final Engine engine;
    private final Semaphore readers = new Semaphore(Engine.READERS);
    private final Semaphore lists = new Semaphore(LISTS);
    private final LongAdder refused = new LongAdder();

    /// Long reads have platform threads: a virtual thread that is inside SQLite, or computes, keeps its
    /// carrier thread, and those are few. One for each permit of [#lists].
    private final ExecutorService searching = Executors.newFixedThreadPool(
            LISTS, Thread.ofPlatform().name("search-", 0).daemon().factory());

    /// Null on SQLite, where there is no round trip to share.
    private final @Nullable Lookups lookups;

    private record Lookups(
            BatchingLookup<UserTables.RealmRef, UserRow> users,
            BatchingLookup<CredentialTables.KeyId, CredentialTables.KeyRow> keys) {}

    private Database(Engine engine) {
        this.engine = engine;
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

    /// Opens or makes the SQLite database `muster.db` in a folder, and keeps a second process out.
    ///
    /// @param floorBytes how much of the disk must stay free when evidence is stored
    public static Database sqlite(Path folder, long floorBytes) {
        return new Database(SqliteEngine.open(folder, floorBytes));
    }

    /// Connects to PostgreSQL 15 or newer. In an empty database the schema is made.
    ///
    /// @param url `jdbc:postgresql://…` of the server itself
    /// @param readers the URL of the same database through a pooler, which may give each transaction another
    ///     connection; null for no pooler
    public static Database postgres(String url, @Nullable String readers) {
        return new Database(PostgresEngine.open(url, readers));
    }

    /// Brings the schema of a PostgreSQL database to the version that this program needs.
    ///
    /// @return the version that it had before; 0 for an empty database
    public static int migrate(String url) {
        return PostgresEngine.migrate(url);
    }

    /// A connection of its own for one lane.
    public LaneStore lane() {
        return new LaneStore(engine);
    }

    /// A connection of its own for chores. It connects when it is first used.
    public ChoreStore choreStore() {
        return new ChoreStore(engine);
    }

    /// The store of evidence. To be closed before this. It connects when it is first used.
    public EvidenceStore evidence() {
        return new EvidenceStore(engine);
    }

    /// A short read of a few rows; its statements do not share a snapshot. If it takes too long it throws a
    /// [StorageException] of kind `UNREACHABLE`.
    public <T extends @Nullable Object> T read(Function<Reads, T> work) {
        return withReader(deadline(), session -> work.apply(new Reads(session)));
    }

    /// As [UserTables#user], in a [#read] of its own.
    public @Nullable UserRow user(long realm, UserRef ref) {
        return lookups == null
                ? read(reads -> reads.users().user(realm, ref))
                : lookups.users.get(new UserTables.RealmRef(realm, ref));
    }

    /// As [UserTables#standing], in a [#read] of its own.
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

    /// As [CredentialTables#key], in a [#read] of its own.
    public CredentialTables.@Nullable KeyRow key(long realm, UUID id) {
        return lookups == null
                ? read(reads -> reads.credentials().key(realm, id))
                : lookups.keys.get(new CredentialTables.KeyId(realm, id));
    }

    /// As [#read], but all statements see the same snapshot.
    public <T extends @Nullable Object> T snapshot(Function<Reads, T> work) {
        return withReader(deadline(), session -> inTransaction(session, work));
    }

    /// As [#read], for one statement that gives many rows.
    public <T extends @Nullable Object> T list(Function<Reads, T> work) {
        long deadline = deadline();
        return listing(deadline, () -> withReader(deadline, session -> work.apply(new Reads(session))));
    }

    /// As [#snapshot], for what may take long. Runs on a thread of its own.
    public <T extends @Nullable Object> T search(Function<Reads, T> work) {
        long deadline = deadline();
        return listing(
                deadline,
                () -> result(searching.submit(() -> withReader(deadline, session -> inTransaction(session, work)))));
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

    /// Runs a list or search. Only some of the readers may, so that point reads go on.
    private <T extends @Nullable Object> T listing(long deadline, Supplier<T> work) {
        acquire(lists, deadline);
        try {
            return work.get();
        } finally {
            lists.release();
        }
    }

    /// How many reads are running, [Engine#READERS] at most.
    public int reading() {
        return Engine.READERS - readers.availablePermits();
    }

    /// How many of them are lists and searches, [#LISTS] at most.
    public int listing() {
        return LISTS - lists.availablePermits();
    }

    /// How many reads wait for another one to end.
    public int waitingToRead() {
        return readers.getQueueLength() + lists.getQueueLength();
    }

    /// How many reads have failed because they waited too long.
    public long readsRefused() {
        return refused.sum();
    }

    /// How many open connections for reads are not in use.
    public int idleReaders() {
        return engine.idleReaders();
    }

    /// Which database this is, such as `SQLite 3.50.4` or `PostgreSQL 18.6`. If it does not answer it throws
    /// a [StorageException] of kind `UNREACHABLE`.
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

    /// Whether storage answers.
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
                engine.giveBack(session, sound);
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

    /// To be called when lanes, chores and the store of evidence are closed.
    @Override
    public void close() {
        if (lookups != null) {
            lookups.users.close();
            lookups.keys.close();
        }
        searching.close();
        engine.close();
    }
}
