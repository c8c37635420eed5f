package dev.muster.http.engine.limits;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The memory for requests that are being received, divided so that one client cannot starve others. Three
/// limits apply when a request acquires memory:
///
/// - all requests together hold at most the whole budget;
/// - unauthenticated requests hold at most half of it;
/// - requests of one client address hold at most an eighth of it. For IPv6, a /64 network counts as one
/// address, since that is what one subscriber has.
///
/// A request that would exceed a limit evicts the slowest unauthenticated request that counts against the same limit.
/// It is refused if it is itself the slowest, or if no request can be evicted.
///
/// Thread-safe. Only requests longer than 8 KiB use it, so one lock is enough.
public final class MemoryBudget {

    private static final int SHARES = 8;

    /// The minimum age of a request, which keeps the computed speed finite if the request arrived in one piece.
    private static final long MIN_AGE_NANOS = 1_000_000;

    private final long max;
    private final Map<AddressBlock, Share> shares = new HashMap<>();
    private long held;
    private long unproven;

    /// @param max the whole budget in bytes
    public MemoryBudget(long max) {
        this.max = max;
    }

    /// The leases of one client address.
    private static final class Share {
        private final Set<Lease> leases = new HashSet<>();
        private long held;
    }

    /// Opens a lease for one request. The lease initially holds nothing.
    ///
    /// @param client the address of the request's sender
    /// @param authenticated whether the request is authenticated
    /// @param evict a callback that ends the request because another one needs its memory; it returns false if
    ///     the request no longer waits for its client. It is called while the budget is locked
    public Lease lease(InetAddress client, boolean authenticated, BooleanSupplier evict) {
        return new Lease(AddressBlock.of(client, AddressBlock.HOST), authenticated, evict);
    }

    /// The number of bytes that all requests hold.
    public synchronized long held() {
        return held;
    }

    /// The memory held for one request.
    public final class Lease {

        private final BooleanSupplier evict;
        private final long began = System.nanoTime();
        private AddressBlock client;
        private boolean authenticated;
        private boolean ended;
        private long bytes;

        private Lease(AddressBlock client, boolean authenticated, BooleanSupplier evict) {
            this.client = client;
            this.authenticated = authenticated;
            this.evict = evict;
        }

        /// Acquires more bytes.
        ///
        /// @return false if there is no room, or the lease has ended
        public boolean take(int more) {
            synchronized (MemoryBudget.this) {
                while (!ended) {
                    Set<Lease> under = under(this, more);
                    if (under == null) {
                        add(this, more);
                        return true;
                    }
                    if (!evictSlowest(under, this)) {
                        return false;
                    }
                }
                return false;
            }
        }

        /// Marks the request as authenticated.
        public void markAuthenticated() {
            synchronized (MemoryBudget.this) {
                if (!authenticated) {
                    authenticated = true;
                    unproven -= bytes;
                }
            }
        }

        /// Attributes the lease to another address, after the request has turned out to come through a proxy.
        /// The lease keeps its memory.
        public void moveTo(InetAddress address) {
            AddressBlock block = AddressBlock.of(address, AddressBlock.HOST);
            synchronized (MemoryBudget.this) {
                if (!ended && !block.equals(client)) {
                    long moved = bytes;
                    add(this, -moved);
                    client = block;
                    add(this, moved);
                }
            }
        }

        /// Releases everything. Nothing more can be acquired.
        public void end() {
            synchronized (MemoryBudget.this) {
                ended = true;
                add(this, -bytes);
            }
        }

        private double bytesPerNano(long now) {
            return (double) bytes / Math.max(now - began, MIN_AGE_NANOS);
        }
    }

    /// The leases that count against the limit that `lease` would exceed; null if it would exceed none.
    private @Nullable Set<Lease> under(Lease lease, int more) {
        Share share = shares.get(lease.client);
        if ((share == null ? 0 : share.held) + more > max / SHARES) {
            return share == null ? Set.of() : share.leases;
        }
        boolean exceeds = held + more > max || (!lease.authenticated && unproven + more > max / 2);
        return exceeds ? all() : null;
    }

    private Set<Lease> all() {
        Set<Lease> all = new HashSet<>();
        shares.values().forEach(share -> all.addAll(share.leases));
        return all;
    }

    /// Evicts the slowest unauthenticated request.
    ///
    /// @return false if none can be evicted, or `asking` is the slowest
    private boolean evictSlowest(Set<Lease> among, Lease asking) {
        long now = System.nanoTime();
        List<Lease> busy = new ArrayList<>(0);
        while (true) {
            Lease slowest = null;
            double slow = asking.authenticated ? Double.MAX_VALUE : asking.bytesPerNano(now);
            for (Lease lease : among) {
                double rate = lease.bytesPerNano(now);
                if (!lease.authenticated && lease != asking && rate <= slow && !busy.contains(lease)) {
                    slowest = lease;
                    slow = rate;
                }
            }
            if (slowest == null) {
                return false;
            }
            if (slowest.evict.getAsBoolean()) {
                slowest.end();
                return true;
            }
            busy.add(slowest);
        }
    }

    /// @param more the number of bytes to acquire; negative to release them
    private void add(Lease lease, long more) {
        if (more == 0) {
            return;
        }
        Share share = shares.computeIfAbsent(lease.client, _ -> new Share());
        share.leases.add(lease);
        lease.bytes += more;
        share.held += more;
        held += more;
        if (!lease.authenticated) {
            unproven += more;
        }
        if (lease.bytes == 0) {
            share.leases.remove(lease);
        }
        if (share.leases.isEmpty()) {
            shares.remove(lease.client);
        }
    }
}
