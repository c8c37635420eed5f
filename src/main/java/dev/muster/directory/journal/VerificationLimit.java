package dev.muster.directory.journal;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/// Bounds the work of walking along whole journals: two walks at once on a server, and one of each realm. For
/// any number of threads.
public final class VerificationLimit {
    static final int MOST = 2;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Set<Long> walked = new HashSet<>();

    /// Takes the permit to walk along a realm's journal, to be given back by [#leave]; false when the realm is
    /// being walked or too many others are.
    public synchronized boolean enter(long realm) {
        return walked.size() < MOST && walked.add(realm);
    }

    public synchronized void leave(long realm) {
        walked.remove(realm);
    }

    /// What `walk` gives; `Busy` when there is no permit for it.
    public <T> Result<T> within(long realm, Supplier<Result<T>> walk) {
        if (!enter(realm)) {
            return busy();
        }
        try {
            return walk.get();
        } finally {
            leave(realm);
        }
    }

    public static <T> Result<T> busy() {
        return Result.refused(new Refusal.Busy(RETRY_AFTER));
    }
}
