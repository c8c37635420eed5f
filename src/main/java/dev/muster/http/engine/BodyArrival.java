package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Limits;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// A body that is still on its way: since when, how much of it has come, and, where somebody waits for all of it, how
/// that ended.
final class BodyArrival {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long began = System.nanoTime();
    private final AtomicLong bytes;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    /// @param here bytes that have come already
    BodyArrival(int here) {
        this.bytes = new AtomicLong(here);
    }

    /// By [System#nanoTime].
    long began() {
        return began;
    }

    void came(int more) {
        bytes.addAndGet(more);
    }

    /// Whether less has come than must have by now of a client that has not proven who it is.
    ///
    /// @param now by [System#nanoTime]
    boolean isTooSlow(long now, Limits limits) {
        long late = now - began - limits.bodyGrace().toNanos();
        return late > 0 && bytes.get() < limits.bodyRate() * (late / NANOS);
    }

    /// Reads the body; how that ends is what [#await] tells.
    void read(Callable<byte[]> reading) {
        try {
            whole.complete(reading.call());
        } catch (Throwable e) {
            whole.completeExceptionally(e);
        }
    }

    /// Ends the wait for the body. Does nothing when it has ended already.
    void refuse(Fault fault) {
        whole.completeExceptionally(new HttpException(fault));
    }

    /// Whether nobody waits for the body any more.
    boolean isOver() {
        return whole.isDone();
    }

    /// The whole body.
    ///
    /// @throws HttpException with BodyTimedOut when it does not come in this time
    /// @throws ExecutionException with whatever else ended the wait
    byte[] await(Duration time) throws InterruptedException, ExecutionException {
        try {
            return whole.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            HttpException late = new HttpException(new Fault.BodyTimedOut());
            whole.completeExceptionally(late);
            throw late;
        }
    }
}
