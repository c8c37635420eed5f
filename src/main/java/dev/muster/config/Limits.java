package dev.muster.config;

import java.time.Duration;

/// How much of everything there may be. The one place where each limit has its name, unit and value.
public record Limits(Requests requests, Writes writes, Reads reads, Credentials credentials, Upkeep upkeep) {

    public static final Limits DEFAULT =
            new Limits(Requests.DEFAULT, Writes.DEFAULT, Reads.DEFAULT, Credentials.DEFAULT, Upkeep.DEFAULT);

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /// What a client may take of the server.
    ///
    /// @param headBytes the request line, and all headers together: each at most this long
    /// @param bodyBytes a request's body, where its route does not allow more
    /// @param bodiesBytes all bodies that are being received at one time
    /// @param connections open at one time; more wait in the operating system's queue
    /// @param idle how long a connection may stay open without a request
    /// @param head from a request's first byte to the end of its headers
    /// @param body for each MiB that a body may have, from the end of the headers to the body's end
    /// @param write how long one write waits for a client that does not read
    /// @param gracefulStop from the signal to stop until requests that were accepted are given up
    public record Requests(
            int headBytes,
            int bodyBytes,
            long bodiesBytes,
            int connections,
            Duration idle,
            Duration head,
            Duration body,
            Duration write,
            Duration gracefulStop) {
        static final Requests DEFAULT = new Requests(
                16 * KIB,
                MIB,
                64L * MIB,
                2_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10));
    }

    /// What waits for a realm's lane, and what a lane takes at a time.
    ///
    /// @param queuedCommandsPerRealm more are refused as busy
    /// @param queuedBytesPerRealm likewise
    /// @param queuedBytes of all realms together
    /// @param batchCommandsPerRealm taken of one realm in one turn
    /// @param batchRealms carried by one transaction
    /// @param lockWait for a realm that another server has locked
    /// @param idleInTransaction after which the database ends a lane that has stopped in mid-transaction
    /// @param statement one statement of a lane
    /// @param clockBehind how far the clock may be behind a realm's last batch before that is closed for writes
    /// @param retryRetention how long the answer to a request with an `Idempotency-Key` is kept
    public record Writes(
            int queuedCommandsPerRealm,
            long queuedBytesPerRealm,
            long queuedBytes,
            int batchCommandsPerRealm,
            int batchRealms,
            Duration lockWait,
            Duration idleInTransaction,
            Duration statement,
            Duration clockBehind,
            Duration retryRetention) {
        static final Writes DEFAULT = new Writes(
                1_000,
                4L * MIB,
                64L * MIB,
                64,
                64,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofHours(24));
    }

    /// What one read may cost.
    ///
    /// @param deadline after which a read is given up
    /// @param pageItems the most a page may have
    /// @param pageItemsDefault where a request does not say
    /// @param standings asked for in one call
    /// @param counted how far a list under several filters is counted, and how far an offset under them may go
    /// @param scannedUsers up to which a realm is searched without an index of its own
    public record Reads(
            Duration deadline, int pageItems, int pageItemsDefault, int standings, int counted, int scannedUsers) {
        static final Reads DEFAULT = new Reads(Duration.ofSeconds(2), 1_000, 50, 1_000, 10_000, 50_000);
    }

    /// How long proofs of who is asking hold, and what checking them may cost.
    ///
    /// @param trusted how long a credential that was read is not read again
    /// @param accessToken the life of an access token
    /// @param refreshToken the life of a refresh token
    /// @param passwordChecks at one time; each takes 19 MiB
    /// @param passwordChecksWaiting more are refused as busy
    public record Credentials(
            Duration trusted,
            Duration accessToken,
            Duration refreshToken,
            int passwordChecks,
            int passwordChecksWaiting) {
        static final Credentials DEFAULT =
                new Credentials(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofDays(1), 2, 16);
    }

    /// What the server does by itself.
    ///
    /// @param checkpointEvery how often a journal that grew gets a signed checkpoint
    /// @param batchRows of each realm that are kept
    /// @param walPages after which SQLite's write-ahead log is checkpointed between two batches
    /// @param walBytes above which it is begun anew
    public record Upkeep(Duration checkpointEvery, int batchRows, int walPages, long walBytes) {
        static final Upkeep DEFAULT = new Upkeep(Duration.ofMinutes(1), 1_000, 1_000, 64L * MIB);
    }
}
