package dev.muster.http;

import java.time.Duration;

/// The limits that protect a server from slow or greedy clients.
///
/// @param headBytes limit of the request line, and another of the same size for all headers together
/// @param connections how many may be open at the same time. Above 90 % of that, connections that wait for
///     their client are closed, silent and idle ones first; if all are busy, new ones wait in the operating
///     system's queue. A request with a proven credential keeps its connection until its reply is sent
/// @param idle how long a connection may stay open without a request
/// @param head time from the first byte of a request to the end of its headers; with TLS also from the
///     connection to the end of its handshake
/// @param body time from the end of the headers to the end of the body, for each started MiB of the route's
///     body limit
/// @param bodyGrace how long a body may take before it must arrive at `bodyRate`, unless the request's
///     credential is proven; a slower body is [Fault.BodyTimedOut]
/// @param bodyRate the minimum rate of a body, in bytes per second
/// @param write how long one write may block on a client that does not read
/// @param bodyBytes memory for all requests that are being received, beyond the first 8 KiB of each. Half is
///     reserved for requests with a proven credential, and one client address gets at most an eighth. When it
///     is full, the slowest unproven request is evicted; if there is none, the new one is [Fault.Overloaded].
///     Streamed bodies do not count
/// @param replyBytes memory for all unsent replies longer than 64 KiB; further ones wait, and are
///     [Fault.Overloaded] after [#patience]
/// @param patience how long a request waits for a permit of a concurrency limit
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
