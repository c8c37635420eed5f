package dev.muster.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// All connections of one server: makes them, watches that none overstays its limits, and lets them finish when the
/// server stops.
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
    private final AtomicLong bodyBytes = new AtomicLong();
    private final Semaphore making = new Semaphore(MAKING);
    private final Semaphore streaming = new Semaphore(STREAMING);
    private final Semaphore replyBytes;
    private final Thread watch;
    private volatile Router router = Router.empty();
    private volatile boolean stopping;

    Connections(String name, Http1ConnectionSelector http1, Limits limits) {
        this.http1 = http1;
        this.limits = limits;
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
    }

    @Override
    public void close() {
        watch.interrupt();
    }

    /// Takes memory for a body that is being received.
    ///
    /// @return false when all connections together have too much already
    boolean takeBodyBytes(int bytes) {
        if (bodyBytes.addAndGet(bytes) <= limits.bodyBytes()) {
            return true;
        }
        bodyBytes.addAndGet(-bytes);
        return false;
    }

    void giveBodyBytesBack(long bytes) {
        bodyBytes.addAndGet(-bytes);
    }

    /// Lets one of few through that make a large reply. To be given back with [#giveMakingBack].
    ///
    /// @throws Refused with Overloaded, when too many others are before it
    void takeMaking() throws InterruptedException {
        take(making, 1);
    }

    void giveMakingBack() {
        making.release();
    }

    /// Lets one of few through that stream a reply. To be given back with [#giveStreamingBack].
    ///
    /// @throws Refused with Overloaded, when too many others are before it
    void takeStreaming() throws InterruptedException {
        take(streaming, 1);
    }

    void giveStreamingBack() {
        streaming.release();
    }

    /// Takes memory for a reply that is to be sent; a short one needs none.
    ///
    /// @return what is to be given back with [#giveReplyBytesBack]
    /// @throws Refused with Overloaded, when too many others are not sent yet
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
            throw new Refused(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }

    void opened(Connection connection) {
        open.add(connection);
    }

    void closed(Connection connection) {
        open.remove(connection);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(WATCH_MILLIS);
                long now = System.nanoTime();
                open.forEach(connection -> connection.closeIfOverdue(now));
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
