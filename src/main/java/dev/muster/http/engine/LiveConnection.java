package dev.muster.http.engine;

import dev.muster.http.LiveClient;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// A connection that is sending a live reply. Another thread reads from it at the same time, because only a read
/// detects that the client has disconnected.
final class LiveConnection implements LiveClient {

    /// The maximum number of bytes that a client may send. It has nothing to send here, so more than this is an
    /// attack.
    private static final int MAX_RECEIVED = 64 << 10;

    private final Connection connection;
    private final OutputStream out;
    private volatile boolean gone;
    private volatile boolean ended;
    private volatile Runnable wake = () -> {};

    LiveConnection(Connection connection, OutputStream out) {
        this.connection = connection;
        this.out = out;
    }

    /// Starts a thread that waits for the client to disconnect. The thread ends with the connection.
    void watch() {
        Thread.ofVirtual().name("live-client").start(() -> {
            awaitEnd();
            gone = true;
            wake.run();
        });
    }

    private void awaitEnd() {
        try {
            int received = 0;
            byte[] bytes = connection.serverSocket().get();
            while (bytes != null && received <= MAX_RECEIVED) {
                received += bytes.length;
                bytes = connection.serverSocket().get();
            }
        } catch (RuntimeException e) {
            // The client or this server has closed the connection.
        }
    }

    /// Tells the reply to end, because the server is stopping.
    void end() {
        ended = true;
        wake.run();
    }

    /// Whether the client has disconnected, so that even the end of the body cannot be sent.
    boolean isGone() {
        return gone;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (UncheckedIOException | CloseConnectionException | IOException e) {
            gone = true;
            throw new IOException("the client of a live reply is gone", e);
        }
    }

    @Override
    public boolean isOver() {
        return gone || ended;
    }

    @Override
    public void onEnd(Runnable waker) {
        wake = waker;
        if (isOver()) {
            waker.run();
        }
    }
}
