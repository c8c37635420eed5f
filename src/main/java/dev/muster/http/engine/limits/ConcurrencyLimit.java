package dev.muster.http.engine.limits;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A fair semaphore with a timeout, which limits concurrent work.
public final class ConcurrencyLimit {
    private final int most;
    private final Duration patience;
    private final Semaphore free;

    /// @param patience how long to wait for permits
    public ConcurrencyLimit(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
        this.free = new Semaphore(most, true);
    }

    /// Acquires permits, to be returned with [#release].
    ///
    /// @param count the number of permits; a number above the limit acquires all of them
    /// @throws HttpException with Overloaded if the wait times out
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
