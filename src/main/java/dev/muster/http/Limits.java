package dev.muster.http;

import java.time.Duration;

/// How much of a server one client may use before it is cut off.
///
/// @param headBytes of the request line, and of all headers together
/// @param connections open at once. From 90 % on those that wait for their client are closed, the longest
///     idle first; if all are busy, more wait in the operating system's queue. A request whose credential is
///     proven is busy until its reply is sent
/// @param idle how long a connection may stay open without a request
/// @param head from the first byte of a request to the end of its headers; with TLS also from the connection to
///     the end of its handshake
/// @param body for each started MiB of a route's body limit, from the end of the headers to the end of the body
/// @param bodyGrace after which a body must arrive at `bodyRate`, unless the request's credential is proven;
///     a slower one is [Fault.BodyTimedOut]
/// @param bodyRate bytes a second
/// @param write how long one write may wait for a client that does not read
/// @param bodyBytes of all requests that are being received, beyond the first 8 KiB of each. Half of it is for
///     requests whose credential is proven, and no client address gets more than an eighth. Where there is no
///     room, the slowest unproven request is cut; if there is none, the request is [Fault.Overloaded]. Bodies
///     that their handler reads as a stream do not count
/// @param replyBytes of all replies that are longer than 64 KiB and not yet sent; more wait, and are
///     [Fault.Overloaded] after [#patience]
/// @param patience how long a request waits for others where only some run at a time
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
