package dev.muster.http;

import java.time.Duration;

/// The limits that protect a server from slow or greedy clients.
///
/// @param headBytes the maximum length of the request line, and also of all headers together
/// @param connections the maximum number of open connections. Above 90 % of it, connections that wait for their client
///     are closed, silent and idle ones first; if all are busy, new connections wait in the operating system's queue.
///     An authenticated request keeps its connection until its reply has been sent
/// @param idle how long a connection may stay open without a request
/// @param head the time from the first byte of a request to the end of its headers; with TLS also the time from
///     accepting a connection to the end of its handshake
/// @param body the time from the end of the headers to the end of the body, for each MiB of the route's body limit,
///     rounded up
/// @param bodyGrace how long the body of an unauthenticated request may take before `bodyRate` is enforced; a slower
///     body is refused with [Fault.BodyTimedOut]
/// @param bodyRate the minimum rate of a body, in bytes per second
/// @param write how long one write may block on a client that does not read
/// @param bodyBytes the memory for all requests that are being received, beyond the first 8 KiB of each. Half of it is
///     reserved for authenticated requests, and one client address gets at most an eighth. When it is full, the slowest
///     unauthenticated request is evicted; if there is none, the new request is refused with [Fault.Overloaded].
///     Streamed bodies do not count
/// @param replyBytes the memory for all unsent replies longer than 64 KiB; further replies wait for up to [#timeout],
///     and are then refused with [Fault.Overloaded]
/// @param timeout how long a request waits for a permit of a concurrency limit
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
        Duration timeout) {

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
