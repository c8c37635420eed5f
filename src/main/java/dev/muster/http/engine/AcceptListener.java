package dev.muster.http.engine;

import io.helidon.common.socket.SocketOptions;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/// Builds socket options that report each accepted socket. Helidon reports a TLS connection only after its
/// handshake, which it does not time out, and never exposes the socket.
final class AcceptListener extends SocketOptions.BuilderBase<AcceptListener, SocketOptions> {
    private final Consumer<SocketChannel> accepted;

    /// @param accepted the consumer of each accepted socket
    AcceptListener(Consumer<SocketChannel> accepted) {
        this.accepted = accepted;
    }

    @Override
    public SocketOptions buildPrototype() {
        // This adds the options that were set, such as TCP_NODELAY, to those that Helidon applies to a socket.
        preBuildPrototype();
        return new SocketOptionsImpl(this) {
            @Override
            public void configureSocket(SocketChannel socket) {
                super.configureSocket(socket);
                accepted.accept(socket);
            }
        };
    }
}
