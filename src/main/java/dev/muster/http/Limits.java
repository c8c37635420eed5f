package dev.muster.http;

import java.time.Duration;

/// What a client may take of a server before it is cut off.
///
/// @param headBytes request line, and headers together, each at most this long
/// @param connections open at once; from nine in ten on those that wait for their client are closed, the longest idle
///     first, and if all are busy, more wait in the operating system's queue. A request whose credential is proven is
///     busy until its reply is sent
/// @param idle how long a connection may stand open without a request
/// @param head from the first byte of a request to the end of its headers; with TLS also from the connection to the end
///     of its handshake
/// @param body for each started MiB of a route's body limit, from the end of the headers to the end of the body
/// @param bodyGrace after so long a body must come at `bodyRate`, unless the request's credential is proven; a slower
///     one is [Fault.BodyTimedOut]
/// @param bodyRate bytes a second
/// @param write how long one write may wait for a client that does not read
/// @param bodyBytes of requests being received by all connections together, beyond the first 8 KiB of each. Half of
///     it is for requests whose credential is proven, and no client address gets more than an eighth. Where there is
///     no room the slowest unproven request is cut; else the request is [Fault.Overloaded]. Bodies that their handler
///     reads as they come do not count
/// @param replyBytes of replies that are longer than 64 KiB and not yet sent, of all connections together; more waits,
///     and is [Fault.Overloaded] after [#patience]
/// @param patience how long a request waits for others to be done, where only some are let through
public record Limits(
        int headBytes,
        int connections,
        Duration idle,
        Duration head,
        Duration body,
        Duration bodyGrace,
        int bodyRate,
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
            Duration.ofSeconds(2),
            16 << 10,
            Duration.ofSeconds(60),
            32 << 20,
            32 << 20,
            Duration.ofSeconds(2));
}
