package dev.muster.http.engine.limits;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Limits how many may do something at a time; others wait for a while.
public final class ConcurrencyLimit {
    private final int most;
    private final Duration patience;
    private final Semaphore free;

    /// @param patience how long to wait before it is refused
    public ConcurrencyLimit(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
        this.free = new Semaphore(most, true);
    }

    /// Takes permits, to be given back with [#release].
    ///
    /// @param count more than there are means all
    /// @throws HttpException with Overloaded if it has to wait too long
    public void acquire(int count) throws InterruptedException {
        if (!free.tryAcquire(Math.min(count, most), patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }

    public void release(int count) {
        free.release(Math.min(count, most));
    }

    public int inUse() {
        return most - free.availablePermits();
    }
}
