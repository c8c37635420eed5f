package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryStore;
import dev.muster.storage.DeliveryTables.EndpointKey;
import java.time.Duration;

/// A lease of a webhook as this server knows it. The database's clock decides when it ends; this server counts from
/// before it asked for it, and stops somewhat earlier, so that it never sends under a lease that another server may
/// have taken. A process that was suspended notices by this, too.
final class Lease {
    private static final long LENGTH_NANOS =
            Duration.ofSeconds(DeliveryStore.LEASE_SECONDS).minusSeconds(2).toNanos();

    private final EndpointKey endpoint;
    private final long fence;
    private volatile long endNanos;

    /// @param fence what must be named to write under it
    /// @param askedNanos when it was asked for, on the clock of [System#nanoTime]
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

    /// @param askedNanos when the renewal was asked for
    void renewed(long askedNanos) {
        endNanos = askedNanos + LENGTH_NANOS;
    }

    boolean holds() {
        return System.nanoTime() - endNanos < 0;
    }
}
