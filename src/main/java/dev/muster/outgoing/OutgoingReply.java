package dev.muster.outgoing;

import org.jspecify.annotations.Nullable;

/// The reply to an [OutgoingRequest].
///
/// @param body the beginning of the body, at most as much as the request keeps
/// @param isWhole whether `body` is all of it
public record OutgoingReply(
        int status, @Nullable String contentType, @Nullable String retryAfter, byte[] body, boolean isWhole) {}
