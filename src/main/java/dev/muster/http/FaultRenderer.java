package dev.muster.http;

import java.nio.charset.StandardCharsets;

/// An API's words for what the engine refuses: one exhaustive `switch` over [Fault], without a `default`.
@FunctionalInterface
public interface FaultRenderer {

    /// One line of plain text with the fault's own status.
    FaultRenderer PLAIN = (fault, requestId) -> Reply.of(
            fault.status(), "text/plain; charset=utf-8", (fault.text() + "\n").getBytes(StandardCharsets.UTF_8));

    /// The reply in this API's shape. The engine adds the headers of the fault (`Allow`, `Retry-After`) and
    /// `X-Request-Id`.
    Reply reply(Fault fault, String requestId);
}
