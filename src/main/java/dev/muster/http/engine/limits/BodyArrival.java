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

/// Tracks an arriving body: its start, the bytes received so far, and the wait for the rest.
public final class BodyArrival {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long began = System.nanoTime();
    private final AtomicLong bytes;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    /// @param here the number of bytes that have arrived already
    public BodyArrival(int here) {
        this.bytes = new AtomicLong(here);
    }

    /// The start time, by [System#nanoTime].
    public long began() {
        return began;
    }

    public void received(int more) {
        bytes.addAndGet(more);
    }

    /// Whether the body arrives more slowly than is allowed for an unauthenticated request.
    ///
    /// @param now the current time by [System#nanoTime]
    public boolean isTooSlow(long now, Limits limits) {
        long late = now - began - limits.bodyGrace().toNanos();
        return late > 0 && bytes.get() < limits.bodyRate() * (late / NANOS);
    }

    /// Reads the body and completes [#await].
    public void read(Callable<byte[]> reading) {
        try {
            whole.complete(reading.call());
        } catch (Throwable e) {
            whole.completeExceptionally(e);
        }
    }

    /// Ends the wait for the body. Does nothing if the wait has already ended.
    public void refuse(Fault fault) {
        whole.completeExceptionally(new HttpException(fault));
    }

    /// Whether the wait for the body has ended.
    public boolean isFinished() {
        return whole.isDone();
    }

    /// Waits for the whole body and returns it.
    ///
    /// @throws HttpException with BodyTimedOut if the body does not arrive in this time
    /// @throws ExecutionException with any other cause that ended the wait
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
