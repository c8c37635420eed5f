package dev.muster.security;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// How many attempts that fail an address has. An IPv6 address counts as its /64 network, which is what one customer
/// gets. Whoever has not failed costs one look into a map.
///
/// The memory is bounded: beyond the given number of addresses the one that failed first is forgotten.
public final class AttemptLimit {

    private final int attempts;
    private final Duration period;
    private final int mostAddresses;
    private final TimeMeter clock;
    private final ConcurrentHashMap<Long, Bucket> buckets = new ConcurrentHashMap<>();
    private final Queue<Long> oldestFirst = new ArrayDeque<>();

    /// A limit under which nobody has failed yet.
    ///
    /// @param attempts failures in a row that an address may have
    /// @param period in which that many come back, evenly
    /// @param mostAddresses remembered at a time
    /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
    public AttemptLimit(int attempts, Duration period, int mostAddresses, LongSupplier nanoTime) {
        this.attempts = attempts;
        this.period = period;
        this.mostAddresses = mostAddresses;
        this.clock = new Clock(nanoTime);
    }

    /// Whether an attempt may be made now. Asking costs no attempt.
    public boolean allowed(InetAddress address) {
        Bucket bucket = buckets.get(key(address));
        return bucket == null || bucket.getAvailableTokens() > 0;
    }

    /// Notes that an attempt failed.
    public void failed(InetAddress address) {
        bucket(key(address)).tryConsume(1);
    }

    /// How long until an attempt is allowed again; zero when it is now. Rounded up to whole seconds, for `Retry-After`.
    public Duration retryAfter(InetAddress address) {
        Bucket bucket = buckets.get(key(address));
        if (bucket == null) {
            return Duration.ZERO;
        }
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return Duration.ofSeconds(Math.ceilDiv(nanos, 1_000_000_000L));
    }

    /// How many addresses are remembered.
    int size() {
        return buckets.size();
    }

    private Bucket bucket(long key) {
        Bucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        // Only the first failure of an address comes here.
        synchronized (oldestFirst) {
            Bucket meanwhile = buckets.get(key);
            if (meanwhile != null) {
                return meanwhile;
            }
            if (oldestFirst.size() == mostAddresses) {
                buckets.remove(oldestFirst.remove());
            }
            Bucket fresh = Bucket.builder()
                    .addLimit(limit -> limit.capacity(attempts).refillGreedy(attempts, period))
                    .withCustomTimePrecision(clock)
                    .build();
            oldestFirst.add(key);
            buckets.put(key, fresh);
            return fresh;
        }
    }

    /// An IPv4 address in the range ffff:ffff::/32 of networks, which are multicast and never a client's.
    private static long key(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? 0xffff_ffff_0000_0000L | (bytes.getInt() & 0xffff_ffffL)
                : bytes.getLong();
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
