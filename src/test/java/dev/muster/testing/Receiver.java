package dev.muster.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/// A real HTTP server that receives webhooks. It responds as a test requires, or fails as real servers do, and can be
/// stopped and restarted on the same port.
public final class Receiver implements AutoCloseable {
    private static final int BACKLOG = 1_000;
    private static final int MAX_ATTEMPTS = 10_000;
    private static final int REQUESTED_LENGTH = 1 << 20;

    private final Function<Received, Answer> answers;
    private final List<Received> received = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final InetAddress address;
    private volatile ServerSocket listening;
    private volatile int port;

    /// Bound to the port while this receiver is down.
    private Socket reserved = new Socket();

    /// A received request.
    ///
    /// @param headers the headers, by lower-case name
    public record Received(String path, Map<String, String> headers, byte[] body, InetAddress at) {
        public String header(String name) {
            return headers.get(name);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// How the receiver handles a request.
    public sealed interface Answer {
        /// A response.
        ///
        /// @param headers complete header lines
        record Response(int status, List<String> headers, String body) implements Answer {}

        /// A response sent at one byte per second.
        record Drip(String response) implements Answer {}

        /// Sends no response and keeps the connection open.
        record Silence() implements Answer {}

        /// Closes the connection without a response.
        record HangUp() implements Answer {}

        static Answer status(int status, String... headers) {
            return new Response(status, List.of(headers), "");
        }
    }

    /// Starts a receiver on 127.0.0.1.
    public Receiver(Function<Received, Answer> answers) {
        this("127.0.0.1", 0, answers);
    }

    public Receiver(String address, int port, Function<Received, Answer> answers) {
        this.answers = answers;
        this.address = InetAddress.ofLiteral(address);
        listen(port);
    }

    private void listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), BACKLOG);
            listening = socket;
            this.port = socket.getLocalPort();
            Thread.ofPlatform().daemon().start(() -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Stops listening and closes all connections. [#up] reverses this. Until then the port is reserved, so that no
    /// receiver of another test gets it and accepts what is sent to this one.
    public void down() {
        close();
        for (int attempt = 1; !reserved.isBound(); attempt++) {
            try {
                reserved.setReuseAddress(true);
                reserved.bind(new InetSocketAddress(address, port));
            } catch (IOException e) {
                // The socket is closed only when the thread that accepts connections has noticed it.
                if (attempt == MAX_ATTEMPTS) {
                    throw new UncheckedIOException(e);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /// Starts listening again.
    public void up() {
        release();
        listen(port);
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connection.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = new BufferedOutputStream(connection.getOutputStream());
            for (Received request = read(in, connection); request != null; request = read(in, connection)) {
                synchronized (received) {
                    received.add(request);
                }
                if (!answer(answers.apply(request), out, connection)) {
                    return;
                }
            }
        } catch (SocketException | EOFException e) {
            // The client closed the connection.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(connection);
        }
    }

    /// Handles a request and returns whether the connection can be used for another one.
    private static boolean answer(Answer answer, OutputStream out, Socket connection)
            throws IOException, InterruptedException {
        switch (answer) {
            case Answer.Response(int status, List<String> headers, String body) -> {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\nContent-Length: ")
                        .append(bytes.length)
                        .append("\r\n");
                headers.forEach(header -> head.append(header).append("\r\n"));
                out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
                out.write(bytes);
                out.flush();
                return true;
            }
            case Answer.Drip(String response) -> {
                for (byte one : response.getBytes(StandardCharsets.UTF_8)) {
                    out.write(one);
                    out.flush();
                    Thread.sleep(1_000);
                }
                return false;
            }
            case Answer.Silence() -> {
                return connection.getInputStream().read() >= 0;
            }
            case Answer.HangUp() -> {
                return false;
            }
        }
    }

    private static Received read(InputStream in, Socket connection) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        String path = line.split(" ", -1)[1];
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(Math.min(length, REQUESTED_LENGTH));
        return new Received(path, headers, body, connection.getLocalAddress());
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /// All requests so far, in order of arrival.
    public List<Received> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /// The number of connections so far.
    public int connections() {
        return connections.get();
    }

    public int port() {
        return port;
    }

    public URI url() {
        return URI.create("http://" + address.getHostAddress() + ":" + port() + "/hook");
    }

    @Override
    public void close() {
        release();
        try {
            listening.close();
            for (Socket connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void release() {
        try {
            reserved.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reserved = new Socket();
    }
}
