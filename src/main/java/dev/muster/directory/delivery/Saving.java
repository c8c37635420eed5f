package dev.muster.directory.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is stored of an endpoint in one transaction.
///
/// @param replayNext the entry at which a replay goes on; null if there is none
record Saving(
        long cursor,
        byte[] beyond,
        int failures,
        @Nullable Instant retryAt,
        @Nullable Instant failingSince,
        @Nullable Long replayNext,
        boolean replayIsDone,
        Unsaved.Part part) {}
