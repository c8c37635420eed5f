package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Limits;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// All connections of one server: makes them, watches that none overstays its limits nor keeps others out, and lets
/// them finish when the server stops.
final class Connections implements ServerConnectionSelector, AutoCloseable {

    private static final long WATCH_MILLIS = 250;

    /// How many large replies are made at a time. One may take thirty MiB meanwhile: its rows, its text in pieces, and
    /// its text in one.
    private static final int MAKING = 4;

    /// How many replies are streamed at a time: each may hold a MiB for as long as its client takes to read.
    private static final int STREAMING = 32;

    private static final int SHORT_REPLY_BYTES = 64 << 10;

    private final Http1ConnectionSelector http1;
    private final Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Handshake> handshakes = new ConcurrentHashMap<>();
    private final Semaphore crowded = new Semaphore(0);
    private final int most;
    private final MemoryBudget memory;
    private final Semaphore making = new Semaphore(MAKING);
    private final Semaphore streaming = new Semaphore(STREAMING);
    private final Semaphore replyBytes;
    private final Thread watch;
    private volatile Router router = Router.empty();
    private volatile boolean stopping;

    Connections(String name, Http1ConnectionSelector http1, Limits limits) {
        this.http1 = http1;
        this.limits = limits;
        // At its bound Helidon accepts nobody, and nobody would learn that somebody waits. One in ten is enough
        // for those who come while others are on their way out.
        this.most = limits.connections() - Math.max(1, limits.connections() / 10);
        this.memory = new MemoryBudget(limits.bodyBytes());
        this.replyBytes = new Semaphore(limits.replyBytes(), true);
        this.watch =
                Thread.ofPlatform().name("muster-http-watch-" + name).daemon().unstarted(this::watch);
    }

    /// Before the server listens.
    void start(Dispatch dispatch) {
        router = Router.builder().addRouting(new Built(dispatch)).build();
        watch.start();
    }

    /// Leads to the dispatch and nowhere else. Helidon's own router would hold a routing of its own beside it.
    Router router() {
        return router;
    }

    Limits limits() {
        return limits;
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
        open.forEach(Connection::closeIfIdle);
        handshakes.values().forEach(Handshake::close);
    }

    @Override
    public void close() {
        watch.interrupt();
    }

    /// For requests that are being received.
    MemoryBudget memory() {
        return memory;
    }

    /// A connection that nobody has begun to serve. With TLS it begins with a handshake.
    void accepted(SocketChannel socket) {
        Handshake handshake = new Handshake(socket);
        handshakes.put(handshake.id(), handshake);
        callWatch();
    }

    /// Lets one of few through that make a large reply. To be given back with [#giveMakingBack].
    ///
    /// @throws HttpException with Overloaded, when too many others are before it
    void takeMaking() throws InterruptedException {
        take(making, 1);
    }

    void giveMakingBack() {
        making.release();
    }

    /// How many large replies are being made.
    int making() {
        return MAKING - making.availablePermits();
    }

    /// Lets one of few through that stream a reply. To be given back with [#giveStreamingBack].
    ///
    /// @throws HttpException with Overloaded, when too many others are before it
    void takeStreaming() throws InterruptedException {
        take(streaming, 1);
    }

    void giveStreamingBack() {
        streaming.release();
    }

    /// How many replies are being streamed.
    int streaming() {
        return STREAMING - streaming.availablePermits();
    }

    /// Takes memory for a reply that is to be sent; a short one needs none.
    ///
    /// @return what is to be given back with [#giveReplyBytesBack]
    /// @throws HttpException with Overloaded, when too many others are not sent yet
    int takeReplyBytes(int bytes) throws InterruptedException {
        if (bytes <= SHORT_REPLY_BYTES) {
            return 0;
        }
        // One that is longer than all may be together goes alone.
        int needed = Math.min(bytes, limits.replyBytes());
        take(replyBytes, needed);
        return needed;
    }

    void giveReplyBytesBack(int bytes) {
        replyBytes.release(bytes);
    }

    private void take(Semaphore from, int count) throws InterruptedException {
        if (!from.tryAcquire(count, limits.patience().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
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

    /// Has room made at once when there is too little: until the watch comes by as many may come as there are left.
    /// Whoever comes does not do it, since they would count as silent meanwhile.
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
            // One that was told to go is gone soon.
            if (connection.isLiving()) {
                living++;
                ConnectionEvictor.Guest guest = connection.guest();
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
                    open.forEach(connection -> connection.closeIfOverdue(now));
                    handshakes.values().forEach(handshake -> handshake.closeIfOverdue(now, limits));
                    handshakes.values().removeIf(Handshake::isOver);
                }
                // Also those that were busy while others came may be idle now.
                makeRoom();
            }
        } catch (InterruptedException e) {
            // The server has stopped.
        }
    }

    /// Helidon wants to be given what makes a routing.
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
