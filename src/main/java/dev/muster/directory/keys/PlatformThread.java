package dev.muster.directory.keys;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs what computes for long on a platform thread of its own, while its caller waits. A virtual thread that
/// computes keeps its carrier, which are few, and `Thread.yield` does not help: those that yield are served
/// again before those that wait (`docs/decisions/031`).
public final class PlatformThread {
    private PlatformThread() {}

    /// Does the work and returns its result; exceptions pass through. If the caller is interrupted, the work is
    /// interrupted and still awaited, since it may use what the caller is about to close.
    ///
    /// Each call starts a thread, so callers must limit how many run at a time.
    ///
    /// @param name of the thread, for whoever looks at a dump of threads
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
