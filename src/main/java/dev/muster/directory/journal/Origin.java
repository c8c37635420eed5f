package dev.muster.directory.journal;

import org.jspecify.annotations.Nullable;

/// The origin of a request, as recorded in the journal.
///
/// @param dialect the dialect's name, such as `rest`
/// @param requestId the server's id for the request; stored in plain text, so it must not identify a person
/// @param clientRequestId the request id sent by the client; null if there is none. It is stored sealed, because it may
///     identify a person
/// @param onBehalfOf the person for whom a program claims to act; null if there is none
public record Origin(
        String dialect,
        String requestId,
        @Nullable String clientRequestId,
        @Nullable String onBehalfOf) {
    /// Creates the origin of a request without a client request id.
    public Origin(String dialect, String requestId, @Nullable String onBehalfOf) {
        this(dialect, requestId, null, onBehalfOf);
    }
}
