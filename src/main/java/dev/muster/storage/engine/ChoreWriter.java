package dev.muster.storage.engine;

import dev.muster.model.tenant.RealmState;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.SharedSession;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The connection for all writes outside of lanes. Thread-safe; callers take turns. A function that writes must return
/// the number of rows that it wrote.
public final class ChoreWriter implements AutoCloseable {
    private final Engine engine;
    private final SharedSession shared;

    public ChoreWriter(Engine engine) {
        this(engine, engine::choreWriter);
    }

    private ChoreWriter(Engine engine, Supplier<Session> connect) {
        this.engine = engine;
        shared = new SharedSession(connect);
    }

    /// Creates a writer whose commits do not wait for the disk; see [Engine#progressWriter].
    public static ChoreWriter ofProgress(Engine engine) {
        return new ChoreWriter(engine, engine::progressWriter);
    }

    /// Runs work that only reads.
    public <T extends @Nullable Object> T with(Function<Session, T> work) {
        return shared.with(work);
    }

    /// Runs work that writes, in a transaction.
    ///
    /// @throws StorageException of kind `FULL` if only urgent writes are allowed
    public int write(ToIntFunction<Session> work) {
        checkRoom();
        return inTransaction(work);
    }

    /// Checks that non-urgent writes are currently allowed.
    ///
    /// @throws StorageException of kind `FULL` if not
    public void checkRoom() {
        if (engine.isDiskLow()) {
            throw new StorageException(Kind.FULL, "disk space is low, so only urgent writes are allowed");
        }
    }

    /// Like [#write], but allowed even if disk space is low. Used for deletions, and for sessions, which must be
    /// able to end.
    public int urgent(ToIntFunction<Session> work) {
        try {
            return inTransaction(work);
        } catch (StorageException e) {
            if (e.kind() != Kind.FULL) {
                throw e;
            }
            // If there was a reserve, it has been deleted to free space.
            return inTransaction(work);
        }
    }

    /// Like [#urgent], but for rows that lanes load and write back as a whole. Locks the rows' realms first, as a
    /// lane does.
    ///
    /// @throws StorageException of kind `CONFLICT` if one of the realms is being moved to or from another database
    public int writeIn(Set<Long> realms, ToIntFunction<Session> work) {
        if (realms.isEmpty()) {
            return 0;
        }
        String lock = switch (engine.kind()) {
            case POSTGRES -> "realms_lock_waiting";
            case SQLITE -> "realms_lock";
        };
        return urgent(session -> {
            for (RealmState state : session.list(lock, row -> row.skip(1).coded(RealmState.CODES), realms)) {
                checkWritable(state);
            }
            return work.applyAsInt(session);
        });
    }

    /// Like [#write], but for rows of one realm that must not be lost when the realm is moved to another database. The
    /// move waits for this transaction; lanes do not.
    ///
    /// @throws StorageException of kind `CONFLICT` if the realm is being moved to or from another database
    public int writeTo(long realm, ToIntFunction<Session> work) {
        checkRoom();
        return inTransaction(session -> unlessMoving(session, realm, work));
    }

    /// Like [#writeTo], but allowed even if disk space is low, as [#urgent].
    public int urgentTo(long realm, ToIntFunction<Session> work) {
        return urgent(session -> unlessMoving(session, realm, work));
    }

    private static int unlessMoving(Session session, long realm, ToIntFunction<Session> work) {
        RealmState state = session.one("realm_share", row -> row.coded(RealmState.CODES), realm);
        if (state != null) {
            checkWritable(state);
        }
        return work.applyAsInt(session);
    }

    private static void checkWritable(RealmState state) {
        if (!state.isWritable()) {
            throw new StorageException(Kind.CONFLICT, "the realm is being moved to or from another database");
        }
    }

    private int inTransaction(ToIntFunction<Session> work) {
        return shared.with(session -> {
            engine.takeTurn(session);
            try {
                session.begin();
                int rows = work.applyAsInt(session);
                session.commit();
                engine.recordWrites(rows);
                return rows;
            } catch (StorageException e) {
                if (e.kind() == Kind.FULL) {
                    engine.noRoom();
                }
                throw e;
            } finally {
                engine.endTurn();
            }
        });
    }

    @Override
    public void close() {
        shared.close();
    }
}
