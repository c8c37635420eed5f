package dev.muster.outgoing;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request to send.
///
/// @param url absolute, `https` or `http`; whether it may be called is decided by [CallableUrls]
/// @param body sent as it is; null for none
/// @param whole how long the exchange may take, from resolving the name to the last byte that is kept
/// @param keep how many bytes of the reply's body are kept
public record OutgoingRequest(
        String method, URI url, List<Header> headers, byte @Nullable [] body, Duration whole, int keep) {
    /// A header field.
    public record Header(String name, String value) {}

    public OutgoingRequest {
        headers = List.copyOf(headers);
    }
}
