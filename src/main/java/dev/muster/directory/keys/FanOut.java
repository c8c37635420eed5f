package dev.muster.directory.keys;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs many tasks concurrently, up to a limit. Writes that are sent together share a lane's transactions; the limit
/// prevents them from filling its queue.
public final class FanOut {
    private FanOut() {}

    /// Applies `work` to each of `all` and returns the results in order. Waits for all tasks, even after a failure.
    ///
    /// @param max the maximum number of tasks that run at a time
    /// @throws RuntimeException the exception of the first task that failed
    /// @throws CancellationException if the caller was interrupted
    public static <T, R> List<R> map(Collection<T> all, int max, Function<T, R> work) {
        Semaphore permits = new Semaphore(max);
        List<Future<R>> started = new ArrayList<>(all.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T each : all) {
                permits.acquire();
                started.add(threads.submit(() -> {
                    try {
                        return work.apply(each);
                    } finally {
                        permits.release();
                    }
                }));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<R> results = new ArrayList<>(started.size());
        for (Future<R> each : started) {
            results.add(result(each));
        }
        if (results.size() < all.size()) {
            throw new CancellationException();
        }
        return results;
    }

    private static <R> R result(Future<R> done) {
        if (done.state() == Future.State.FAILED) {
            throw unchecked(done.exceptionNow());
        }
        return done.resultNow();
    }

    /// Returns the exception as an unchecked one. Throws it if it is an error.
    static RuntimeException unchecked(@Nullable Throwable thrown) {
        return switch (thrown) {
            case RuntimeException failure -> failure;
            case Error failure -> throw failure;
            case null, default -> new IllegalStateException("undeclared checked exception", thrown);
        };
    }
}
