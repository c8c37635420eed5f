package dev.muster.directory.callbacks;

import org.jspecify.annotations.Nullable;

/// Puts a result into the words of a dialect. Thread-safe.
///
/// A result is worded and signed for each attempt: the time in it is that of the attempt, and once a job is
/// erased there is nothing left to send.
public interface CallbackFormat {
    /// The body to send, as JSON.
    ///
    /// @return null if the realm has no live key that may sign
    /// @throws dev.muster.storage.sql.StorageException if storage does not answer
    byte @Nullable [] body(JobResultNotice notice);
}
