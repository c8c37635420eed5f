package dev.muster.storage.sql;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One session for any number of threads, which take turns. It connects when it is first used, and anew after
/// a failure.
public final class SharedSession implements AutoCloseable {
    private final Supplier<Session> connect;
    private final ReentrantLock turn = new ReentrantLock(true);
    private @Nullable Session session;

    public SharedSession(Supplier<Session> connect) {
        this.connect = connect;
    }

    public <T extends @Nullable Object> T with(Function<Session, T> work) {
        turn.lock();
        try {
            Session known = session;
            if (known == null) {
                known = connect.get();
                session = known;
            }
            return work.apply(known);
        } catch (RuntimeException e) {
            // Closing gives up a transaction that may be open.
            close();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /// As [#with], in a transaction.
    public <T extends @Nullable Object> T inTransaction(Function<Session, T> work) {
        return with(known -> {
            known.begin();
            T result = work.apply(known);
            known.commit();
            return result;
        });
    }

    /// Waits for whoever has the turn.
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
