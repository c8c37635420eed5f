package dev.muster.directory.lane;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The queue of one lane. It consists of a bounded queue per realm, and the realms are served in turns, so that an
/// import in one realm does not starve the others.
public final class WriteQueue {
    /// The limits of a realm's queue, and of all queues together.
    static final int REALM_COMMANDS = 1000;

    static final long REALM_BYTES = 4L << 20;
    static final long ALL_BYTES = 64L << 20;

    /// The number of realms served in one turn.
    static final int TURN_REALMS = 64;

    /// The number of commands that a realm gets per turn. It gets fewer if other realms are waiting too, in this
    /// turn or the last one. A new request waits for the batch in progress and then for its own batch, and smaller
    /// batches take less time.
    static final int TURN_COMMANDS = 64;

    static final int CONTENDED_TURN_COMMANDS = 16;

    /// The number of commands that large requests get per turn, all together. A large request has more than
    /// [#TURN_COMMANDS] commands and is executed as a whole, beyond its realm's share. The number is a quarter of a
    /// turn's maximum, and more than any single request has.
    static final int LARGE_COMMANDS = TURN_REALMS * TURN_COMMANDS / 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Map<Long, RealmQueue> queues = new HashMap<>();
    private final ArrayDeque<RealmQueue> turn = new ArrayDeque<>();
    private final AtomicLong allBytes;
    private int waiting;
    private int lastRealms;
    private boolean closed;

    /// @param allBytes the total size of all of the server's queues
    public WriteQueue(AtomicLong allBytes) {
        this.allBytes = allBytes;
    }

    /// Queues a write. Returns false if the queue is full or closed.
    public boolean offer(PendingWrite pending) {
        int bytes = pending.request.bytes();
        lock.lock();
        try {
            RealmQueue queue = queues.get(pending.request.realm());
            long queuedBytes = queue == null ? 0 : queue.bytes;
            int queuedCommands = queue == null ? 0 : queue.commands;
            boolean room = queuedCommands + pending.commands() <= REALM_COMMANDS
                    && queuedBytes + bytes <= REALM_BYTES
                    && allBytes.get() + bytes <= ALL_BYTES;
            if (closed || !room) {
                return false;
            }
            if (queue == null) {
                queue = new RealmQueue(pending.request.realm());
                queues.put(queue.realm, queue);
                turn.add(queue);
            }
            queue.add(pending);
            allBytes.addAndGet(bytes);
            waiting++;
            notEmpty.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the writes of the next turn, in order of arrival within each realm, without those that were withdrawn.
    /// Waits at most `timeout`. Returns an empty list if there was nothing to do.
    public List<PendingWrite> take(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeout.toNanos();
            while (turn.isEmpty() && !closed && left > 0) {
                left = notEmpty.awaitNanos(left);
            }
            int realms = Math.min(TURN_REALMS, turn.size());
            Turn now = new Turn(realms > 1 || lastRealms > 1 ? CONTENDED_TURN_COMMANDS : TURN_COMMANDS);
            lastRealms = realms;
            for (; realms > 0; realms--) {
                now.take(turn.remove());
            }
            // Realms skipped because the large-request quota was used up go first next turn.
            now.skipped.reversed().forEach(turn::addFirst);
            return now.taken;
        } finally {
            lock.unlock();
        }
    }

    /// Collects one batch.
    private final class Turn {
        private final List<PendingWrite> taken = new ArrayList<>();
        private final List<RealmQueue> skipped = new ArrayList<>();
        private final int each;
        private int largeCommands;

        Turn(int each) {
            this.each = each;
        }

        void take(RealmQueue queue) {
            int commands = 0;
            while (!queue.pendingWrites.isEmpty()) {
                PendingWrite next = queue.pendingWrites.element();
                if (commands > 0 && commands + next.commands() > each) {
                    turn.add(queue);
                    return;
                }
                if (next.commands() > TURN_COMMANDS) {
                    if (largeCommands + next.commands() > LARGE_COMMANDS) {
                        skipped.add(queue);
                        return;
                    }
                    largeCommands += next.commands();
                }
                commands += take(queue, next);
            }
            queues.remove(queue.realm);
        }

        /// Takes a write off its queue. Returns the number of its commands, or 0 if its caller has given up.
        private int take(RealmQueue queue, PendingWrite next) {
            queue.remove();
            allBytes.addAndGet(-next.request.bytes());
            waiting--;
            if (!next.take()) {
                return 0;
            }
            taken.add(next);
            return next.commands();
        }
    }

    /// The number of requests that are queued.
    public int depth() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /// Makes the queue refuse new writes. Queued writes can still be taken.
    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
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
        private final ArrayDeque<PendingWrite> pendingWrites = new ArrayDeque<>();
        private int commands;
        private long bytes;

        RealmQueue(long realm) {
            this.realm = realm;
        }

        void add(PendingWrite pending) {
            pendingWrites.add(pending);
            commands += pending.commands();
            bytes += pending.request.bytes();
        }

        void remove() {
            PendingWrite pending = pendingWrites.remove();
            commands -= pending.commands();
            bytes -= pending.request.bytes();
        }
    }
}
