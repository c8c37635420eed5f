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

/// A proxy in front of a server that cuts connections: all of them or, in front of PostgreSQL, those around a
/// commit, whose response is then lost.
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int port;
    private final Predicate<Moment> cut;
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    /// When a connection may be cut.
    public enum Moment {
        /// A client sends anything, which is not passed on.
        SENT,
        /// A client sends a commit, which is passed on, but its result is not.
        COMMIT_SENT,
        /// The server confirms a commit, which is not passed on.
        COMMITTED
    }

    /// @param port the port of the server on this machine
    /// @param cut decides at each such moment whether the connection is cut; called by any thread
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

    /// Cuts all connections that are open.
    public void cutAll() {
        links.forEach(Link::cut);
    }

    /// Whether new connections are let through; otherwise they are closed immediately.
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
                // Closed, or a client that disconnected immediately.
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

    /// Matches both the statement and the server's confirmation. User data on the wire is never followed by
    /// U+0000 and never contains it.
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
                // Closes both.
            } catch (IOException e) {
                // Closed already.
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
                    if (isCommit(buffer, n) && isCut(Moment.COMMITTED)) {
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
