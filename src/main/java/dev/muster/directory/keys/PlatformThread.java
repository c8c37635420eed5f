package dev.muster.directory.keys;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs long computations on a separate platform thread while the caller waits. A virtual thread that computes occupies
/// one of the few carrier threads, and `Thread.yield` does not help, because yielding threads are scheduled again
/// before waiting ones (`docs/decisions/031`).
public final class PlatformThread {
    private PlatformThread() {}

    /// Runs the work and returns its result. Exceptions are passed on. If the caller is interrupted, the work is
    /// interrupted but still awaited, because it may use something that the caller is about to close.
    ///
    /// Each call starts a thread, so callers must limit how many calls run at a time.
    ///
    /// @param name the name of the thread, for thread dumps
    public static <T extends @Nullable Object> T call(String name, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = Thread.ofPlatform().name(name).daemon().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                } catch (ExecutionException e) {
                    throw FanOut.unchecked(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
