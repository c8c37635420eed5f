package dev.muster.config;

import java.time.Duration;

/// Limits of a server's parts. Those that follow from how a part works, such as the length of a realm's queue, are
/// constants of its class; `docs/operating.md` lists all.
///
/// @param postgresLanes how many threads write to PostgreSQL; SQLite has one
public record ServerLimits(Requests requests, Failures failures, int postgresLanes) {

    public static final ServerLimits DEFAULT = new ServerLimits(Requests.DEFAULT, Failures.DEFAULT, 2);

    /// What clients may use of the server.
    ///
    /// @param headBytes the request line, and all headers together: each at most this long
    /// @param bodiesBytes of all request bodies being received, beyond the first 8 KiB of each. Half is for
    ///     authenticated clients, and one client address gets at most an eighth
    /// @param repliesBytes of all replies longer than 64 KiB that are not sent yet
    /// @param connections open at a time; more wait in the operating system's backlog
    /// @param idle how long a connection may stay open without a request
    /// @param head from a request's first byte to the end of its headers
    /// @param body for each MiB that a body may have, from the end of the headers to the end of the body
    /// @param bodyGrace after which the body of an unauthenticated client must arrive at `bodyRate`
    /// @param bodyRate bytes per second
    /// @param write how long one write waits for a client that does not read
    /// @param patience how long a request waits for a permit where concurrency is limited
    public record Requests(
            int headBytes,
            long bodiesBytes,
            int repliesBytes,
            int connections,
            Duration idle,
            Duration head,
            Duration body,
            Duration bodyGrace,
            int bodyRate,
            Duration write,
            Duration patience) {
        static final Requests DEFAULT = new Requests(
                16 << 10,
                32L << 20,
                32 << 20,
                2_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                16 << 10,
                Duration.ofSeconds(60),
                Duration.ofSeconds(2));
    }

    /// Failed authentication attempts allowed per address. An IPv6 /56 network is allowed four times as many, a /48
    /// sixteen times.
    ///
    /// @param attempts in a row; they are forgiven evenly over the period
    /// @param networks remembered at a time
    public record Failures(int attempts, Duration period, int networks) {
        static final Failures DEFAULT = new Failures(20, Duration.ofMinutes(1), 100_000);
    }
}
