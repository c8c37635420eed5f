package dev.muster.http;

import java.nio.charset.StandardCharsets;

/// A face's words for what the engine refuses: one exhaustive `switch` over [Fault], without a `default`.
@FunctionalInterface
public interface FaultRenderer {

    /// Words for nobody in particular: one line of plain text with the fault's own status.
    FaultRenderer PLAIN = (fault, requestId) -> Reply.of(
            fault.status(), "text/plain; charset=utf-8", (fault.text() + "\n").getBytes(StandardCharsets.UTF_8));

    /// The reply in this face's shape. The engine adds the headers that belong to a fault (`Allow`, `Retry-After`) and
    /// `X-Request-Id` by itself.
    Reply reply(Fault fault, String requestId);
}
