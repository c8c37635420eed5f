package dev.muster.http;

import java.time.Duration;

/// What a client may take of a server before it is cut off.
///
/// @param headBytes request line, and headers together, each at most this long
/// @param connections open at once; more wait in the operating system's queue
/// @param idle how long a connection may stand open without a request
/// @param head from the first byte of a request to the end of its headers
/// @param body for each started MiB of a route's body limit, from the end of the headers to the end of the body
/// @param write how long one write may wait for a client that does not read
/// @param bodyBytes of requests being received by all connections together, beyond the first 8 KiB of each; more is
///     [Fault.Overloaded]. Bodies that their handler reads as they come do not count
/// @param replyBytes of replies that are longer than 64 KiB and not yet sent, of all connections together; more waits,
///     and is [Fault.Overloaded] after [#patience]
/// @param patience how long a request waits for others to be done, where only some are let through
public record Limits(
        int headBytes,
        int connections,
        Duration idle,
        Duration head,
        Duration body,
        Duration write,
        long bodyBytes,
        int replyBytes,
        Duration patience) {

    public static final Limits DEFAULT = new Limits(
            16 << 10,
            2_000,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            32 << 20,
            32 << 20,
            Duration.ofSeconds(2));
}
