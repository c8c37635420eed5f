package dev.muster.outgoing;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request to send.
///
/// @param url the absolute `https` or `http` URL; [CallableUrls] decides whether it may be called
/// @param body the body, which is sent unchanged; null for a request without a body
/// @param whole the timeout for the whole exchange, from resolving the name to the end of the response
/// @param keep the maximum number of bytes of the response body that are kept
public record OutgoingRequest(
        String method, URI url, List<Header> headers, byte @Nullable [] body, Duration whole, int keep) {
    /// A header field.
    public record Header(String name, String value) {}

    public OutgoingRequest {
        headers = List.copyOf(headers);
    }
}
