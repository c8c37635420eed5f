package dev.muster.directory.callbacks;

import org.jspecify.annotations.Nullable;

/// Formats a result in a dialect. Implementations must be thread-safe.
///
/// The result is formatted and signed again for each attempt, because it contains the time of the attempt, and because
/// nothing may be sent once the job is erased.
public interface CallbackFormat {
    /// Returns the JSON body to send.
    ///
    /// @return null if the realm has no active key that may sign
    /// @throws dev.muster.storage.sql.StorageException if storage is unavailable
    byte @Nullable [] body(JobResultNotice notice);
}
