package dev.muster.http.engine;

import dev.muster.http.Limits;
import dev.muster.http.engine.limits.ConnectionEvictor;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.Objects;

/// A connection that has been accepted but is not served yet. With TLS, its handshake is not complete.
///
/// @param since when the socket was accepted, by [System#nanoTime]
record Handshake(SocketChannel socket, long since) {

    Handshake(SocketChannel socket) {
        this(socket, System.nanoTime());
    }

    /// Helidon's id for the socket. [Connections] uses it to find this handshake when the connection is served.
    String id() {
        return "0x" + HexFormat.of().toHexDigits(System.identityHashCode(socket));
    }

    boolean isOver() {
        return !socket.isOpen();
    }

    void closeIfOverdue(long now, Limits limits) {
        if (now - since > limits.head().toNanos()) {
            close();
        }
    }

    ConnectionEvictor.Candidate candidate() {
        InetAddress peer =
                Objects.requireNonNullElse(socket.socket().getInetAddress(), InetAddress.getLoopbackAddress());
        return new ConnectionEvictor.Candidate(peer, ConnectionEvictor.Waiting.SILENT, since, this::close);
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing more can be done to close the socket.
        }
    }
}
