package dev.muster.security.limit;

import dev.muster.network.AddressBlock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Limits the failed authentication attempts of an address. An IPv6 client can usually choose addresses from a whole
/// network, so its failures count against its /64, /56 and /48 networks; the larger networks are allowed more failures.
///
/// Memory is bounded: beyond a given number of networks, the least recently used one is evicted. A check counts as use,
/// so a persistent attacker is not evicted, however many other addresses fail. Thread-safe.
public final class AttemptLimit {
    /// A /56 network is allowed four times as many failures as one address, a /48 network sixteen times as many.
    private static final int HOME_FACTOR = 4;

    private static final int SITE_FACTOR = 16;

    private final int attempts;
    private final Duration period;
    private final TimeMeter clock;

    /// The same buckets as in `recent`, kept so that checks take no lock for networks without failures.
    private final ConcurrentHashMap<AddressBlock, Bucket> buckets = new ConcurrentHashMap<>();

    /// The buckets by network, least recently used first. Guarded by itself.
    private final LruMap<AddressBlock, Bucket> recent;

    private volatile Consumer<InetAddress> listener = _ -> {};

    /// Creates a limit with no failures recorded.
    ///
    /// @param attempts the number of failures that one address may have in a row
    /// @param period how long it takes to forget that many failures, at a constant rate
    /// @param mostNetworks the number of networks to remember
    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    public AttemptLimit(int attempts, Duration period, int mostNetworks, LongSupplier nanoTime) {
        this.attempts = attempts;
        this.period = period;
        this.recent = new LruMap<>(mostNetworks, buckets::remove);
        this.clock = new Clock(nanoTime);
    }

    /// Whether an address may make an attempt now. The check does not count as an attempt.
    public boolean allowed(InetAddress address) {
        return retryAfter(address).isZero();
    }

    /// Has failures on this server reported, for other servers.
    public void tell(Consumer<InetAddress> to) {
        listener = to;
    }

    /// Counts a failed attempt.
    public void failed(InetAddress address) {
        count(address, 1);
        listener.accept(address);
    }

    /// Counts attempts that failed on another server.
    public void failedElsewhere(InetAddress address, long times) {
        count(address, times);
    }

    private void count(InetAddress address, long times) {
        for (AddressBlock network : networks(address)) {
            synchronized (recent) {
                Bucket bucket = recent.computeIfAbsent(network, this::bucket);
                buckets.putIfAbsent(network, bucket);
                bucket.tryConsumeAsMuchAsPossible(times);
            }
        }
    }

    /// The time until an attempt is allowed again; zero if one is allowed now. Rounded up to whole seconds, for
    /// `Retry-After`.
    public Duration retryAfter(InetAddress address) {
        if (buckets.isEmpty()) {
            return Duration.ZERO;
        }
        long longest = 0;
        for (AddressBlock network : networks(address)) {
            if (buckets.containsKey(network)) {
                longest = Math.max(longest, nanosToWait(network));
            }
        }
        return Duration.ofSeconds(Math.ceilDiv(longest, 1_000_000_000L));
    }

    /// The time until an attempt from the network is allowed. The call counts as use, so a network that keeps
    /// trying is not evicted.
    private long nanosToWait(AddressBlock network) {
        synchronized (recent) {
            Bucket bucket = recent.get(network);
            return bucket == null ? 0 : bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        }
    }

    /// The number of remembered networks.
    int size() {
        return buckets.size();
    }

    /// The networks against which an address's failures count, the smallest first.
    private static List<AddressBlock> networks(InetAddress address) {
        AddressBlock narrowest = AddressBlock.of(address, AddressBlock.HOST);
        return address instanceof Inet4Address
                ? List.of(narrowest)
                : List.of(
                        narrowest,
                        AddressBlock.of(address, AddressBlock.HOME),
                        AddressBlock.of(address, AddressBlock.SITE));
    }

    private Bucket bucket(AddressBlock network) {
        int capacity = attempts
                * switch (network.prefix()) {
                    case AddressBlock.HOME -> HOME_FACTOR;
                    case AddressBlock.SITE -> SITE_FACTOR;
                    default -> 1;
                };
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, period))
                .withCustomTimePrecision(clock)
                .build();
    }

    private record Clock(LongSupplier nanoTime) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return nanoTime.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
