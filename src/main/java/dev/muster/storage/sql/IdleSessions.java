package dev.muster.storage.sql;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Idle sessions. The one returned last is taken first: its cache still has its pages. For any number of
/// threads.
public final class IdleSessions {
    /// The last one, apart from the rest: taking it is a single exchange. The deque alone cost 2 % of a read.
    private final AtomicReference<@Nullable Session> last = new AtomicReference<>();

    private final ConcurrentLinkedDeque<Session> others = new ConcurrentLinkedDeque<>();

    /// Null when there is none.
    public @Nullable Session take() {
        Session session = last.get() == null ? null : last.getAndSet(null);
        return session == null ? others.pollFirst() : session;
    }

    public void giveBack(Session session) {
        Session earlier = last.getAndSet(session);
        if (earlier != null) {
            others.addFirst(earlier);
        }
    }

    /// How many there are. Walks through all of them.
    public int size() {
        return others.size() + (last.get() == null ? 0 : 1);
    }

    /// Closes those that are idle now.
    public void close() {
        for (Session session = take(); session != null; session = take()) {
            session.close();
        }
    }
}
