package dev.muster.directory.journal;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/// Limits verification and reconciliation of whole journals to two at a time per server and one per realm.
/// Thread-safe.
public final class VerificationLimit {
    static final int MAX_CONCURRENT = 2;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Set<Long> walked = new HashSet<>();

    /// Takes the permit to verify a realm's journal, which must be released with [#release]. Returns false if the
    /// realm or too many others are already being verified.
    public synchronized boolean acquire(long realm) {
        return walked.size() < MAX_CONCURRENT && walked.add(realm);
    }

    public synchronized void release(long realm) {
        walked.remove(realm);
    }

    /// Runs `walk` with a permit. Returns `Busy` if no permit is available.
    public <T> Result<T> withPermit(long realm, Supplier<Result<T>> walk) {
        if (!acquire(realm)) {
            return busy();
        }
        try {
            return walk.get();
        } finally {
            release(realm);
        }
    }

    public static <T> Result<T> busy() {
        return Result.refused(new Refusal.Busy(RETRY_AFTER));
    }
}
