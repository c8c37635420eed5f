package dev.muster.outgoing;

import org.jspecify.annotations.Nullable;

/// The response to an [OutgoingRequest].
///
/// @param body the beginning of the body, at most [OutgoingRequest#keep] bytes
/// @param isWhole whether `body` is the complete body
public record OutgoingReply(
        int status, @Nullable String contentType, @Nullable String retryAfter, byte[] body, boolean isWhole) {}
