package dev.muster.security;

import dev.muster.model.Actor;
import dev.muster.model.ActorRef;
import dev.muster.model.Quotas;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How many requests a second each API key has left, by the quota of its realm: a token bucket that holds the requests
/// of
/// one second. A token made through a key, and an operator who acts through one, use the key's bucket; root, and
/// operators in the console, have no limit here. Each server counts for itself.
///
/// The memory is bounded: beyond 100,000 keys all of them begin anew with a full bucket.
public final class KeyRates {
    private static final int MOST = 100_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ScopedValue<Consumer<Left>> TOLD = ScopedValue.newInstance();

    private final LongFunction<Quotas> quotas;
    private final TimeMeter clock;
    private final ConcurrentHashMap<KeyId, Limited> buckets = new ConcurrentHashMap<>();

    private record KeyId(long realm, UUID key) {}

    private record Limited(long limit, Bucket bucket) {}

    /// What a key has left after a request.
    ///
    /// @param limit the requests that it may send in a second
    /// @param left how many of them it may send at once
    /// @param seconds until all of them are there again, rounded up
    public record Left(long limit, long left, long seconds) {}

    /// @param quotas those of a realm, by its number
    /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
    KeyRates(LongFunction<Quotas> quotas, LongSupplier nanoTime) {
        this.quotas = quotas;
        this.clock = new Clock(nanoTime);
    }

    /// Does some work, and tells what a key has left each time that the work has proven one.
    public static <R, X extends Throwable> R telling(Consumer<Left> told, ScopedValue.CallableOp<? extends R, X> work)
            throws X {
        return ScopedValue.where(TOLD, told).call(work);
    }

    /// `caller`, if the key that they use has a request left, and else `OverQuota`.
    Result<Caller> take(Caller caller) {
        UUID key = key(caller.actor());
        if (key == null) {
            return Result.ok(caller);
        }
        long realm = caller.realm().id();
        long limit = quotas.apply(realm).requestsPerSecond();
        ConsumptionProbe probe = bucket(new KeyId(realm, key), limit).tryConsumeAndReturnRemaining(1);
        if (TOLD.isBound()) {
            TOLD.get().accept(new Left(limit, probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset())));
        }
        return probe.isConsumed()
                ? Result.ok(caller)
                : Result.refused(new Refusal.OverQuota(
                        "requests a second", limit, Duration.ofSeconds(seconds(probe.getNanosToWaitForRefill()))));
    }

    private static @Nullable UUID key(Actor actor) {
        // Of two keys at once, always the same one is charged.
        return actor.ref().kind() == ActorRef.Kind.API_KEY
                ? actor.ref().id()
                : actor.keys().stream().min(Comparator.naturalOrder()).orElse(null);
    }

    private Bucket bucket(KeyId id, long limit) {
        Limited known = buckets.get(id);
        if (known != null && known.limit == limit) {
            return known.bucket;
        }
        if (buckets.size() >= MOST) {
            buckets.clear();
        }
        return buckets.compute(id, (_, there) -> there != null && there.limit == limit ? there : fresh(limit)).bucket;
    }

    private Limited fresh(long limit) {
        Bucket bucket = Bucket.builder()
                .addLimit(builder -> builder.capacity(limit).refillGreedy(limit, SECOND))
                .withCustomTimePrecision(clock)
                .build();
        return new Limited(limit, bucket);
    }

    private static long seconds(long nanos) {
        return Math.max(1, Math.ceilDiv(nanos, SECOND.toNanos()));
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
