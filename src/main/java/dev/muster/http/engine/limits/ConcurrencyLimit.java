package dev.muster.http.engine.limits;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A fair semaphore with a timeout, which limits concurrent work.
public final class ConcurrencyLimit {
    private final int max;
    private final Duration timeout;
    private final Semaphore free;

    /// @param timeout how long to wait for permits
    public ConcurrencyLimit(int max, Duration timeout) {
        this.max = max;
        this.timeout = timeout;
        this.free = new Semaphore(max, true);
    }

    /// Acquires permits, to be returned with [#release].
    ///
    /// @param count the number of permits; a number above the limit acquires all of them
    /// @throws HttpException with Overloaded if the wait times out
    public void acquire(int count) throws InterruptedException {
        if (!free.tryAcquire(Math.min(count, max), timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }

    public void release(int count) {
        free.release(Math.min(count, max));
    }

    public int inUse() {
        return max - free.availablePermits();
    }
}
