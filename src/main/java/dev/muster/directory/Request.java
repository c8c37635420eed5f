package dev.muster.directory;

import dev.muster.model.Digest;
import dev.muster.model.Write;
import org.jspecify.annotations.Nullable;

/// A write on its way to a realm's lane.
///
/// @param realm the realm it changes
/// @param retry what makes it safe to send again; null where the caller gave no key
/// @param dryRun judged and answered as it would be, and nothing is kept
/// @param bytes roughly how much memory it holds while it waits: the length of the body it came in
public record Request(
        long realm, Write write, Origin origin, @Nullable Retry retry, boolean dryRun, int bytes) {
    /// Where it came from, as the journal keeps it.
    ///
    /// @param dialect the dialect's name, such as `rest`
    /// @param onBehalfOf the person for whom a program says it acts; null for nobody
    public record Origin(
            String dialect, String requestId, @Nullable String onBehalfOf) {}

    /// An `Idempotency-Key`: the same key with the same request is carried out once.
    ///
    /// @param key 1 to 255 characters of the caller's; it belongs to the actor
    /// @param request what the request is, apart from its bytes: dialect, target and commands
    public record Retry(String key, Digest request) {
        /// The retry of a write that came through `dialect`.
        public static Retry of(String key, String dialect, Write write) {
            throw new UnsupportedOperationException("not yet");
        }
    }
}
