package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryTables.StateRow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How much may be sent to an endpoint at once: one message at first and after a failure, and twice as many after each
/// success, so that a receiver which is down or has just recovered is not stormed. After failures that are put down
/// to the endpoint, nothing is sent until a wait is over. Guarded by the lock of its [Endpoint].
final class Backoff {
    private static final int MOST_IN_FLIGHT = 8;
    private static final Duration DISABLED_AFTER = Duration.ofDays(5);

    private final RetryLadder ladder;
    private final int most;
    private int allowed = 1;
    private int failures;
    private @Nullable Instant retryAt;
    private @Nullable Instant failingSince;

    /// Whether the receiver asked for the wait.
    private boolean isAsked;

    /// Raised by each wait. Messages that were already on their way when one began do not make it longer.
    private int round;

    /// @param strict whether one message at a time is sent
    Backoff(StateRow row, boolean strict, RetryLadder ladder) {
        this.ladder = ladder;
        most = strict ? 1 : MOST_IN_FLIGHT;
        failures = row.failures();
        retryAt = row.retryAt();
        failingSince = row.failingSince();
    }

    /// How many messages may be in flight.
    int allowed(Instant now) {
        return retryAt == null ? allowed : now.isBefore(retryAt) ? 0 : 1;
    }

    /// The share of [#allowed] in the most that is ever allowed, of `all`.
    int share(int all) {
        return all * allowed / MOST_IN_FLIGHT;
    }

    /// Whether the last message failed, so that the next one tests the endpoint.
    boolean isProbing() {
        return retryAt != null;
    }

    /// The number of the present round, to be passed to [#failed].
    int round() {
        return round;
    }

    /// Ends a wait, unless the receiver asked for it after the message was sent.
    ///
    /// @param sentIn the round in which the message was sent
    void succeeded(int sentIn) {
        failingSince = null;
        if (sentIn != round && isAsked) {
            return;
        }
        allowed = Math.min(most, 2 * allowed);
        end();
    }

    /// Records a failure, of whatever kind.
    ///
    /// @return whether everything has failed for so long that the endpoint is to be disabled
    boolean failedAt(Instant now) {
        if (failingSince == null) {
            failingSince = now;
        }
        return !now.isBefore(failingSince.plus(DISABLED_AFTER));
    }

    /// Waits after a failure that is put down to the endpoint.
    ///
    /// @param sentIn the round in which the message was sent
    /// @param asked how long the receiver asked to wait; null if it did not ask
    void pause(int sentIn, @Nullable Duration asked, Instant now) {
        if (sentIn == round) {
            round++;
            failures++;
            retryAt = now.plus(asked == null ? ladder.after(failures) : ladder.asked(asked));
            isAsked = asked != null;
            allowed = 1;
        } else if (asked != null && retryAt != null && retryAt.isBefore(now.plus(asked))) {
            retryAt = now.plus(ladder.asked(asked));
            isAsked = true;
        }
    }

    /// Records that nothing remains to be sent, so that nothing is failing.
    void nothingLeft() {
        failingSince = null;
    }

    /// Ends a wait.
    void end() {
        retryAt = null;
        isAsked = false;
        failures = 0;
    }

    int failures() {
        return failures;
    }

    @Nullable
    Instant retryAt() {
        return retryAt;
    }

    @Nullable
    Instant failingSince() {
        return failingSince;
    }
}
