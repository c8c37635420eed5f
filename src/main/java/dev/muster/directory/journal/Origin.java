package dev.muster.directory.journal;

import org.jspecify.annotations.Nullable;

/// Where a request came from, as the journal keeps it.
///
/// @param dialect the dialect's name, such as `rest`
/// @param requestId the server's own id of the request: kept in plain, so it must not identify anybody
/// @param clientRequestId the id that the client gave the request; null if none. Kept sealed, since it may
///     identify somebody
/// @param onBehalfOf the person for whom a program claims to act; null if it names none
public record Origin(
        String dialect,
        String requestId,
        @Nullable String clientRequestId,
        @Nullable String onBehalfOf) {
    /// The origin of a request whose client gave it no id.
    public Origin(String dialect, String requestId, @Nullable String onBehalfOf) {
        this(dialect, requestId, null, onBehalfOf);
    }
}
