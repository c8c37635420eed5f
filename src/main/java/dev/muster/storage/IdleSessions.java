package dev.muster.storage;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sessions that nobody uses, of which the one returned last is taken first: its pages are still in its cache. For any
/// number of threads.
final class IdleSessions {
    /// The last one, beside the rest: to take it is one exchange, where the deque alone cost 2 % of a read.
    private final AtomicReference<@Nullable Session> last = new AtomicReference<>();

    private final ConcurrentLinkedDeque<Session> others = new ConcurrentLinkedDeque<>();

    /// Null when there is none.
    @Nullable
    Session take() {
        Session session = last.get() == null ? null : last.getAndSet(null);
        return session == null ? others.pollFirst() : session;
    }

    void giveBack(Session session) {
        Session earlier = last.getAndSet(session);
        if (earlier != null) {
            others.addFirst(earlier);
        }
    }

    /// How many there are; counted one by one.
    int size() {
        return others.size() + (last.get() == null ? 0 : 1);
    }

    /// Closes those that are idle now.
    void close() {
        for (Session session = take(); session != null; session = take()) {
            session.close();
        }
    }
}
