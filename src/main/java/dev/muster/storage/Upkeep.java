package dev.muster.storage;

import dev.muster.storage.StorageException.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is done beside requests, by one connection of its own, and the only statements that may cross realms: all of
/// them stand here. None serves a partner's request. For any number of threads, which take turns.
public final class Upkeep implements AutoCloseable {
    private final Engine engine;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Session session;

    Upkeep(Engine engine) {
        this.engine = engine;
    }

    /// A user of whom a hold ends by itself.
    public record Due(long realm, UUID user, Instant at) {}

    /// A key that was used.
    public record KeyUse(long realm, UUID key, Instant at) {}

    /// Where a realm's journal stands.
    public record Stand(long realm, long seq, byte[] head) {}

    /// Users of any realm with a hold that was over at `now`, whose ending is not journalled yet.
    public List<Due> due(Instant now, int limit) {
        return with(session -> session.list(
                "upkeep_due",
                to -> to.instant(now).number(limit),
                row -> new Due(row.number(), row.uuid(), row.instant())));
    }

    /// Forgets some of the answers that were kept for requests sent again, of any realm.
    ///
    /// @return how many; fewer than `limit` when none from before `before` are left
    public int forgetRetries(Instant before, int limit) {
        return write(session -> session.update("retry_delete_old", to -> {
            switch (session.flavour()) {
                case SQLITE -> to.number(limit).instant(before);
                case POSTGRES -> to.instant(before).number(limit);
            }
        }));
    }

    /// Notes when keys were last used. An earlier time than is known changes nothing.
    public void used(Collection<KeyUse> uses) {
        write(session -> {
            session.batch(
                    "key_used",
                    uses,
                    -1,
                    (to, use) -> to.number(use.realm()).uuid(use.key()).instant(use.at()));
            return uses.size();
        });
    }

    public void checkpoints(Collection<Rows.CheckpointRow> rows) {
        write(session -> {
            session.batch("checkpoint_insert", rows, -1, Columns::insert);
            return rows.size();
        });
    }

    /// The realms after `afterRealm` whose journal has grown since their last checkpoint; -1 to begin.
    public List<Stand> changed(long afterRealm, int limit) {
        return with(session -> session.list(
                "upkeep_changed",
                to -> to.number(afterRealm).number(limit),
                row -> new Stand(row.number(), row.number(), row.bytes())));
    }

    /// Wraps a realm's keys anew, under another master key.
    public void rewrap(long realm, byte[] wrappedKey) {
        write(session ->
                session.update("realm_rewrap", to -> to.bytes(wrappedKey).number(realm)));
    }

    /// Makes a realm unless it is there already: how the system's own comes to be.
    public void found(Rows.RealmRow realm) {
        write(session -> session.update("realm_found", to -> Columns.insert(to, realm)));
    }

    /// Writes the whole database, as it is at this moment, into a new file; reads and writes go on meanwhile. Only on
    /// SQLite: PostgreSQL has its own ways.
    public void backup(Path file) {
        if (engine.flavour() != Flavour.SQLITE) {
            throw new StorageException(Kind.STATEMENT, "PostgreSQL is backed up with its own tools");
        }
        try (Session own = engine.writer()) {
            own.update("backup", to -> to.text(file.toString()));
        }
    }

    private int write(Function<Session, Integer> work) {
        return with(session -> {
            engine.takeTurn(session);
            try {
                session.begin();
                int rows = work.apply(session);
                session.commit();
                engine.wrote(rows);
                return rows;
            } finally {
                engine.endTurn();
            }
        });
    }

    private <T> T with(Function<Session, T> work) {
        turn.lock();
        try {
            Session known = session;
            if (known == null) {
                known = engine.writer();
                session = known;
            }
            return work.apply(known);
        } catch (RuntimeException e) {
            // Closing gives up a transaction that may be open; the next one opens another connection.
            close();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            Session known = session;
            session = null;
            if (known != null) {
                known.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
