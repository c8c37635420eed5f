package dev.muster.http;

import java.nio.charset.StandardCharsets;

/// Renders faults in the format of one API. A renderer that distinguishes faults does so with an exhaustive
/// `switch` without `default`.
@FunctionalInterface
public interface FaultRenderer {

    /// A renderer that writes one line of plain text.
    FaultRenderer PLAIN = (fault, requestId) -> Reply.of(
            fault.status(), "text/plain; charset=utf-8", (fault.text() + "\n").getBytes(StandardCharsets.UTF_8));

    /// Renders a fault in this API's format. The engine adds the fault's headers (`Allow`, `Retry-After`) and
    /// `X-Request-Id`.
    Reply reply(Fault fault, String requestId);
}
