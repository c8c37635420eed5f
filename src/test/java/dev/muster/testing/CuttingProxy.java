package dev.muster.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Stands between a client and a PostgreSQL server, and cuts connections: anywhere, or just when the server has
/// committed
/// and its answer is on its way.
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int port;
    private final BooleanSupplier anywhere;
    private final BooleanSupplier committed;
    private final AtomicInteger cuts = new AtomicInteger();

    /// @param port the server's, on this machine
    /// @param anywhere asked at each thing that a client sends: whether to cut instead of passing it on
    /// @param committed asked when the server says that it has committed: whether to cut instead of passing that on
    public CuttingProxy(int port, BooleanSupplier anywhere, BooleanSupplier committed) throws IOException {
        this.port = port;
        this.anywhere = anywhere;
        this.committed = committed;
        listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /// How many connections were cut.
    public int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                Link link = new Link(client, server);
                Thread.ofVirtual().start(link::toServer);
                Thread.ofVirtual().start(link::toClient);
            } catch (IOException e) {
                // Closed, or a client that left at once.
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void toServer() {
            byte[] buffer = new byte[64 << 10];
            try (client;
                    server;
                    InputStream in = client.getInputStream();
                    OutputStream out = server.getOutputStream()) {
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    if (anywhere.getAsBoolean()) {
                        cuts.incrementAndGet();
                        return;
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // The other direction has cut it.
            }
        }

        void toClient() {
            byte[] buffer = new byte[64 << 10];
            try (client;
                    server;
                    InputStream in = server.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    if (new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains("COMMIT\0")
                            && committed.getAsBoolean()) {
                        cuts.incrementAndGet();
                        return;
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // The other direction has cut it.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
