package dev.muster.security;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Quotas;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Limits how many requests a second each API key may send, by the quota of its realm: a token bucket that
/// holds the requests of one second. A token made through a key, and an operator who acts through one, use the
/// key's bucket; root, and operators in the console, have no limit here. Each server counts for itself.
///
/// A bucket is one number, the time at which it is full again, so that taking a token is one compare-and-set:
/// Bucket4j cost 3 % of a read. Memory is bounded: beyond 100,000 keys all of them start again with a full bucket.
public final class KeyRates {
    private static final int MOST = 100_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final LongFunction<Quotas> quotas;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<KeyId, Bucket> buckets = new ConcurrentHashMap<>();

    private record KeyId(long realm, UUID key) {}

    /// What a key has left after a request.
    ///
    /// @param limit requests a second
    /// @param left how many it may send at once
    /// @param seconds until the whole limit is available again, rounded up
    public record Left(long limit, long left, long seconds) {}

    /// @param quotas those of a realm, by its number
    /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
    KeyRates(LongFunction<Quotas> quotas, LongSupplier nanoTime) {
        this.quotas = quotas;
        this.nanoTime = nanoTime;
    }

    /// `caller`, if the key that they use has a request left, and else `OverQuota`.
    Result<Caller> take(Caller caller) {
        UUID key = key(caller.actor());
        return key == null ? Result.ok(caller) : take(caller, key);
    }

    /// As [#take], but limits an operator who acts through no key too, by the same quota.
    Result<Caller> takeAsHolder(Caller caller) {
        UUID key = key(caller.actor());
        return take(caller, key == null ? caller.actor().ref().id() : key);
    }

    private Result<Caller> take(Caller caller, UUID key) {
        long realm = caller.realm().id();
        long limit = quotas.apply(realm).requestsPerSecond();
        Bucket bucket = bucket(new KeyId(realm, key), limit);
        long now = nanoTime.getAsLong();
        long waitNanos = bucket.take(now);
        AuthenticationListener.tell(bucket.left(now));
        return waitNanos == 0
                ? Result.ok(caller)
                : Result.refused(
                        new Refusal.OverQuota("requests a second", limit, Duration.ofSeconds(seconds(waitNanos))));
    }

    private static @Nullable UUID key(Actor actor) {
        // Of two keys, always the same one is charged.
        return actor.ref().kind() == ActorRef.Kind.API_KEY
                ? actor.ref().id()
                : actor.keys().stream().min(Comparator.naturalOrder()).orElse(null);
    }

    private Bucket bucket(KeyId id, long limit) {
        Bucket known = buckets.get(id);
        if (known != null && known.limit == limit) {
            return known;
        }
        if (buckets.size() >= MOST) {
            buckets.clear();
        }
        return buckets.compute(
                id,
                (_, there) -> there != null && there.limit == limit ? there : new Bucket(limit, nanoTime.getAsLong()));
    }

    private static long seconds(long nanos) {
        return Math.max(1, Math.ceilDiv(nanos, SECOND.toNanos()));
    }

    /// Holds up to `limit` tokens and gets as many in a second, evenly. Since a token takes a whole number of
    /// nanoseconds, the rate can exceed its limit by less than one in a thousand.
    private static final class Bucket {
        private final long limit;
        private final long nanosPerToken;

        /// When the bucket will be full if nothing more is taken; in the past if it is full.
        private final AtomicLong fullNanos;

        Bucket(long limit, long nowNanos) {
            this.limit = limit;
            this.nanosPerToken = SECOND.toNanos() / limit;
            this.fullNanos = new AtomicLong(nowNanos);
        }

        /// Takes a token.
        ///
        /// @return 0, or, when there is none, how many nanoseconds it is until the next
        long take(long nowNanos) {
            while (true) {
                long before = fullNanos.get();
                // Compared by their difference: such clocks may begin anywhere.
                long after = (before - nowNanos > 0 ? before : nowNanos) + nanosPerToken;
                long over = after - nowNanos - limit * nanosPerToken;
                if (over > 0) {
                    return over;
                }
                if (fullNanos.compareAndSet(before, after)) {
                    return 0;
                }
            }
        }

        Left left(long nowNanos) {
            long missing = Math.max(0, fullNanos.get() - nowNanos);
            return new Left(limit, limit - Math.ceilDiv(missing, nanosPerToken), seconds(missing));
        }
    }
}
