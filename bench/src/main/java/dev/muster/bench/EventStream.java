package dev.muster.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client of the event stream that receives all events from now on.
final class EventStream implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final BlockingQueue<Long> arrivals = new LinkedBlockingQueue<>();

    /// Opens a stream and waits for the head of the response.
    ///
    /// @param types the events to stream, as in the parameter `type`
    EventStream(URI server, String key, String types) {
        try {
            socket = new Socket(server.getHost(), server.getPort());
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("GET /v1/events/stream?after=head&type=" + types + " HTTP/1.1\r\nHost: "
                                    + server.getAuthority() + "\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                                    + key + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 512);
            String status = lines.readLine();
            if (status == null || !status.contains(" 200 ")) {
                throw new Failed("a stream was answered " + status);
            }
            String header = status;
            while (header != null && !header.isEmpty()) {
                header = lines.readLine();
            }
            socket.setSoTimeout(0);
            Thread.startVirtualThread(() -> read(lines));
        } catch (IOException e) {
            throw new Failed("a stream could not be opened", e);
        }
    }

    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    arrivals.add(System.nanoTime());
                }
            }
        } catch (IOException e) {
            // The stream was closed.
            return;
        }
    }

    /// Waits for the next event and returns when it arrived, on the clock of [System#nanoTime].
    ///
    /// @throws Failed if no event arrives within ten seconds
    long arrival() {
        try {
            Long at = arrivals.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            if (at == null) {
                throw new Failed("the stream shows no event");
            }
            return at;
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    /// Discards events until none has arrived for 300 milliseconds.
    void settle() {
        try {
            for (@Nullable Long next = 0L; next != null; ) {
                next = arrivals.poll(Duration.ofMillis(300).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new Failed("a stream could not be closed", e);
        }
    }
}
