package dev.muster.http.engine;

import io.helidon.common.socket.SocketOptions;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/// Builds socket options that report each accepted socket. Helidon tells of a TLS connection only after its
/// handshake, for which it waits without a limit, and never shows the socket later.
final class AcceptListener extends SocketOptions.BuilderBase<AcceptListener, SocketOptions> {
    private final Consumer<SocketChannel> accepted;

    /// @param accepted is told each socket
    AcceptListener(Consumer<SocketChannel> accepted) {
        this.accepted = accepted;
    }

    @Override
    public SocketOptions buildPrototype() {
        return new SocketOptionsImpl(this) {
            @Override
            public void configureSocket(SocketChannel socket) {
                super.configureSocket(socket);
                accepted.accept(socket);
            }
        };
    }
}
