package dev.muster.storage.sql;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A session shared by any number of threads, which take turns. It connects on first use, and again after a failure.
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
            // Closing also abandons an open transaction.
            close();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /// Like [#with], but in a transaction.
    public <T extends @Nullable Object> T inTransaction(Function<Session, T> work) {
        return with(known -> {
            known.begin();
            T result = work.apply(known);
            known.commit();
            return result;
        });
    }

    /// Closes the session once the current turn has ended.
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
