package dev.muster.http.engine.limits;

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

/// A body that is arriving: since when, how much of it has arrived, and the wait for the rest.
public final class BodyArrival {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long began = System.nanoTime();
    private final AtomicLong bytes;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    /// @param here bytes that have arrived already
    public BodyArrival(int here) {
        this.bytes = new AtomicLong(here);
    }

    /// By [System#nanoTime].
    public long began() {
        return began;
    }

    public void came(int more) {
        bytes.addAndGet(more);
    }

    /// Whether less has arrived than the limits require of a client without a proven credential.
    ///
    /// @param now by [System#nanoTime]
    public boolean isTooSlow(long now, Limits limits) {
        long late = now - began - limits.bodyGrace().toNanos();
        return late > 0 && bytes.get() < limits.bodyRate() * (late / NANOS);
    }

    /// Reads the body, for [#await].
    public void read(Callable<byte[]> reading) {
        try {
            whole.complete(reading.call());
        } catch (Throwable e) {
            whole.completeExceptionally(e);
        }
    }

    /// Ends the wait for the body. Does nothing when it has ended already.
    public void refuse(Fault fault) {
        whole.completeExceptionally(new HttpException(fault));
    }

    /// Whether the wait for the body has ended.
    public boolean isOver() {
        return whole.isDone();
    }

    /// The whole body.
    ///
    /// @throws HttpException with BodyTimedOut when it does not come in this time
    /// @throws ExecutionException with whatever else ended the wait
    public byte[] await(Duration time) throws InterruptedException, ExecutionException {
        try {
            return whole.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            HttpException late = new HttpException(new Fault.BodyTimedOut());
            whole.completeExceptionally(late);
            throw late;
        }
    }
}
