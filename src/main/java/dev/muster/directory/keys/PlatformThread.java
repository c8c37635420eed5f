package dev.muster.directory.keys;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs what computes for long on a platform thread of its own, while its caller waits. A virtual thread that computes
/// keeps its carrier, which are few, and `Thread.yield` does not help: those that yield are served again before
/// those that wait (`docs/decisions/031`).
public final class PlatformThread {
    private PlatformThread() {}

    /// Does the work and gives what came of it; what it throws goes through. When the caller is interrupted so is the
    /// work, and it is waited for all the same, since it may be using what the caller is about to close.
    ///
    /// A thread is made for each call: whoever calls sees to it that they are not many at once.
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
