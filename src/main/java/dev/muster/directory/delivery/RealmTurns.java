package dev.muster.directory.delivery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Runs work on threads that realms share. Of each realm, one piece of work runs at a time, so that a realm with many
/// webhooks does not occupy all threads. Thread-safe.
final class RealmTurns {
    private final Executor threads;

    /// What waits for an earlier piece of work of its realm. A realm without an entry has no work.
    private final Map<Long, Queue<Runnable>> waiting = new HashMap<>();

    /// @param threads once it refuses work, that work and what waits is dropped
    RealmTurns(Executor threads) {
        this.threads = threads;
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
            // The server stops.
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
