package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Accepted sockets get the options that were set. Without TCP_NODELAY each response of two segments waits 40 ms for
/// the client's delayed acknowledgement.
final class AcceptListenerTest {
    @Test
    void acceptedSocketsGetTheOptionsAndAreReported() throws IOException {
        List<SocketChannel> accepted = new ArrayList<>();
        SocketOptions options = new AcceptListener(accepted::add)
                .tcpNoDelay(true)
                .socketSendBufferSize(65_536)
                .buildPrototype();
        try (var listening =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var _ = SocketChannel.open(listening.getLocalAddress());
                SocketChannel socket = listening.accept()) {
            int sendBuffer = socket.getOption(StandardSocketOptions.SO_SNDBUF);
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            options.configureSocket(socket);
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(socket.getOption(StandardSocketOptions.SO_SNDBUF)).isNotEqualTo(sendBuffer);
            assertThat(accepted).containsExactly(socket);
        }
    }
}
