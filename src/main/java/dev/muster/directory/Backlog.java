package dev.muster.directory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for one lane: a bounded queue for each realm that has anything waiting, served in turns, so that one
/// realm's import does not starve the others.
final class Backlog {
    /// A realm's queue, and all queues together, hold no more than this.
    static final int REALM_COMMANDS = 1000;

    static final long REALM_BYTES = 4L << 20;
    static final long ALL_BYTES = 64L << 20;

    /// One turn: this many realms, and of each this many commands.
    static final int TURN_REALMS = 64;

    static final int TURN_COMMANDS = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private final Map<Long, RealmQueue> queues = new HashMap<>();
    private final ArrayDeque<RealmQueue> turn = new ArrayDeque<>();
    private final AtomicLong allBytes;
    private int waiting;
    private boolean closed;

    /// @param allBytes how much waits in all backlogs of the server together
    Backlog(AtomicLong allBytes) {
        this.allBytes = allBytes;
    }

    /// Whether `ticket` now waits; false when there is no room, or no lane any more.
    boolean offer(Ticket ticket) {
        int bytes = ticket.request.bytes();
        lock.lock();
        try {
            RealmQueue queue = queues.get(ticket.request.realm());
            long queuedBytes = queue == null ? 0 : queue.bytes;
            int queuedCommands = queue == null ? 0 : queue.commands;
            boolean room = queuedCommands + ticket.commands() <= REALM_COMMANDS
                    && queuedBytes + bytes <= REALM_BYTES
                    && allBytes.get() + bytes <= ALL_BYTES;
            if (closed || !room) {
                return false;
            }
            if (queue == null) {
                queue = new RealmQueue(ticket.request.realm());
                queues.put(queue.realm, queue);
                turn.add(queue);
            }
            queue.add(ticket);
            allBytes.addAndGet(bytes);
            waiting++;
            something.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The next turn's tickets, in order of arrival within each realm; those whose callers gave up are left out. Waits
    /// for something to do, at most `patience`; empty when there was nothing.
    List<Ticket> take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (turn.isEmpty() && !closed && left > 0) {
                left = something.awaitNanos(left);
            }
            List<Ticket> taken = new ArrayList<>();
            for (int realms = Math.min(TURN_REALMS, turn.size()); realms > 0; realms--) {
                RealmQueue queue = turn.remove();
                takeTurn(queue, taken);
                if (queue.tickets.isEmpty()) {
                    queues.remove(queue.realm);
                } else {
                    turn.add(queue);
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void takeTurn(RealmQueue queue, List<Ticket> taken) {
        int commands = 0;
        while (!queue.tickets.isEmpty()) {
            Ticket next = queue.tickets.element();
            if (commands > 0 && commands + next.commands() > TURN_COMMANDS) {
                return;
            }
            queue.remove();
            allBytes.addAndGet(-next.request.bytes());
            waiting--;
            if (next.take()) {
                commands += next.commands();
                taken.add(next);
            }
        }
    }

    /// How many requests wait.
    int depth() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing in from now on; what waits is still given out.
    void close() {
        lock.lock();
        try {
            closed = true;
            something.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isDone() {
        lock.lock();
        try {
            return closed && turn.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private static final class RealmQueue {
        private final long realm;
        private final ArrayDeque<Ticket> tickets = new ArrayDeque<>();
        private int commands;
        private long bytes;

        RealmQueue(long realm) {
            this.realm = realm;
        }

        void add(Ticket ticket) {
            tickets.add(ticket);
            commands += ticket.commands();
            bytes += ticket.request.bytes();
        }

        void remove() {
            Ticket ticket = tickets.remove();
            commands -= ticket.commands();
            bytes -= ticket.request.bytes();
        }
    }
}
