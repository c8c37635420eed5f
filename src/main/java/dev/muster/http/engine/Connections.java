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

/// All connections of one server: creates them, closes those that exceed their limits, evicts some when there
/// are too many, and lets them finish when the server stops.
final class Connections implements ServerConnectionSelector, AutoCloseable {

    private static final long WATCH_MILLIS = 250;

    /// The limit on the number of large replies that are rendered at the same time. One may take up 30 MiB for its
    /// rows, its text in pieces, and its text in one array.
    final ConcurrencyLimit largeReplies;

    /// The limit on the number of streamed replies. Each may hold 1 MiB for as long as its client takes to read it.
    final ConcurrencyLimit streams;

    /// The limit on the bytes of long replies that have not been sent yet.
    final ConcurrencyLimit replyBytes;

    private final Http1ConnectionSelector http1;
    final Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Set<LiveConnection> live = ConcurrentHashMap.newKeySet();
    private final Set<PausedHandler> paused = ConcurrentHashMap.newKeySet();
    private final Map<String, Handshake> handshakes = new ConcurrentHashMap<>();
    private final Semaphore crowded = new Semaphore(0);
    private final int max;
    /// The memory budget for requests that are being received.
    final MemoryBudget memory;
    private final Thread watch;
    private volatile Router router = Router.empty();
    private volatile boolean stopping;

    Connections(String name, Http1ConnectionSelector http1, Limits limits) {
        this.http1 = http1;
        this.limits = limits;
        // Helidon stops accepting at maxTcpConnections without telling us, so we start evicting at 90 % of it.
        this.max = limits.connections() - Math.max(1, limits.connections() / 10);
        this.memory = new MemoryBudget(limits.bodyBytes());
        this.largeReplies = new ConcurrencyLimit(4, limits.timeout());
        this.streams = new ConcurrencyLimit(32, limits.timeout());
        this.replyBytes = new ConcurrencyLimit(limits.replyBytes(), limits.timeout());
        this.watch =
                Thread.ofPlatform().name("muster-http-watch-" + name).daemon().unstarted(this::watch);
    }

    /// Called before the server listens.
    void start(Dispatch dispatch) {
        router = Router.builder().addRouting(new RoutingBuilder(dispatch)).build();
        watch.start();
    }

    /// The router that passes every request to [Dispatch]. Helidon's default router would add its own routing.
    Router router() {
        return router;
    }

    boolean stopping() {
        return stopping;
    }

    int count() {
        return open.size();
    }

    int countLive() {
        return live.size();
    }

    /// Called when a live reply begins.
    void began(LiveConnection reply) {
        live.add(reply);
        // If the server is stopping at the same time, either this method or stop() ends the reply.
        if (stopping) {
            reply.end();
        }
    }

    /// Called when a live reply has ended.
    void ended(LiveConnection reply) {
        live.remove(reply);
    }

    /// Called by a handler before it waits.
    PausedHandler pause() {
        PausedHandler handler = new PausedHandler();
        paused.add(handler);
        if (stopping) {
            handler.interrupt();
        }
        return handler;
    }

    /// Called when the handler no longer waits.
    ///
    /// @return whether it was interrupted because the server is stopping
    boolean resume(PausedHandler handler) {
        paused.remove(handler);
        return handler.end();
    }

    /// Stops accepting requests. Closes idle connections and ends live replies now; busy connections are closed
    /// after their reply.
    void stop() {
        stopping = true;
        live.forEach(LiveConnection::end);
        paused.forEach(PausedHandler::interrupt);
        open.forEach(connection -> connection.state.closeIfIdle());
        handshakes.values().forEach(Handshake::close);
    }

    @Override
    public void close() {
        watch.interrupt();
    }

    /// Called when a socket is accepted. With TLS, [#opened] is called only after the handshake.
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
        return open.size() + handshakes.size() > max;
    }

    /// Wakes the watchdog if there are too many connections. The new connection's thread does not evict
    /// others itself, since its own connection counts as silent until it is served.
    private void callWatch() {
        if (isCrowded()) {
            crowded.release();
        }
    }

    private void makeRoom() {
        if (!isCrowded()) {
            return;
        }
        ConnectionEvictor evictor = new ConnectionEvictor(System.nanoTime());
        int living = 0;
        for (Handshake handshake : handshakes.values()) {
            if (!handshake.isOver()) {
                living++;
                evictor.add(handshake.candidate());
            }
        }
        for (Connection connection : open) {
            // A connection that was cut off is about to close.
            if (connection.state.isLiving()) {
                living++;
                ConnectionEvictor.Candidate candidate = connection.state.candidate(connection.peer);
                if (candidate != null) {
                    evictor.add(candidate);
                }
            }
        }
        if (living > max) {
            evictor.evict(living - max, max);
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
                // Runs every time, since busy connections may have become idle.
                makeRoom();
            }
        } catch (InterruptedException e) {
            // The server has stopped.
        }
    }

    /// Wraps the finished dispatcher as a builder, because Helidon accepts only the builder of a routing.
    private record RoutingBuilder(Dispatch dispatch) implements io.helidon.common.Builder<RoutingBuilder, Dispatch> {
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
