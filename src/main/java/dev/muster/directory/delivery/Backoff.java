package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryTables.StateRow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Limits the number of messages in flight to an endpoint: one at first and after a failure, and twice as many after
/// each success, so that a receiver that is down or has just recovered is not flooded. After a failure of the endpoint,
/// nothing is sent until a pause is over. Guarded by the lock of its [Endpoint].
final class Backoff {
    private static final int MAX_IN_FLIGHT = 8;
    private static final Duration DISABLED_AFTER = Duration.ofDays(5);

    private final WebhookRetrySchedule retrySchedule;
    private final int maxInFlight;
    private int allowed = 1;
    private int failures;
    private @Nullable Instant retryAt;
    private @Nullable Instant failingSince;

    /// Whether the receiver requested the pause.
    private boolean isPauseRequested;

    /// Incremented by each pause. Messages that were already in flight when a pause began do not extend it, unless the
    /// receiver requests a longer pause.
    private int round;

    /// @param strict whether messages are sent one at a time
    Backoff(StateRow row, boolean strict, WebhookRetrySchedule retrySchedule) {
        this.retrySchedule = retrySchedule;
        maxInFlight = strict ? 1 : MAX_IN_FLIGHT;
        failures = row.failures();
        retryAt = row.retryAt();
        failingSince = row.failingSince();
    }

    /// The maximum number of messages in flight.
    int allowed(Instant now) {
        return retryAt == null ? allowed : now.isBefore(retryAt) ? 0 : 1;
    }

    /// Scales `all` down in proportion to the current limit.
    int share(int all) {
        return all * allowed / MAX_IN_FLIGHT;
    }

    /// Whether the last message failed, so that the next one tests the endpoint.
    boolean isProbing() {
        return retryAt != null;
    }

    /// The number of the current round, to be passed to [#succeeded] and [#pause].
    int round() {
        return round;
    }

    /// Ends a pause, unless the receiver requested it after the message was sent.
    ///
    /// @param sentIn the round in which the message was sent
    void succeeded(int sentIn) {
        failingSince = null;
        if (sentIn != round && isPauseRequested) {
            return;
        }
        allowed = Math.min(maxInFlight, 2 * allowed);
        end();
    }

    /// Records a failure of any kind.
    ///
    /// @return whether everything has failed for so long that the endpoint must be disabled
    boolean failedAt(Instant now) {
        if (failingSince == null) {
            failingSince = now;
        }
        return !now.isBefore(failingSince.plus(DISABLED_AFTER));
    }

    /// Pauses after a failure that is attributed to the endpoint.
    ///
    /// @param sentIn the round in which the message was sent
    /// @param requested the pause that the receiver requested; null if it requested none
    void pause(int sentIn, @Nullable Duration requested, Instant now) {
        if (sentIn == round) {
            round++;
            failures++;
            retryAt = now.plus(
                    requested == null ? retrySchedule.after(failures) : retrySchedule.requestedDelay(requested));
            isPauseRequested = requested != null;
            allowed = 1;
        } else if (requested != null && retryAt != null && retryAt.isBefore(now.plus(requested))) {
            retryAt = now.plus(retrySchedule.requestedDelay(requested));
            isPauseRequested = true;
        }
    }

    /// Records that there is nothing left to send, so the endpoint no longer counts as failing.
    void nothingLeft() {
        failingSince = null;
    }

    /// Ends a pause.
    void end() {
        retryAt = null;
        isPauseRequested = false;
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
