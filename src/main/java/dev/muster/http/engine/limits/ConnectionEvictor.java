package dev.muster.http.engine.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Chooses which connections to close when nearly all are taken: those that wait for their client. So a
/// client that only holds connections cannot keep others out; an honest one connects again, as HTTP expects.
public final class ConnectionEvictor {

    /// Connections that have waited for less are closed last. Otherwise clients that connect all the time
    /// would evict each other's requests, and those that fill the server would stay.
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    /// How many more than necessary are closed at once, so that not every new connection needs a search.
    private static final int MOST_AT_A_TIME = 32;

    /// What a connection waits for, in the order in which they are closed. A request whose credential is proven is
    /// never closed, nor one that is being handled.
    public enum Waiting {
        /// Has not sent a byte yet, of TLS or of its first request.
        SILENT,
        /// Stays open for another request.
        IDLE,
        /// Sends the head of a request. For this one byte is enough, so it is as cheap as a silent one.
        HEAD,
        /// Sends the body of a request whose credential is not proven.
        BODY,
        /// Does not read the reply to such a request.
        UNREAD,
        /// Has its reply, but has not stopped sending.
        LINGERING,
        /// Has waited for less than a second.
        BRIEFLY
    }

    /// A connection as it was seen.
    ///
    /// @param since by [System#nanoTime]
    /// @param drop does nothing when the connection has moved on
    public record Guest(Waiting waiting, long since, Runnable drop) {}

    private final List<Guest> guests = new ArrayList<>();
    private final long now;

    /// @param now by [System#nanoTime]
    public ConnectionEvictor(long now) {
        this.now = now;
    }

    public void add(Guest guest) {
        boolean briefly = now - guest.since < PATIENCE_NANOS;
        if (briefly && guest.waiting == Waiting.UNREAD) {
            // The reply is probably being read.
            return;
        }
        guests.add(briefly ? new Guest(Waiting.BRIEFLY, guest.since, guest.drop) : guest);
    }

    /// Closes `over` connections and some more, or all that wait.
    ///
    /// @param most the limit of connections, on which the number of additional ones depends
    public void drop(int over, int most) {
        guests.sort(Comparator.comparing(Guest::waiting).thenComparing((a, b) -> Long.signum(a.since - b.since)));
        int some = Math.min(MOST_AT_A_TIME, most / 50);
        guests.stream().limit(over + some).forEach(guest -> guest.drop.run());
    }
}
