package dev.muster.http.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Who has to go when nearly all connections are taken: those that wait for their client, so that a client
/// who only holds connections, and makes new ones for those that it loses, does not keep everybody else out.
///
/// An honest client of one that had to go connects again, as HTTP wants it of every client.
final class ConnectionEvictor {

    /// A client that means to ask has sent something by then; who came later is left alone for as long as
    /// others can go. Else a few who come all the time would drive each other's requests away, and those who
    /// fill the server stay.
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    /// So many more than need be go at once, so that not each newcomer has to look for one.
    private static final int MOST_AT_A_TIME = 32;

    /// What a connection that may go does, the first to go first. A request whose credential is proven is never
    /// among them, nor one that is being carried out.
    enum Waiting {
        /// Has not sent a byte yet, of TLS or of its first request.
        SILENT,
        /// Stays open for another request.
        IDLE,
        /// Sends the head of a request. As cheap to make as a silent one: one byte is enough.
        HEAD,
        /// Sends the body of a request whose credential is not proven.
        BODY,
        /// Does not read the reply to such a request.
        UNREAD,
        /// Has its reply, and might not find it.
        LINGERING,
        /// Only came a moment ago, or began to wait a moment ago.
        BRIEFLY
    }

    /// A connection as it was seen.
    ///
    /// @param since by [System#nanoTime]
    /// @param drop does nothing when the connection has moved on
    record Guest(Waiting waiting, long since, Runnable drop) {}

    private final List<Guest> guests = new ArrayList<>();
    private final long now;

    /// @param now by [System#nanoTime]
    ConnectionEvictor(long now) {
        this.now = now;
    }

    void add(Guest guest) {
        boolean briefly = now - guest.since < PATIENCE_NANOS;
        if (briefly && guest.waiting == Waiting.UNREAD) {
            // Most probably it is being read just now.
            return;
        }
        guests.add(briefly ? new Guest(Waiting.BRIEFLY, guest.since, guest.drop) : guest);
    }

    /// Drops those who wait, until `over` have gone and some more, or there are none.
    ///
    /// @param most that there may be; how many more than necessary go depends on it
    void drop(int over, int most) {
        guests.sort(Comparator.comparing(Guest::waiting).thenComparing((a, b) -> Long.signum(a.since - b.since)));
        int some = Math.min(MOST_AT_A_TIME, most / 50);
        guests.stream().limit(over + some).forEach(guest -> guest.drop.run());
    }
}
