package dev.muster.directory.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An attempt to deliver a message.
///
/// @param at when it began
/// @param status of the answer; null if there was none
/// @param error why there was no answer; null if there was one
/// @param reply the beginning of the answer's body
/// @param retryAfter how long the receiver asked to wait; null if it did not ask
public record DeliveryAttempt(
        Instant at,
        long millis,
        DeliveryOutcome outcome,
        @Nullable Integer status,
        @Nullable String error,
        byte[] reply,
        @Nullable Duration retryAfter) {
    /// Whether the message was delivered.
    public boolean isDelivered() {
        return outcome == DeliveryOutcome.DELIVERED;
    }
}
