package dev.muster.directory.delivery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Runs tasks on threads that all realms share. It runs only one task per realm at a time, so that a realm with many
/// webhooks does not occupy all threads. Thread-safe.
final class RealmTurns {
    private final Executor threads;
    private final DelayedExecutor later;

    /// The tasks that wait for an earlier task of their realm. A realm without an entry has no task, running or
    /// waiting.
    private final Map<Long, Queue<Runnable>> waiting = new HashMap<>();

    /// Runs work after a delay.
    interface DelayedExecutor {
        void after(long nanos, Runnable work);
    }

    /// @param threads the shared threads; if they reject a task, that task and the waiting tasks of its realm are
    ///     dropped
    RealmTurns(Executor threads, DelayedExecutor later) {
        this.threads = threads;
        this.later = later;
    }

    /// Queues a task after a delay.
    ///
    /// @param nanos the delay; if it is not positive, the task is queued immediately
    void execute(long realm, long nanos, Runnable work) {
        if (nanos <= 0) {
            execute(realm, work);
        } else {
            later.after(nanos, () -> execute(realm, work));
        }
    }

    /// Runs a task after a delay, out of turn. The task must not do any I/O.
    void after(long nanos, Runnable work) {
        later.after(nanos, work);
    }

    synchronized void execute(long realm, Runnable work) {
        Queue<Runnable> behind = waiting.get(realm);
        if (behind == null) {
            waiting.put(realm, new ArrayDeque<>());
            start(realm, work);
        } else {
            behind.add(work);
        }
    }

    private void start(long realm, Runnable work) {
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    next(realm);
                }
            });
        } catch (RejectedExecutionException e) {
            // The server is stopping.
            waiting.remove(realm);
        }
    }

    private synchronized void next(long realm) {
        Queue<Runnable> behind = waiting.get(realm);
        Runnable next = behind == null ? null : behind.poll();
        if (next == null) {
            waiting.remove(realm);
        } else {
            start(realm, next);
        }
    }
}
