package dev.muster.directory.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An attempt to deliver a message.
///
/// @param at when the attempt began
/// @param status the HTTP status of the response; null if there was no response
/// @param error why there was no response; null if there was one
/// @param reply the beginning of the response body
/// @param retryAfter the pause that the receiver requested; null if it requested none
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
