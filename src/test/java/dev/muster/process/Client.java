package dev.muster.process;

import dev.muster.http.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A connection that sends requests one after the other, byte for byte as given. Throws an exception if no complete
/// response arrives.
final class Client implements AutoCloseable {
    static final String JSON = "Content-Type: application/json";

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;

    /// Buffered, because reading a line byte by byte from the socket would cost one system call per byte.
    private final InputStream in;

    private final String host;
    private final @Nullable String bearer;
    private boolean usable = true;

    /// @param bearer the credential sent with every request; null for none
    Client(URI address, @Nullable String bearer) throws IOException {
        this(new Socket(address.getHost(), address.getPort()), address, bearer);
    }

    /// Connects from another address of this machine.
    Client(URI address, @Nullable String bearer, InetAddress from) throws IOException {
        this(new Socket(address.getHost(), address.getPort(), from, 0), address, bearer);
    }

    /// Connects over TLS.
    Client(URI address, @Nullable String bearer, SSLContext tls) throws IOException {
        this(tls.getSocketFactory().createSocket(address.getHost(), address.getPort()), address, bearer);
    }

    private Client(Socket socket, URI address, @Nullable String bearer) throws IOException {
        this.socket = socket;
        this.host = address.getAuthority();
        this.bearer = bearer;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /// @param headers the headers by lower-case name
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Fields json() {
            return Fields.of(body);
        }

        /// Whether the response reports overload, which means that the request was not executed.
        boolean isBusy() {
            return status == 503 && !header("Retry-After").isEmpty() && !isUnknown();
        }

        /// Whether the response says that the server does not know whether the request was executed.
        boolean isUnknown() {
            return status == 503 && text().contains("outcome_unknown");
        }

        @Override
        public String toString() {
            return status + " " + text();
        }
    }

    /// Sends one request on a connection that is closed afterwards.
    static Answer once(
            URI address, @Nullable String bearer, String method, String target, byte[] body, String... headers)
            throws IOException {
        try (Client client = new Client(address, bearer)) {
            return client.send(method, target, body, headers);
        }
    }

    Answer get(String target) throws IOException {
        return patiently("GET", target, new byte[0]);
    }

    /// @param body the value to send as JSON; null for no body
    Answer json(String method, String target, @Nullable Object body, String... headers) throws IOException {
        return body == null
                ? patiently(method, target, new byte[0], headers)
                : patiently(method, target, Json.write(body), withJson(headers));
    }

    /// Like [#json], but does not retry while the server is busy.
    Answer jsonOnce(String method, String target, Object body, String... headers) throws IOException {
        return send(method, target, Json.write(body), withJson(headers));
    }

    private static String[] withJson(String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = JSON;
        return all;
    }

    /// Retries while the server is busy, because tests that use this do not measure the speed of the machine. A
    /// request refused as busy was not executed.
    private Answer patiently(String method, String target, byte[] body, String... headers) throws IOException {
        Answer answer = send(method, target, body, headers);
        while (answer.isBusy() && usable) {
            answer = send(method, target, body, headers);
        }
        return answer;
    }

    Answer send(String method, String target, byte[] body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        if (bearer != null) {
            head.append("Authorization: Bearer ").append(bearer).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0 || !method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        request.write(body);
        try {
            socket.getOutputStream().write(request.toByteArray());
        } catch (IOException e) {
            // The server may have refused the request before reading all of it; its response may have arrived.
            usable = false;
        }
        return answer(method.equals("HEAD"));
    }

    /// Whether the connection accepts another request.
    boolean isUsable() {
        return usable;
    }

    /// @param headOnly whether the response has no body, although it may have a `Content-Length`
    private Answer answer(boolean headOnly) throws IOException {
        String statusLine = line(in);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body;
        if (headOnly) {
            body = new byte[0];
        } else if ("text/event-stream".equals(headers.get("content-type"))) {
            // An event stream does not end, so only its first chunk is read.
            body = in.readNBytes(Integer.parseInt(line(in), 16));
            usable = false;
        } else if ("chunked".equals(headers.get("transfer-encoding"))) {
            body = chunks(in);
        } else {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            body = in.readNBytes(length);
            if (body.length < length) {
                throw new IOException("closed within a body");
            }
        }
        usable &= !"close".equalsIgnoreCase(headers.get("connection"));
        return new Answer(Integer.parseInt(statusLine.substring(9, 12)), headers, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line(in), 16);
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length) {
                throw new IOException("closed within a chunk");
            }
            body.write(chunk);
            line(in);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed within a line: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The connection is already closed.
        }
    }
}
