package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.Limits;
import dev.muster.http.engine.limits.BodyArrival;
import dev.muster.http.engine.limits.ConnectionEvictor;
import io.helidon.webserver.CloseConnectionException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The phase of a connection and the time at which it began. A connection whose phase takes too long is cut off. Only
/// the connection's own thread moves it to another phase; the watchdog and other requests can only end the connection.
final class ConnectionState {

    static final int IDLE = 0;
    static final int HEAD = 1;
    static final int HANDLING = 2;
    static final int WRITING = 3;
    static final int LINGERING = 4;
    static final int BODY = 5;
    static final int CLOSED = 6;

    /// Like [#IDLE], but before the first byte of the first request.
    static final int SILENT = 7;

    /// The connection's thread waits for another thread to read the whole body. [BodyArrival] limits this wait.
    static final int RECEIVING = 8;

    /// How long [Connection#linger] waits for the client to stop sending.
    static final Duration LINGER = Duration.ofSeconds(2);

    private static final long PHASE = 15;

    /// The phase in the lowest bits, and its start by [System#nanoTime] in the others. Both are in one atomic
    /// number, so that a phase change and a cut-off cannot both succeed.
    private final AtomicLong state = new AtomicLong();

    private volatile @Nullable Thread thread;

    // State of the current request.
    private volatile boolean authenticated;
    private volatile @Nullable BodyArrival arrival;

    /// Makes the current thread the one that serves the connection.
    void begin() {
        thread = Thread.currentThread();
        state.set(at(SILENT));
    }

    int phase() {
        return phase(state.get());
    }

    boolean isIdle() {
        int phase = phase();
        return phase == IDLE || phase == SILENT;
    }

    /// Enters a phase.
    ///
    /// @return the previous phase
    /// @throws CloseConnectionException if the connection has been cut off
    int move(int phase) {
        long before = state.get();
        if (phase(before) == CLOSED || !state.compareAndSet(before, at(phase))) {
            throw new CloseConnectionException("cut off");
        }
        return phase(before);
    }

    /// Called when the handling of a request begins.
    void beginRequest() {
        authenticated = false;
        arrival = null;
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    void markAuthenticated() {
        authenticated = true;
    }

    /// The tracker of the current request's body; null until the body is read.
    @Nullable
    BodyArrival arrival() {
        return arrival;
    }

    void arrives(BodyArrival coming) {
        arrival = coming;
    }

    boolean isLiving() {
        return phase() != CLOSED;
    }

    /// Ends the connection if it is idle or lingering.
    void closeIfIdle() {
        long now = state.get();
        int phase = phase(now);
        if (phase == IDLE || phase == SILENT || phase == LINGERING) {
            abort(now);
        }
    }

    /// Cuts the connection off if its phase has taken too long. Refuses or cuts off a body that arrives too slowly,
    /// unless the request is authenticated.
    ///
    /// @param nanoTime the current [System#nanoTime]
    void closeIfOverdue(long nanoTime, Limits limits) {
        long since = state.get();
        long max = switch (phase(since)) {
            case IDLE, SILENT -> limits.idle().toNanos();
            case HEAD -> limits.head().toNanos();
            case BODY -> limits.body().toNanos();
            case WRITING -> limits.write().toNanos();
            case LINGERING -> LINGER.toNanos();
            default -> Long.MAX_VALUE;
        };
        if ((nanoTime & ~PHASE) - (since & ~PHASE) > max) {
            abort(since);
        }
        BodyArrival coming = arrival;
        if (coming != null && !authenticated && coming.isTooSlow(nanoTime, limits)) {
            switch (phase(since)) {
                case RECEIVING -> coming.refuse(new Fault.BodyTimedOut());
                case BODY -> abort(since);
                default -> {
                    // The connection's thread is busy.
                }
            }
        }
    }

    /// The connection as a candidate for eviction; null while it is being served.
    ///
    /// @param peer the address at its other end
    ConnectionEvictor.@Nullable Candidate candidate(InetAddress peer) {
        long seen = state.get();
        BodyArrival coming = arrival;
        ConnectionEvictor.Waiting waiting = switch (phase(seen)) {
            case SILENT -> ConnectionEvictor.Waiting.SILENT;
            case IDLE -> ConnectionEvictor.Waiting.IDLE;
            case HEAD -> ConnectionEvictor.Waiting.HEAD;
            case RECEIVING, BODY -> authenticated || coming == null ? null : ConnectionEvictor.Waiting.BODY;
            case WRITING -> authenticated ? null : ConnectionEvictor.Waiting.UNREAD;
            case LINGERING -> ConnectionEvictor.Waiting.LINGERING;
            default -> null;
        };
        if (waiting == null) {
            return null;
        }
        // The age of a body counts from its start, so sending a byte now and then does not delay eviction.
        long since = waiting == ConnectionEvictor.Waiting.BODY && coming != null ? coming.began() : seen & ~PHASE;
        return new ConnectionEvictor.Candidate(peer, waiting, since, () -> abort(seen));
    }

    /// Ends the request if it is still waiting for its client, to free its memory for another request.
    ///
    /// @return whether it has ended
    boolean evict() {
        long seen = state.get();
        BodyArrival coming = arrival;
        if (phase(seen) == HEAD) {
            return abort(seen);
        }
        if (phase(seen) == RECEIVING && coming != null) {
            coming.refuse(new Fault.Overloaded(Duration.ofSeconds(1)));
            return true;
        }
        return false;
    }

    /// Ends the connection in any phase.
    void end() {
        if (!abort(state.get())) {
            interrupt();
        }
    }

    /// Cuts the connection off if its state is still `seen`.
    private boolean abort(long seen) {
        boolean ended = state.compareAndSet(seen, (seen & ~PHASE) | CLOSED);
        if (ended) {
            interrupt();
        }
        return ended;
    }

    /// Interrupts the thread, which closes the socket that it waits for.
    private void interrupt() {
        Thread waiting = thread;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    private static int phase(long state) {
        return (int) (state & PHASE);
    }

    private static long at(int phase) {
        return (System.nanoTime() & ~PHASE) | phase;
    }
}
