package dev.muster.security;

import dev.muster.directory.CredentialId;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Quotas;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Limits the requests per second of each API key to the quota of its realm, with a token bucket that holds
/// the requests of one second. Access tokens issued to a key, and operators who act through one, share the
/// key's bucket; root and operators in the console are not limited here. Each server counts separately.
///
/// A bucket is one number, the time at which it will be full again, so that taking a token is one compare-and-set.
/// Bucket4j took 3 % of the time of a read request. Memory is bounded: beyond 100,000 keys, all buckets are dropped and
/// start full again.
public final class KeyRates {
    private static final int MAX_KEYS = 100_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final LongFunction<Quotas> quotas;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<CredentialId, Bucket> buckets = new ConcurrentHashMap<>();

    /// The remaining quota of a key after a request.
    ///
    /// @param limit the number of requests per second
    /// @param remaining the number of requests that the key may send now
    /// @param seconds the time until the whole limit is available again, rounded up
    public record RemainingQuota(long limit, long remaining, long seconds) {}

    /// @param quotas a function that returns the quotas of a realm by its number
    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    KeyRates(LongFunction<Quotas> quotas, LongSupplier nanoTime) {
        this.quotas = quotas;
        this.nanoTime = nanoTime;
    }

    /// Charges one request to the key that the caller uses, and tells the listener what remains. Refuses: OverQuota.
    Result<Caller> take(Caller caller, AuthenticationListener listener) {
        UUID key = key(caller.actor());
        return key == null ? Result.ok(caller) : take(caller, key, listener);
    }

    /// Like [#take], but also applies the quota to an operator who does not act through a key.
    Result<Caller> takeAsHolder(Caller caller, AuthenticationListener listener) {
        return take(caller, caller.actor().charged(), listener);
    }

    private Result<Caller> take(Caller caller, UUID key, AuthenticationListener listener) {
        long realm = caller.realm().id();
        long limit = quotas.apply(realm).requestsPerSecond();
        Bucket bucket = bucket(new CredentialId(realm, key), limit);
        long now = nanoTime.getAsLong();
        long waitNanos = bucket.take(now);
        listener.charged(bucket.left(now));
        return waitNanos == 0
                ? Result.ok(caller)
                : Result.refused(
                        new Refusal.OverQuota("requests a second", limit, Duration.ofSeconds(seconds(waitNanos))));
    }

    private static @Nullable UUID key(Actor actor) {
        return actor.ref().kind() == ActorRef.Kind.API_KEY || !actor.keys().isEmpty() ? actor.charged() : null;
    }

    private Bucket bucket(CredentialId id, long limit) {
        Bucket known = buckets.get(id);
        if (known != null && known.limit == limit) {
            return known;
        }
        if (buckets.size() >= MAX_KEYS) {
            buckets.clear();
        }
        return buckets.compute(
                id,
                (_, there) -> there != null && there.limit == limit ? there : new Bucket(limit, nanoTime.getAsLong()));
    }

    private static long seconds(long nanos) {
        return Math.max(1, Math.ceilDiv(nanos, SECOND.toNanos()));
    }

    /// A bucket holds up to `limit` tokens and is refilled evenly with `limit` tokens per second. Since the time
    /// per token is rounded down to whole nanoseconds, the rate can exceed the limit by less than 0.1 %.
    private static final class Bucket {
        private final long limit;
        private final long nanosPerToken;

        /// When the bucket will be full if no more tokens are taken; a time in the past if it is full.
        private final AtomicLong fullNanos;

        Bucket(long limit, long nowNanos) {
            this.limit = limit;
            this.nanosPerToken = SECOND.toNanos() / limit;
            this.fullNanos = new AtomicLong(nowNanos);
        }

        /// Takes a token.
        ///
        /// @return 0, or the nanoseconds until the next token if there is none
        long take(long nowNanos) {
            while (true) {
                long before = fullNanos.get();
                // Times are compared by their difference, since nanoTime may overflow.
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

        RemainingQuota left(long nowNanos) {
            long missing = Math.max(0, fullNanos.get() - nowNanos);
            return new RemainingQuota(limit, limit - Math.ceilDiv(missing, nanosPerToken), seconds(missing));
        }
    }
}
