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

/// A connection with limits, placed between Helidon's HTTP implementation and the socket. [ConnectionState] tracks its
/// state.
///
/// Helidon times out neither slow requests nor slowly read replies, and on shutdown it may interrupt a
/// request that has just begun.
final class Connection extends DelegatingContext implements ServerConnection {

    /// The end of an HTTP/1.0 request line.
    private static final byte[] HTTP_1_0 = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '0', '\r', '\n'};

    /// Requests up to this size do not count against the memory budget.
    private static final long FREE_BYTES = 8 << 10;

    /// How much of a body may have arrived together with the end of its head.
    private static final long MAX_BODY_WITH_HEAD = 64 << 10;

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

    // State of the current request. A thread other than the handler's may read the body, but never at the
    // same time.
    private boolean http10;

    /// Whether to yield to other threads before receiving the next request.
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
        // The address is kept, because a closed socket no longer has it.
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
            releaseMemory();
        }
    }

    /// Makes Helidon consider the connection busy, because [Connections] closes idle connections itself.
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

    /// @param socket the socket of this connection; null if unknown
    void isOf(@Nullable SocketChannel socket) {
        channel = socket;
    }

    /// Resets the connection, so that the client sees an error; a normal TCP close would mean that everything
    /// was sent.
    void reset() {
        SocketChannel socket = channel;
        try {
            if (socket != null) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                socket.close();
            }
        } catch (IOException e) {
            // The socket is already closed.
        }
    }

    /// This server's address and port on the connection.
    InetSocketAddress local() {
        return context.localPeer().address() instanceof InetSocketAddress address
                ? address
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /// Whether the current request is HTTP/1.0. Such a request is the last one on its connection, and its reply
    /// must not be chunked.
    boolean isHttp10() {
        return http10;
    }

    // The steps of a request.

    /// Called when the head of a request is complete.
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

    /// Marks the current request as authenticated.
    void markAuthenticated() {
        state.markAuthenticated();
        MemoryBudget.Lease held = lease;
        if (held != null) {
            held.markAuthenticated();
        }
    }

    /// Called before the body is read.
    ///
    /// @param limit the route's limit, for the refusal
    /// @param max how many bytes may be read from the socket for the body, including chunked framing
    /// @param watched whether to cut off a client that stalls; if false, the reader has its own deadline
    /// @return the tracker of the body
    BodyArrival expectBody(long limit, long max, boolean watched) {
        BodyArrival coming = new BodyArrival(reader.available());
        bodyLimit = limit;
        allowed = max;
        watchBody = watched;
        state.arrives(coming);
        return coming;
    }

    /// Called when this thread starts to wait for another one to read the body.
    ///
    /// @param client the address of the request's sender
    void awaitBody(InetAddress client) {
        MemoryBudget.Lease held = lease;
        if (held == null) {
            lease = connections.memory.lease(client, state.isAuthenticated(), state::evict);
        } else if (!client.equals(peer)) {
            held.moveTo(client);
        }
        state.move(ConnectionState.RECEIVING);
    }

    /// Called when the wait for the body is over.
    void bodyEnded() {
        state.move(ConnectionState.HANDLING);
    }

    /// Returns the memory held for the request.
    void releaseMemory() {
        MemoryBudget.Lease held = lease;
        if (held != null) {
            held.end();
            lease = null;
        }
    }

    /// Called when the reply has been sent and the request's body has been consumed.
    void end() {
        state.move(ConnectionState.IDLE);
        received = 0;
    }

    /// After a reply to a request whose body is unread, reads for a while until the client stops sending.
    /// Closing immediately could lose the reply.
    ///
    /// @param other a thread that may still be reading from the socket but ends soon; null if there is none
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
            // The client or the watchdog closed the connection.
        }
    }

    // Receiving.

    /// Returns the next bytes of the request's body, including its transfer coding. Helidon does not see them.
    byte[] bodyBytes() {
        int here = reader.available();
        return here > 0 ? reader.readBytes(here) : receive();
    }

    /// Pushes bytes back for Helidon to read first. There must be no other unread bytes.
    void unread(byte[] bytes) {
        unread = bytes;
    }

    // Yielding is only a hint to the scheduler; nothing depends on it.
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
            throw new CloseConnectionException("closed by the server");
        }
        boolean watched = phase == ConnectionState.HANDLING && watchBody;
        if (watched) {
            state.move(ConnectionState.BODY);
        }
        boolean first = idle && reader.available() == 0;
        if (first && yields) {
            // This lets requests that have already arrived run first. By then a busy client has often sent its next
            // request, which saves waiting for the poller, or 2 to 4 % of the time of a GET request. After a write,
            // yielding gains nothing, because the request has already waited for its lane.
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
            throw new CloseConnectionException("closed by the client");
        }
        return bytes;
    }

    /// Reads the whole request line, up to its limit. Helidon refuses HTTP/1.0, so the version is rewritten
    /// to HTTP/1.1; [Exchange] handles the differences, see [#isHttp10].
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

    /// Counts the bytes of the head and refuses a head that is too long, because Helidon searches for the end of a
    /// line without a limit.
    private void countHead(int bytes) {
        received += bytes;
        if (received > 4L * connections.limits.headBytes() + MAX_BODY_WITH_HEAD) {
            throw refused(431);
        }
        if (received > FREE_BYTES) {
            MemoryBudget.Lease held = lease;
            if (held == null) {
                held = connections.memory.lease(peer, false, state::evict);
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
            if (coming.isFinished()) {
                throw new CloseConnectionException("the request has already been answered");
            }
            coming.received(bytes);
        }
        received += bytes;
        if (received > allowed) {
            throw new HttpException(new Fault.BodyTooLarge(bodyLimit));
        }
        // A handler that streams the body does not hold it in memory.
        MemoryBudget.Lease held = watchBody ? null : lease;
        if (received > FREE_BYTES && held != null && !held.take(bytes)) {
            throw new HttpException(new Fault.Overloaded(Duration.ofSeconds(1)));
        }
    }
}
