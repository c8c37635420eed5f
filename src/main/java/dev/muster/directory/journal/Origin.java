package dev.muster.directory.journal;

import org.jspecify.annotations.Nullable;

/// The origin of a request, as recorded in the journal.
///
/// @param dialect the dialect's name, such as `rest`
/// @param requestId the server's own id of the request; stored in plain, so it must not identify a person
/// @param clientRequestId the request id sent by the client; null if none. Stored sealed, because it may
///     identify a person
/// @param onBehalfOf the person a program claims to act for; null if none
public record Origin(
        String dialect,
        String requestId,
        @Nullable String clientRequestId,
        @Nullable String onBehalfOf) {
    /// The origin of a request without a client request id.
    public Origin(String dialect, String requestId, @Nullable String onBehalfOf) {
        this(dialect, requestId, null, onBehalfOf);
    }
}
