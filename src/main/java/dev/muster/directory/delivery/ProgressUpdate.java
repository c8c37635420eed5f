package dev.muster.directory.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The changes of an endpoint that are saved in one transaction.
///
/// @param replayNext the entry at which a replay continues; null if there is no replay
record ProgressUpdate(
        long cursor,
        byte[] beyond,
        int failures,
        @Nullable Instant retryAt,
        @Nullable Instant failingSince,
        @Nullable Long replayNext,
        boolean isReplayDone,
        UnsavedChanges.Snapshot part) {}
