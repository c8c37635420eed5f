package dev.muster.config;

import java.time.Duration;

/// The limits that a server's parts are handed when it is put together. ServerLimits that follow from how a part
/// works, such as what a realm's queue holds, are named constants of the class that keeps them; `docs/operating.md`
/// lists all.
///
/// @param postgresLanes how many threads write to PostgreSQL; SQLite has one
public record ServerLimits(Requests requests, Failures failures, int postgresLanes) {

    public static final ServerLimits DEFAULT = new ServerLimits(Requests.DEFAULT, Failures.DEFAULT, 2);

    /// What a client may take of the server.
    ///
    /// @param headBytes the request line, and all headers together: each at most this long
    /// @param bodiesBytes of all requests that are being received at one time, beyond the first 8 KiB of each. Half
    ///     is for those whose credential is proven, and one client address gets at most an eighth
    /// @param repliesBytes of all replies that are longer than 64 KiB and not yet sent
    /// @param connections open at one time; more wait in the operating system's queue
    /// @param idle how long a connection may stay open without a request
    /// @param head from a request's first byte to the end of its headers
    /// @param body for each MiB that a body may have, from the end of the headers to the body's end
    /// @param bodyGrace after so long an unproven body must come at `bodyRate`
    /// @param bodyRate bytes a second
    /// @param write how long one write waits for a client that does not read
    /// @param patience how long a request waits where only some are let through at a time
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
