package dev.muster.http.engine;

import dev.muster.http.Limits;
import dev.muster.http.engine.limits.ConcurrencyLimit;
import dev.muster.http.engine.limits.ConnectionEvictor;
import dev.muster.http.engine.limits.MemoryBudget;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// All connections of one server: makes them, closes those that exceed their limits or keep others out, and lets
/// them finish when the server stops.
final class Connections implements ServerConnectionSelector, AutoCloseable {

    private static final long WATCH_MILLIS = 250;

    /// For making large replies. One may take 30 MiB meanwhile: its rows, its text in pieces, and its text in one.
    final ConcurrencyLimit largeReplies;

    /// For streaming replies, each of which may hold a MiB for as long as its client takes to read.
    final ConcurrencyLimit streams;

    /// For the bytes of replies that are long and not yet sent.
    final ConcurrencyLimit replyBytes;

    private final Http1ConnectionSelector http1;
    final Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Handshake> handshakes = new ConcurrentHashMap<>();
    private final Semaphore crowded = new Semaphore(0);
    private final int most;
    /// For requests that are being received.
    final MemoryBudget memory;
    private final Thread watch;
    private volatile Router router = Router.empty();
    private volatile boolean stopping;

    Connections(String name, Http1ConnectionSelector http1, Limits limits) {
        this.http1 = http1;
        this.limits = limits;
        // Helidon stops accepting at maxTcpConnections without telling us, so we start evicting at 90 % of it.
        this.most = limits.connections() - Math.max(1, limits.connections() / 10);
        this.memory = new MemoryBudget(limits.bodyBytes());
        this.largeReplies = new ConcurrencyLimit(4, limits.patience());
        this.streams = new ConcurrencyLimit(32, limits.patience());
        this.replyBytes = new ConcurrencyLimit(limits.replyBytes(), limits.patience());
        this.watch =
                Thread.ofPlatform().name("muster-http-watch-" + name).daemon().unstarted(this::watch);
    }

    /// Before the server listens.
    void start(Dispatch dispatch) {
        router = Router.builder().addRouting(new Built(dispatch)).build();
        watch.start();
    }

    /// Holds the dispatch alone. Helidon's own router would add a routing of its own.
    Router router() {
        return router;
    }

    boolean stopping() {
        return stopping;
    }

    int count() {
        return open.size();
    }

    /// From now on no request begins: idle connections close, busy ones close after their reply.
    void stop() {
        stopping = true;
        open.forEach(connection -> connection.state.closeIfIdle());
        handshakes.values().forEach(Handshake::close);
    }

    @Override
    public void close() {
        watch.interrupt();
    }

    /// A socket was accepted. With TLS, the handshake follows before [#opened].
    void accepted(SocketChannel socket) {
        Handshake handshake = new Handshake(socket);
        handshakes.put(handshake.id(), handshake);
        callWatch();
    }

    void opened(Connection connection) {
        Handshake handshake = handshakes.remove(connection.childSocketId());
        connection.isOf(handshake == null ? null : handshake.socket());
        open.add(connection);
        callWatch();
    }

    private boolean isCrowded() {
        return open.size() + handshakes.size() > most;
    }

    /// Wakes the watchdog when there are too many connections. The newcomer does not evict others itself, since it
    /// would count as silent meanwhile.
    private void callWatch() {
        if (isCrowded()) {
            crowded.release();
        }
    }

    private void makeRoom() {
        if (!isCrowded()) {
            return;
        }
        ConnectionEvictor crowd = new ConnectionEvictor(System.nanoTime());
        int living = 0;
        for (Handshake handshake : handshakes.values()) {
            if (!handshake.isOver()) {
                living++;
                crowd.add(handshake.guest());
            }
        }
        for (Connection connection : open) {
            // One that was cut off is gone soon.
            if (connection.state.isLiving()) {
                living++;
                ConnectionEvictor.Guest guest = connection.state.guest();
                if (guest != null) {
                    crowd.add(guest);
                }
            }
        }
        if (living > most) {
            crowd.drop(living - most, most);
        }
    }

    void closed(Connection connection) {
        open.remove(connection);
    }

    private void watch() {
        try {
            long looked = System.nanoTime();
            while (true) {
                if (crowded.tryAcquire(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                    crowded.drainPermits();
                }
                long now = System.nanoTime();
                if (now - looked >= TimeUnit.MILLISECONDS.toNanos(WATCH_MILLIS)) {
                    looked = now;
                    open.forEach(connection -> connection.state.closeIfOverdue(now, limits));
                    handshakes.values().forEach(handshake -> handshake.closeIfOverdue(now, limits));
                    handshakes.values().removeIf(Handshake::isOver);
                }
                // Busy connections may have become idle.
                makeRoom();
            }
        } catch (InterruptedException e) {
            // The server has stopped.
        }
    }

    /// Helidon takes only a builder of a routing.
    private record Built(Dispatch dispatch) implements io.helidon.common.Builder<Built, Dispatch> {
        @Override
        public Dispatch build() {
            return dispatch;
        }
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Connection(this, context, http1);
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }
}
