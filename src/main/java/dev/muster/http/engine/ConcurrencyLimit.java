package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Limits how many may do something at a time; the others wait for a while.
final class ConcurrencyLimit {
    private final int most;
    private final Duration patience;
    private final Semaphore free;

    /// @param patience how long to wait before it is refused
    ConcurrencyLimit(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
        this.free = new Semaphore(most, true);
    }

    /// Takes permits, to be given back with [#release].
    ///
    /// @param count of which more than there are count as all
    /// @throws HttpException with Overloaded, when too many others are before it
    void acquire(int count) throws InterruptedException {
        if (!free.tryAcquire(Math.min(count, most), patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }

    void release(int count) {
        free.release(Math.min(count, most));
    }

    int inUse() {
        return most - free.availablePermits();
    }
}
