package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Limits;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One connection: Helidon's, with a clock. It stands between Helidon's HTTP and the socket, knows at each moment what
/// it is waiting for and since when, and is cut off when that takes too long.
///
/// Helidon itself bounds neither how slowly a request may arrive nor how slowly a reply may be read, and its own way
/// of stopping may interrupt a request that has just begun.
final class Connection implements ServerConnection, ConnectionContext {

    /// What the connection is doing, in the lowest bits of [#state]; the time it began in the others. One number, so
    /// that whoever wants to cut the connection off wins or loses against the thread that is just moving on.
    private static final int IDLE = 0;
    private static final int HEAD = 1;
    private static final int HANDLING = 2;
    private static final int WRITING = 3;
    private static final int LINGERING = 4;
    private static final int BODY = 5;
    private static final int CLOSED = 6;

    /// As [#IDLE], before the first byte.
    private static final int SILENT = 7;

    /// Waits for a whole body, which another thread reads. That wait has a clock of its own.
    private static final int RECEIVING = 8;

    private static final long PHASE = 15;

    /// How the first line of a request in HTTP/1.0 ends.
    private static final byte[] HTTP_1_0 = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '0', '\r', '\n'};

    /// A request of up to this many bytes takes no room from others.
    private static final long FREE_BYTES = 8 << 10;

    /// What may have come of a body together with the end of its head.
    private static final long HEAD_SLACK = 64 << 10;

    /// After a reply that did not wait for the request's body, so long and so much is still read and thrown away:
    /// closing at once would destroy the reply on its way.
    static final Duration LINGER = Duration.ofSeconds(2);

    private static final long LINGER_BYTES = 64 << 20;

    private final Connections connections;
    private final ConnectionContext context;
    private final HelidonSocket socket;
    private final InetAddress peer;
    private final DataReader reader;
    private final DataWriter writer;
    private final ServerConnection http1;
    private final RequestIds requestIds = new RequestIds();
    private final Hosts hosts = new Hosts();
    private final AtomicLong state = new AtomicLong();

    private volatile @Nullable Thread thread;
    private @Nullable SocketChannel channel;

    // Of the request under way.
    private boolean http10;

    /// Whether to let others go first before the next request is received.
    private boolean yields;

    // Of the request under way; a body may be read by another thread than the handler's, never at the same time.
    private long received;
    private long bodyLimit;
    private long allowed;
    private boolean watchBody;
    private byte @Nullable [] unread;
    private MemoryBudget.@Nullable Lease lease;

    // Of the request under way, and looked at by others.
    private volatile boolean proven;
    private volatile @Nullable BodyArrival arrival;

    Connection(Connections connections, ConnectionContext context, Http1ConnectionSelector selector) {
        this.connections = connections;
        this.context = context;
        this.socket = context.serverSocket();
        // A socket that has been closed does not tell any more.
        this.peer = context.remotePeer().address() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
        this.reader = DataReader.create(this::receive);
        this.writer = new TimedWriter(context.dataWriter());
        this.http1 = selector.connection(this);
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        thread = Thread.currentThread();
        state.set(at(SILENT));
        connections.opened(this);
        try {
            http1.handle(limit);
        } finally {
            connections.closed(this);
            giveBack();
        }
    }

    /// Never overdue in Helidon's eyes: [Connections] watches.
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        if (interrupt) {
            cut(state.get(), true);
        } else {
            closeIfIdle();
        }
    }

    /// @param socket that this is a connection of; null where it is not known
    void isOf(@Nullable SocketChannel socket) {
        channel = socket;
    }

    /// Ends the connection so that the client is told that something went wrong, where TCP's usual end would
    /// say that all has been sent.
    void reset() {
        SocketChannel socket = channel;
        try {
            if (socket != null) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                socket.close();
            }
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /// Whether the request under way came in HTTP/1.0: it is the connection's last, and nothing is sent in chunks.
    boolean isHttp10() {
        return http10;
    }

    /// Idle, or only waiting for a client to stop sending.
    void closeIfIdle() {
        long now = state.get();
        if (isIdle(phase(now)) || phase(now) == LINGERING) {
            cut(now, false);
        }
    }

    void closeIfOverdue(long nanoTime) {
        long since = state.get();
        Limits limits = connections.limits();
        long most = switch (phase(since)) {
            case IDLE, SILENT -> limits.idle().toNanos();
            case HEAD -> limits.head().toNanos();
            case BODY -> limits.body().toNanos();
            case WRITING -> limits.write().toNanos();
            case LINGERING -> LINGER.toNanos();
            default -> Long.MAX_VALUE;
        };
        if ((nanoTime & ~PHASE) - (since & ~PHASE) > most) {
            cut(since, false);
        }
        BodyArrival coming = arrival;
        if (coming != null && !proven && coming.isTooSlow(nanoTime, limits)) {
            switch (phase(since)) {
                case RECEIVING -> coming.refuse(new Fault.BodyTimedOut());
                case BODY -> cut(since, false);
                default -> {
                    // Its own thread is at work.
                }
            }
        }
    }

    boolean isLiving() {
        return phase(state.get()) != CLOSED;
    }

    /// What it is to a server that has hardly any connections left; null while it is at work.
    ConnectionEvictor.@Nullable Guest guest() {
        long seen = state.get();
        BodyArrival coming = arrival;
        ConnectionEvictor.Waiting waiting = switch (phase(seen)) {
            case SILENT -> ConnectionEvictor.Waiting.SILENT;
            case IDLE -> ConnectionEvictor.Waiting.IDLE;
            case HEAD -> ConnectionEvictor.Waiting.HEAD;
            case RECEIVING, BODY -> proven || coming == null ? null : ConnectionEvictor.Waiting.BODY;
            case WRITING -> proven ? null : ConnectionEvictor.Waiting.UNREAD;
            case LINGERING -> ConnectionEvictor.Waiting.LINGERING;
            default -> null;
        };
        if (waiting == null) {
            return null;
        }
        // A byte now and then does not make a body younger.
        long since = waiting == ConnectionEvictor.Waiting.BODY && coming != null ? coming.began() : seen & ~PHASE;
        return new ConnectionEvictor.Guest(waiting, since, () -> cut(seen, false));
    }

    /// Ends the request if it still waits for its client, so that another gets the memory that it holds.
    private boolean giveWay() {
        long seen = state.get();
        BodyArrival coming = arrival;
        if (phase(seen) == HEAD) {
            return cut(seen, false);
        }
        if (phase(seen) == RECEIVING && coming != null) {
            coming.refuse(new Fault.Overloaded(Duration.ofSeconds(1)));
            return true;
        }
        return false;
    }

    /// Ends the wait that `seen` stands for; if the connection has moved on meanwhile, it lives. An interrupt closes
    /// the socket under a thread that waits for it.
    private boolean cut(long seen, boolean whateverItDoes) {
        boolean ended = state.compareAndSet(seen, (seen & ~PHASE) | CLOSED);
        if (ended || whateverItDoes) {
            Thread waiting = thread;
            if (waiting != null) {
                waiting.interrupt();
            }
        }
        return ended;
    }

    /// The head of a request is complete.
    ///
    /// @param safe whether the method is GET or HEAD
    void begin(boolean safe) {
        yields = safe;
        move(state.get(), HANDLING);
        received = 0;
        allowed = Long.MAX_VALUE;
        watchBody = false;
        proven = false;
        arrival = null;
    }

    /// The credential of the request under way has been checked and is good.
    void prove() {
        proven = true;
        MemoryBudget.Lease held = lease;
        if (held != null) {
            held.prove();
        }
    }

    /// From here on the body is read.
    ///
    /// @param limit of its route, for the refusal
    /// @param most bytes that may come from the socket for it, chunking included
    /// @param watched whether a client that stalls is to be cut off; else the reader has a clock of its own
    /// @return what is known of the body from now on
    BodyArrival expectBody(long limit, long most, boolean watched) {
        BodyArrival coming = new BodyArrival(reader.available());
        bodyLimit = limit;
        allowed = most;
        watchBody = watched;
        arrival = coming;
        return coming;
    }

    /// Another thread reads the body, and this one waits for it.
    ///
    /// @param client whose request it is
    void awaitBody(InetAddress client) {
        MemoryBudget.Lease held = lease;
        if (held == null) {
            lease = connections.memory().lease(client, proven, this::giveWay);
        } else if (!client.equals(peer)) {
            held.moveTo(client);
        }
        move(state.get(), RECEIVING);
    }

    /// The wait for the body is over.
    void bodyEnded() {
        move(state.get(), HANDLING);
    }

    /// The reply is out and the request's body is consumed.
    void end() {
        move(state.get(), IDLE);
        received = 0;
    }

    /// Reads on until the client has stopped sending, so that it finds the reply.
    ///
    /// @param other a thread that may still read from the socket, and ends soon
    void linger(@Nullable Thread other) {
        move(state.get(), LINGERING);
        long left = LINGER_BYTES;
        try {
            if (other != null && !other.join(LINGER)) {
                return;
            }
            while (left > 0) {
                byte[] bytes = socket.get();
                if (bytes == null) {
                    return;
                }
                left -= bytes.length;
            }
        } catch (UncheckedIOException | InterruptedException e) {
            // Closed from the other side, or by the watch.
        }
    }

    RequestIds requestIds() {
        return requestIds;
    }

    Hosts hosts() {
        return hosts;
    }

    /// Where it has arrived: an address and the port of this server.
    InetSocketAddress local() {
        return context.localPeer().address() instanceof InetSocketAddress address
                ? address
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    InetAddress peer() {
        return peer;
    }

    /// Bytes of the request's body as they come, its coding included. Helidon does not see them.
    byte[] bodyBytes() {
        int here = reader.available();
        return here > 0 ? reader.readBytes(here) : receive();
    }

    /// Shows Helidon these bytes before those that are still to come. Nothing else may wait for it to be read.
    void unread(byte[] bytes) {
        unread = bytes;
    }

    // A hint to the scheduler, on which nothing depends.
    @SuppressWarnings("ThreadPriorityCheck")
    private byte[] receive() {
        byte[] again = unread;
        if (again != null) {
            unread = null;
            return again;
        }
        long before = state.get();
        int phase = phase(before);
        if (phase == CLOSED || (isIdle(phase) && connections.stopping())) {
            throw new CloseConnectionException("closed on this side");
        }
        boolean watched = phase == HANDLING && watchBody;
        if (watched) {
            move(before, BODY);
        }
        boolean first = isIdle(phase) && reader.available() == 0;
        if (first && yields) {
            // Lets requests that have already arrived run first. By then a busy client has often sent its next one, and
            // receiving that needs no wait with the poller: 2 to 4 % of a GET. After a write it gains nothing, since
            // the write has waited for its lane.
            Thread.yield();
        }
        byte[] bytes = come();
        if (watched) {
            move(state.get(), HANDLING);
        }
        if (isIdle(phase)) {
            move(before, HEAD);
            countHead(bytes.length);
            if (first) {
                bytes = withFirstLine(bytes);
            }
        } else if (phase == HEAD) {
            countHead(bytes.length);
        } else {
            countBody(bytes.length);
        }
        return bytes;
    }

    private byte[] come() {
        byte[] bytes;
        try {
            bytes = socket.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("reading failed", e);
        }
        if (bytes == null) {
            throw new CloseConnectionException("closed on the other side");
        }
        return bytes;
    }

    /// Waits for the whole first line of a request, as far as one may be long, and shows Helidon one of
    /// HTTP/1.1 in the place of one of HTTP/1.0, which it refuses. All that differs is up to [Dispatch]: see
    /// [#isHttp10].
    private byte[] withFirstLine(byte[] begun) {
        byte[] bytes = begun;
        int searched = 0;
        int end = lineEnd(bytes, searched);
        while (end < 0 && bytes.length <= connections.limits().headBytes()) {
            searched = bytes.length;
            byte[] more = come();
            countHead(more.length);
            bytes = Arrays.copyOf(bytes, searched + more.length);
            System.arraycopy(more, 0, bytes, searched, more.length);
            end = lineEnd(bytes, searched);
        }
        int version = end - HTTP_1_0.length + 1;
        http10 = version > 0 && Arrays.equals(bytes, version, end + 1, HTTP_1_0, 0, HTTP_1_0.length);
        if (http10) {
            bytes[end - 2] = '1';
        }
        return bytes;
    }

    private static int lineEnd(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /// Helidon looks for the end of a line, and for the end of a chunk, in memory without bound: the bound is here.
    private void countHead(int bytes) {
        received += bytes;
        if (received > 4L * connections.limits().headBytes() + HEAD_SLACK) {
            throw refused(431);
        }
        if (received > FREE_BYTES) {
            MemoryBudget.Lease held = lease;
            if (held == null) {
                held = connections.memory().lease(peer, false, this::giveWay);
                lease = held;
            }
            if (!held.take(bytes)) {
                throw refused(503);
            }
        }
    }

    private void countBody(int bytes) {
        BodyArrival coming = arrival;
        if (coming != null) {
            if (coming.isOver()) {
                throw new CloseConnectionException("nobody waits for this body any more");
            }
            coming.came(bytes);
        }
        received += bytes;
        if (received > allowed) {
            throw new HttpException(new Fault.BodyTooLarge(bodyLimit));
        }
        // Who reads a body as it comes keeps none of it.
        MemoryBudget.Lease held = watchBody ? null : lease;
        if (received > FREE_BYTES && held != null && !held.take(bytes)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }

    private static RequestException refused(int status) {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(Status.create(status))
                .setKeepAlive(false)
                .build();
    }

    /// The body has been dealt with.
    void giveBack() {
        MemoryBudget.Lease held = lease;
        if (held != null) {
            held.end();
            lease = null;
        }
    }

    private void move(long before, int phase) {
        if (phase(before) == CLOSED || !state.compareAndSet(before, at(phase))) {
            throw new CloseConnectionException("cut off");
        }
    }

    private static int phase(long state) {
        return (int) (state & PHASE);
    }

    private static boolean isIdle(int phase) {
        return phase == IDLE || phase == SILENT;
    }

    private static long at(int phase) {
        return (System.nanoTime() & ~PHASE) | phase;
    }

    /// Writes with the clock running.
    private final class TimedWriter implements DataWriter {

        private final DataWriter plain;

        TimedWriter(DataWriter plain) {
            this.plain = plain;
        }

        private int began() {
            long before = state.get();
            move(before, WRITING);
            return phase(before);
        }

        private void ended(int phase) {
            move(state.get(), phase);
        }

        @Override
        public void write(BufferData... buffers) {
            int phase = began();
            plain.write(buffers);
            ended(phase);
        }

        @Override
        public void write(BufferData buffer) {
            int phase = began();
            plain.write(buffer);
            ended(phase);
        }

        @Override
        public void writeNow(BufferData... buffers) {
            int phase = began();
            plain.writeNow(buffers);
            ended(phase);
        }

        @Override
        public void writeNow(BufferData buffer) {
            int phase = began();
            plain.writeNow(buffer);
            ended(phase);
        }

        @Override
        public void flush() {
            plain.flush();
        }

        @Override
        public void close() {
            plain.close();
        }
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public Router router() {
        return connections.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return socket;
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
