package dev.muster.security.limit;

import dev.muster.network.AddressBlock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Limits the failed authentication attempts of an address. An IPv6 client usually has a whole network to choose
/// addresses from, so its failures count for the /64, the /56 and the /48 network, of which the wider ones allow
/// more.
///
/// Memory is bounded: beyond the given number of networks the least recently used is evicted. Asking counts as
/// use, so an attacker who goes on is not forgotten however many other addresses fail. Thread-safe.
public final class AttemptLimit {
    /// A /56 network is allowed four times what one address is, and a /48 sixteen times.
    private static final int HOME_FACTOR = 4;

    private static final int SITE_FACTOR = 16;

    private final int attempts;
    private final Duration period;
    private final TimeMeter clock;

    /// The same entries as `recent`, so that asking takes no lock for networks without failures.
    private final ConcurrentHashMap<AddressBlock, Bucket> buckets = new ConcurrentHashMap<>();

    /// Guarded by itself.
    private final LruMap<AddressBlock, Bucket> recent;

    /// Begins without any failure.
    ///
    /// @param attempts failures that one address may have in a row
    /// @param period in which that many are forgiven, evenly
    /// @param mostNetworks remembered at a time
    /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
    public AttemptLimit(int attempts, Duration period, int mostNetworks, LongSupplier nanoTime) {
        this.attempts = attempts;
        this.period = period;
        this.recent = new LruMap<>(mostNetworks, buckets::remove);
        this.clock = new Clock(nanoTime);
    }

    /// Whether an address may make an attempt now. Asking costs no attempt.
    public boolean allowed(InetAddress address) {
        return retryAfter(address).isZero();
    }

    /// Counts a failed attempt.
    public void failed(InetAddress address) {
        for (AddressBlock network : networks(address)) {
            synchronized (recent) {
                Bucket bucket = recent.computeIfAbsent(network, this::bucket);
                buckets.putIfAbsent(network, bucket);
                bucket.tryConsume(1);
            }
        }
    }

    /// How long until an attempt is allowed again; zero when it is now. Rounded up to whole seconds, for
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

    /// Asking counts as use: a network that keeps trying is not forgotten.
    private long nanosToWait(AddressBlock network) {
        synchronized (recent) {
            Bucket bucket = recent.get(network);
            return bucket == null ? 0 : bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        }
    }

    /// How many networks are remembered.
    int size() {
        return buckets.size();
    }

    /// The networks of an address for which its failures count, the narrowest first.
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
