package dev.muster.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Finds free ports of the loopback interface, below the range of ephemeral ports.
final class Ports {
    private static final int FIRST = 18_700;
    private static final int LAST = 18_799;
    private int next = FIRST;

    /// Returns a free port, different for each call.
    int free() {
        while (next <= LAST) {
            int port = next++;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // The port is in use.
            }
        }
        next = FIRST;
        throw new Failed("no port from " + FIRST + " to " + LAST + " is free");
    }
}
