package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryStore;
import dev.muster.storage.DeliveryTables.EndpointKey;
import java.time.Duration;

/// A webhook's lease as seen by this server. The database's clock decides when it expires. This server measures from
/// the time just before it requested the lease, and stops slightly early, so that it never sends under a lease that
/// another server may have taken. This also covers a process that was suspended.
final class Lease {
    private static final long LENGTH_NANOS =
            Duration.ofSeconds(DeliveryStore.LEASE_SECONDS).minusSeconds(2).toNanos();

    private final EndpointKey endpoint;
    private final long fence;
    private volatile long endNanos;

    /// @param fence the fencing token that every write under this lease must carry
    /// @param askedNanos when the lease was requested, by [System#nanoTime]
    Lease(EndpointKey endpoint, long fence, long askedNanos) {
        this.endpoint = endpoint;
        this.fence = fence;
        endNanos = askedNanos + LENGTH_NANOS;
    }

    EndpointKey endpoint() {
        return endpoint;
    }

    long fence() {
        return fence;
    }

    /// @param askedNanos when the renewal was requested, by [System#nanoTime]
    void renewed(long askedNanos) {
        endNanos = askedNanos + LENGTH_NANOS;
    }

    boolean holds() {
        return System.nanoTime() - endNanos < 0;
    }
}
