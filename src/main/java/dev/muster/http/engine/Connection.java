package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.engine.limits.BodyArrival;
import dev.muster.http.engine.limits.MemoryBudget;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
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
import org.jspecify.annotations.Nullable;

/// A connection with limits, between Helidon's HTTP and the socket. [ConnectionState] knows what it waits
/// for.
///
/// Helidon limits neither how slowly a request arrives nor how slowly a reply is read, and its way of
/// stopping may interrupt a request that has just begun.
final class Connection extends DelegatingContext implements ServerConnection {

    /// How the first line of a request in HTTP/1.0 ends.
    private static final byte[] HTTP_1_0 = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '0', '\r', '\n'};

    /// A request of up to this many bytes takes no memory from others.
    private static final long FREE_BYTES = 8 << 10;

    /// How much of a body may have come together with the end of its head.
    private static final long HEAD_SLACK = 64 << 10;

    private static final long LINGER_BYTES = 64 << 20;

    final ConnectionState state = new ConnectionState();
    final RequestIds requestIds = new RequestIds();
    final Hosts hosts = new Hosts();
    final InetAddress peer;

    private final Connections connections;
    private final DataReader reader;
    private final DataWriter writer;
    private final ServerConnection http1;

    private @Nullable SocketChannel channel;

    // Of the request under way. A body may be read by another thread than the handler's, never at the same time.
    private boolean http10;

    /// Whether to let others go first before the next request is received.
    private boolean yields;

    private long received;
    private long bodyLimit;
    private long allowed;
    private boolean watchBody;
    private byte @Nullable [] unread;
    private MemoryBudget.@Nullable Lease lease;

    Connection(Connections connections, ConnectionContext context, Http1ConnectionSelector selector) {
        super(context);
        this.connections = connections;
        // Kept, because a closed socket no longer tells.
        this.peer = context.remotePeer().address() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
        this.reader = DataReader.create(this::receive);
        this.writer = new TimedWriter(context.dataWriter(), state);
        this.http1 = selector.connection(this);
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        state.begin();
        connections.opened(this);
        try {
            http1.handle(limit);
        } finally {
            connections.closed(this);
            giveBack();
        }
    }

    /// Helidon closes no idle connection: [Connections] does.
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        if (interrupt) {
            state.end();
        } else {
            state.closeIfIdle();
        }
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

    /// @param socket of this connection; null where it is not known
    void isOf(@Nullable SocketChannel socket) {
        channel = socket;
    }

    /// Resets the connection, which tells the client that something went wrong. TCP's usual end means that
    /// everything was sent.
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

    /// This server's address and port on the connection.
    InetSocketAddress local() {
        return context.localPeer().address() instanceof InetSocketAddress address
                ? address
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /// Whether the request under way came in HTTP/1.0: it is the connection's last, and nothing is sent in chunks.
    boolean isHttp10() {
        return http10;
    }

    // The request under way, step by step.

    /// The head of a request is complete.
    ///
    /// @param safe whether the method is GET or HEAD
    void begin(boolean safe) {
        yields = safe;
        state.move(ConnectionState.HANDLING);
        received = 0;
        allowed = Long.MAX_VALUE;
        watchBody = false;
        state.beginRequest();
    }

    /// The credential of the request under way has been checked and is good.
    void prove() {
        state.prove();
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
        state.arrives(coming);
        return coming;
    }

    /// Another thread reads the body, and this one waits for it.
    ///
    /// @param client who sends the request
    void awaitBody(InetAddress client) {
        MemoryBudget.Lease held = lease;
        if (held == null) {
            lease = connections.memory.lease(client, state.isProven(), state::giveWay);
        } else if (!client.equals(peer)) {
            held.moveTo(client);
        }
        state.move(ConnectionState.RECEIVING);
    }

    /// The wait for the body is over.
    void bodyEnded() {
        state.move(ConnectionState.HANDLING);
    }

    /// The body has been dealt with.
    void giveBack() {
        MemoryBudget.Lease held = lease;
        if (held != null) {
            held.end();
            lease = null;
        }
    }

    /// The reply is out and the request's body is consumed.
    void end() {
        state.move(ConnectionState.IDLE);
        received = 0;
    }

    /// After a reply that did not wait for the request's body, reads until the client stops sending, for a
    /// while. Closing at once could lose the reply on its way.
    ///
    /// @param other a thread that may still read from the socket, and ends soon
    void linger(@Nullable Thread other) {
        state.move(ConnectionState.LINGERING);
        long left = LINGER_BYTES;
        try {
            if (other != null && !other.join(ConnectionState.LINGER)) {
                return;
            }
            while (left > 0) {
                byte[] bytes = serverSocket().get();
                if (bytes == null) {
                    return;
                }
                left -= bytes.length;
            }
        } catch (UncheckedIOException | InterruptedException e) {
            // Closed from the other side, or by the watch.
        }
    }

    // Receiving.

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
        int phase = state.phase();
        boolean idle = state.isIdle();
        if (phase == ConnectionState.CLOSED || (idle && connections.stopping())) {
            throw new CloseConnectionException("closed on this side");
        }
        boolean watched = phase == ConnectionState.HANDLING && watchBody;
        if (watched) {
            state.move(ConnectionState.BODY);
        }
        boolean first = idle && reader.available() == 0;
        if (first && yields) {
            // Lets requests that have already arrived run first. By then a busy client has often sent its next
            // one, and receiving that needs no wait with the poller: 2 to 4 % of a GET. After a write it gains
            // nothing, since the write has waited for its lane.
            Thread.yield();
        }
        byte[] bytes = fromSocket();
        if (watched) {
            state.move(ConnectionState.HANDLING);
        }
        if (idle) {
            state.move(ConnectionState.HEAD);
            countHead(bytes.length);
            return first ? withFirstLine(bytes) : bytes;
        }
        if (phase == ConnectionState.HEAD) {
            countHead(bytes.length);
        } else {
            countBody(bytes.length);
        }
        return bytes;
    }

    private byte[] fromSocket() {
        byte[] bytes;
        try {
            bytes = serverSocket().get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("reading failed", e);
        }
        if (bytes == null) {
            throw new CloseConnectionException("closed on the other side");
        }
        return bytes;
    }

    /// Waits for the whole first line of a request, up to its limit. Helidon refuses HTTP/1.0, so it is shown a
    /// line of HTTP/1.1 instead; the differences are up to [Exchange], see [#isHttp10].
    private byte[] withFirstLine(byte[] begun) {
        byte[] bytes = begun;
        int end = lineEnd(bytes, 0);
        while (end < 0 && bytes.length <= connections.limits.headBytes()) {
            int searched = bytes.length;
            byte[] more = fromSocket();
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

    /// Limits the bytes among which Helidon looks for the end of a line or chunk; it has no limit itself.
    private void countHead(int bytes) {
        received += bytes;
        if (received > 4L * connections.limits.headBytes() + HEAD_SLACK) {
            throw refused(431);
        }
        if (received > FREE_BYTES) {
            MemoryBudget.Lease held = lease;
            if (held == null) {
                held = connections.memory.lease(peer, false, state::giveWay);
                lease = held;
            }
            if (!held.take(bytes)) {
                throw refused(503);
            }
        }
    }

    private static RequestException refused(int status) {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(Status.create(status))
                .setKeepAlive(false)
                .build();
    }

    private void countBody(int bytes) {
        BodyArrival coming = state.arrival();
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
        // A handler that streams the body keeps none of it.
        MemoryBudget.Lease held = watchBody ? null : lease;
        if (received > FREE_BYTES && held != null && !held.take(bytes)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }
}
