package dev.muster.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// A proxy in front of a server that cuts connections: either all of them or, in front of PostgreSQL, those that are
/// committing, so that the response to the commit is lost.
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int port;
    private final Predicate<Moment> cut;
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    /// The moments at which a connection may be cut.
    public enum Moment {
        /// A client has sent something, which has not been forwarded yet.
        SENT,
        /// A client has sent a commit. It has been forwarded, but its result has not.
        COMMIT_SENT,
        /// The server has confirmed a commit. The confirmation has not been forwarded yet.
        COMMITTED
    }

    /// @param port the port of the server on this machine
    /// @param cut decides at each moment whether the connection is cut; may be called by any thread
    public CuttingProxy(int port, Predicate<Moment> cut) throws IOException {
        this.port = port;
        this.cut = cut;
        listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /// The number of connections that were cut.
    public int cuts() {
        return cuts.get();
    }

    /// Cuts all open connections.
    public void cutAll() {
        links.forEach(Link::cut);
    }

    /// Lets new connections through, or makes the proxy close them immediately.
    ///
    /// @param now whether new connections are let through
    public void open(boolean now) {
        open.set(now);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (!open.get()) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                Link link = new Link(client, server);
                links.add(link);
                Thread.ofVirtual().start(link::toServer);
                Thread.ofVirtual().start(link::toClient);
            } catch (IOException e) {
                // Either the proxy was closed, or a client disconnected immediately.
            }
        }
    }

    private boolean isCut(Moment moment) {
        if (cut.test(moment)) {
            cuts.incrementAndGet();
            return true;
        }
        return false;
    }

    /// Whether the bytes contain a commit statement or the server's confirmation of one. User data never matches,
    /// because on the wire it neither contains U+0000 nor is followed by it.
    private static boolean isCommit(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
    }

    private final class Link {
        private final Socket client;
        private final Socket server;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void cut() {
            links.remove(this);
            cuts.incrementAndGet();
            try (client;
                    server) {
                // Leaving this block closes both sockets.
            } catch (IOException e) {
                // A socket was already closed.
            }
        }

        void toServer() {
            byte[] buffer = new byte[64 << 10];
            try (client;
                    server;
                    InputStream in = client.getInputStream();
                    OutputStream out = server.getOutputStream()) {
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    if (isCut(Moment.SENT)) {
                        return;
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                    if (isCommit(buffer, n) && isCut(Moment.COMMIT_SENT)) {
                        return;
                    }
                }
            } catch (IOException e) {
                // The other direction has cut the connection.
            }
        }

        void toClient() {
            byte[] buffer = new byte[64 << 10];
            try (client;
                    server;
                    InputStream in = server.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    if (isCommit(buffer, n) && isCut(Moment.COMMITTED)) {
                        return;
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // The other direction has cut the connection.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
