package dev.muster.http.engine.limits;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Chooses which connections to close when nearly all are in use. Only connections that wait for their client are
/// closed. This keeps a client from locking others out by holding connections; an honest client reconnects, as HTTP
/// expects.
public final class ConnectionEvictor {

    /// The minimum wait. Connections that have waited for less than this are closed last. Otherwise clients that
    /// keep connecting would evict each other, and the connections that fill the server would stay open.
    private static final long TIMEOUT_NANOS = Duration.ofSeconds(1).toNanos();

    /// How many more connections than necessary are closed at a time, so that not every new connection triggers a
    /// search.
    private static final int MAX_EXTRA_EVICTIONS = 32;

    /// What a connection waits for, in the order of eviction. Requests that are being handled or are authenticated
    /// are never evicted.
    public enum Waiting {
        /// The client has not sent a byte yet, either of its TLS handshake or of its first request.
        SILENT,
        /// The connection is open for another request.
        IDLE,
        /// The client is sending the head of a request. One byte is enough for this state, so it is as cheap
        /// for an attacker as a silent connection.
        HEAD,
        /// The client is sending the body of an unauthenticated request.
        BODY,
        /// The client is not reading the reply to an unauthenticated request.
        UNREAD,
        /// The reply has been sent, but the client has not stopped sending.
        LINGERING,
        /// The connection has waited for less than a second.
        BRIEFLY
    }

    /// A candidate for eviction.
    ///
    /// @param peer the address at the other end, which may be that of a proxy
    /// @param since when the wait began, by [System#nanoTime]
    /// @param close a callback that closes the connection, unless its state has changed in the meantime
    public record Candidate(InetAddress peer, Waiting waiting, long since, Runnable close) {}

    private final List<Candidate> candidates = new ArrayList<>();
    private final long now;

    /// @param now the current time by [System#nanoTime]
    public ConnectionEvictor(long now) {
        this.now = now;
    }

    public void add(Candidate candidate) {
        boolean briefly = now - candidate.since < TIMEOUT_NANOS;
        if (briefly && candidate.waiting == Waiting.UNREAD) {
            // The reply is probably being read.
            return;
        }
        candidates.add(
                briefly ? new Candidate(candidate.peer, Waiting.BRIEFLY, candidate.since, candidate.close) : candidate);
    }

    /// Closes `over` connections and some more; fewer if there are not enough candidates. Connections from
    /// addresses that hold more than a quarter of the limit are closed first. A client at another address that is
    /// slow to send its request, perhaps because this machine is busy, thus keeps its connection. For IPv6, a /64
    /// network counts as one address.
    ///
    /// @param max the connection limit, which determines how many additional connections are closed
    public void evict(int over, int max) {
        Map<AddressBlock, Long> held = candidates.stream()
                .map(ConnectionEvictor::network)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        Comparator<Candidate> greedyFirst =
                Comparator.comparing(candidate -> held.getOrDefault(network(candidate), 0L) <= max / 4);
        candidates.sort(
                greedyFirst.thenComparing(Candidate::waiting).thenComparing((a, b) -> Long.signum(a.since - b.since)));
        int some = Math.min(MAX_EXTRA_EVICTIONS, max / 50);
        candidates.stream().limit(over + some).forEach(candidate -> candidate.close.run());
    }

    private static AddressBlock network(Candidate candidate) {
        return AddressBlock.of(candidate.peer, AddressBlock.HOST);
    }
}
