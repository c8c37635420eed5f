package dev.muster.directory.events;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits the number of requests that listen for events, both per credential and in total. Each server counts
/// separately.
final class ListenerLimit {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final String what;
    private final int ofOne;
    private final int max;
    private final ConcurrentHashMap<CredentialKey, Integer> counts = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    private record CredentialKey(long realm, UUID id) {}

    /// @param what the name of these requests, as in [Refusal.OverQuota]
    /// @param ofOne the limit for each credential
    /// @param max the limit for the server
    ListenerLimit(String what, int ofOne, int max) {
        this.what = what;
        this.ofOne = ofOne;
        this.max = max;
    }

    /// A permit, which is held until it is closed.
    final class Permit implements AutoCloseable {
        private final CredentialKey key;
        private final AtomicBoolean given = new AtomicBoolean();

        private Permit(CredentialKey key) {
            this.key = key;
        }

        /// Releases the permit. Idempotent.
        @Override
        public void close() {
            if (given.compareAndSet(false, true)) {
                counts.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
                all.decrementAndGet();
            }
        }
    }

    /// Takes a permit for the credential against whose limits the actor's requests count. Refuses: OverQuota if the
    /// credential has reached its limit, Busy if the server has.
    Result<Permit> take(Actor actor, long realm) {
        if (all.incrementAndGet() > max) {
            all.decrementAndGet();
            return Result.refused(new Refusal.Busy(RETRY_AFTER));
        }
        CredentialKey key = new CredentialKey(realm, actor.charged());
        if (counts.merge(key, 1, Integer::sum) > ofOne) {
            new Permit(key).close();
            return Result.refused(new Refusal.OverQuota(what, ofOne, RETRY_AFTER));
        }
        return Result.ok(new Permit(key));
    }

    /// The number of permits in use.
    int taken() {
        return all.get();
    }
}
