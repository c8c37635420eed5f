package dev.muster.directory.delivery;

import java.time.Duration;

/// Decides how many senders an endpoint needs: enough to send the waiting events within a few milliseconds, judging by
/// how long its requests take. A fast receiver needs only one sender, and more would only compete with lanes for the
/// processor. Guarded by the lock of its [Endpoint].
final class SenderPace {
    /// The time within which the waiting events should be sent.
    private static final long TARGET_NANOS = Duration.ofMillis(10).toNanos();

    /// The time without a finished request after which the number of senders is no longer limited, so that one
    /// event does not hold up the others.
    static final long STALLED_NANOS = Duration.ofMillis(20).toNanos();

    /// The weight of earlier requests in `typicalNanos`.
    private static final int EARLIER_WEIGHT = 7;

    /// How long a request typically takes; 0 while unknown.
    private long typicalNanos;

    private long lastProgressNanos;

    /// Records that a sender starts while no other is running.
    void started(long nowNanos) {
        lastProgressNanos = nowNanos;
    }

    /// Records that a request has ended.
    void ended(long nanos, long nowNanos) {
        typicalNanos = typicalNanos == 0 ? nanos : (EARLIER_WEIGHT * typicalNanos + nanos) / (EARLIER_WEIGHT + 1);
        lastProgressNanos = nowNanos;
    }

    /// The number of senders that should run.
    ///
    /// @param waiting the number of events that may be sent
    int needed(int waiting, long nowNanos) {
        boolean isLimited = typicalNanos > 0 && nowNanos - lastProgressNanos < STALLED_NANOS;
        return isLimited ? (int) Math.min(waiting, 1 + waiting * typicalNanos / TARGET_NANOS) : waiting;
    }
}
