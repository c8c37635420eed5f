package dev.muster.directory.callbacks;

import org.jspecify.annotations.Nullable;

/// Formats a result in a dialect. Thread-safe.
///
/// A result is formatted and signed for each attempt, because it contains the time of the attempt and there is nothing
/// left to send once the job is erased.
public interface CallbackFormat {
    /// The JSON body to send.
    ///
    /// @return null if the realm has no active key that may sign
    /// @throws dev.muster.storage.sql.StorageException if storage is unavailable
    byte @Nullable [] body(JobResultNotice notice);
}
