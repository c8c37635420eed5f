package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Limits;
import dev.muster.http.engine.limits.BodyArrival;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The body of one request, read within the limits of its route and of the server.
final class Body {

    private static final byte[] NOTHING = {};
    private static final int CHUNKED = -1;
    private static final int MIB = 1 << 20;

    /// How much of an unread body [#skip] reads, within the time allowed for one MiB.
    private static final int MAX_SKIPPED_BYTES = 16 * MIB;

    private static final int SKIP_BUFFER_BYTES = 8 << 10;

    /// On the wire, a chunked body may take up twice its limit plus this many bytes; more framing than that is an
    /// attack.
    private static final long FRAMING_BYTES = 64 << 10;

    private final RoutingRequest received;
    private final Connection connection;
    private final TrustedProxies proxies;
    private final Duration timePerMib;
    private final boolean present;
    private final long length;

    private @Nullable InputStream in;
    private byte @Nullable [] bytes;
    private boolean atEnd;
    private @Nullable Thread late;

    Body(RoutingRequest received, Connection connection, Limits limits, TrustedProxies proxies) {
        this.received = received;
        this.proxies = proxies;
        this.connection = connection;
        this.timePerMib = limits.body();
        ServerRequestHeaders headers = received.headers();
        if (headers.contains(HeaderNames.TRANSFER_ENCODING)) {
            this.length = CHUNKED;
        } else if (headers.contains(HeaderNames.CONTENT_LENGTH)) {
            this.length = headers.contentLength().orElse(0);
        } else {
            this.length = 0;
        }
        this.present = length != 0;
        this.atEnd = !present;
    }

    /// The announced length, at most `limit`; 0 if there is no body or it is chunked.
    long announced(int limit) {
        return length == CHUNKED ? 0 : Math.min(length, limit);
    }

    /// Refuses compressed bodies, which would otherwise be read as if they were the content.
    ///
    /// @throws HttpException with UnsupportedCoding
    private void refuseCompressed() {
        ServerRequestHeaders headers = received.headers();
        if (!headers.contains(HeaderNames.CONTENT_ENCODING)) {
            return;
        }
        for (String coding : headers.get(HeaderNames.CONTENT_ENCODING).allValues(true)) {
            if (!coding.strip().equalsIgnoreCase("identity")) {
                throw new HttpException(new Fault.UnsupportedCoding(
                        "The Content-Encoding must be identity: compressed bodies are not read here."));
            }
        }
    }

    /// Reads the whole body.
    ///
    /// @throws HttpException with UnsupportedCoding, BodyTooLarge, BodyTimedOut, Malformed or Overloaded; the
    ///     connection can then usually be used only to send the reply
    byte[] whole(int limit) {
        byte[] known = bytes;
        if (known != null) {
            return known;
        }
        byte[] read = NOTHING;
        if (present) {
            refuseCompressed();
            BodyArrival arrival = begin(limit, false);
            read = hasArrived() ? read(limit) : readInTime(limit, arrival);
            atEnd = true;
        }
        bytes = read;
        return read;
    }

    /// Returns the body as a stream.
    ///
    /// @throws HttpException with UnsupportedCoding or BodyTooLarge; reads throw BodyTooLarge, BodyTimedOut or
    ///     Malformed
    InputStream stream(int limit) {
        if (!present) {
            return InputStream.nullInputStream();
        }
        refuseCompressed();
        return new Bounded(beginStream(limit), limit, time(limit));
    }

    /// Reads and drops an unread body before a long reply. Otherwise a client that sends everything before it
    /// reads would deadlock with this server.
    ///
    /// @throws HttpException with BodyTooLarge beyond 16 MiB, BodyTimedOut or Malformed
    void skip() {
        if (!atEnd && !discard()) {
            InputStream from = in == null ? beginStream(MAX_SKIPPED_BYTES) : in;
            Bounded all = new Bounded(from, MAX_SKIPPED_BYTES, time(MIB));
            byte[] some = new byte[SKIP_BUFFER_BYTES];
            for (int read = 0; read >= 0; ) {
                read = all.read(some, 0, some.length);
            }
        }
    }

    /// Drops the unread body if all of it has arrived.
    ///
    /// @return false if the connection cannot be reused for another request
    boolean discard() {
        if (!atEnd && in == null && hasArrived()) {
            read((int) length);
            atEnd = true;
        }
        return atEnd;
    }

    /// If the body is still arriving, gives the client time to read the reply before the connection is closed.
    void linger() {
        if (!atEnd) {
            connection.linger(late);
        }
    }

    private InputStream beginStream(int limit) {
        begin(limit, true);
        return Objects.requireNonNull(in);
    }

    private BodyArrival begin(int limit, boolean streamed) {
        if (length > limit) {
            throw new HttpException(new Fault.BodyTooLarge(limit));
        }
        BodyArrival arrival = connection.expectBody(limit, 2L * limit + FRAMING_BYTES, streamed);
        InputStream content = received.content().inputStream();
        in = length == CHUNKED ? new Chunks(connection, content) : content;
        return arrival;
    }

    /// Whether the whole body has arrived, which is the usual case.
    private boolean hasArrived() {
        return length != CHUNKED && length <= connection.dataReader().available();
    }

    private byte[] read(int limit) {
        // The stream is not closed, because closing it would wait for the rest of a broken or overlong body.
        InputStream from = in == null ? received.content().inputStream() : in;
        try {
            byte[] read = from.readNBytes(length == CHUNKED ? limit + 1 : (int) length);
            if (read.length > limit) {
                throw new HttpException(new Fault.BodyTooLarge(limit));
            }
            // Helidon considers the body consumed only when its end has been read.
            if (from.read() >= 0) {
                throw new HttpException(new Fault.BodyTooLarge(limit));
            }
            return read;
        } catch (IOException | RuntimeException e) {
            throw readable(e);
        }
    }

    /// Reads the body in another thread, so that this one can reply after a timeout, or when other requests need
    /// the memory. The reading thread ends when more bytes arrive or the connection is closed.
    private byte[] readInTime(int limit, BodyArrival arrival) {
        connection.awaitBody(client());
        late = Thread.ofVirtual().name("muster-http-body").start(() -> arrival.read(() -> read(limit)));
        try {
            return arrival.await(time(limit));
        } catch (InterruptedException e) {
            throw new CloseConnectionException("interrupted while reading a body", e);
        } catch (ExecutionException e) {
            throw readable(e.getCause());
        } finally {
            connection.bodyEnded();
        }
    }

    /// The client's address: the peer's, or the one that trusted proxies report.
    InetAddress client() {
        return proxies.client(connection.peer, ReceivedRequest.forwardedFor(received));
    }

    private Duration time(int limit) {
        return timePerMib.multipliedBy(Math.ceilDiv(Math.max(limit, 1), MIB));
    }

    /// Converts a read failure to a fault, unless the connection was closed. Rethrows errors.
    private static RuntimeException readable(@Nullable Throwable thrown) {
        return switch (thrown) {
            case HttpException refused -> refused;
            case CloseConnectionException gone -> gone;
            case Error error -> throw error;
            case null, default -> new HttpException(new Fault.Malformed("The transfer coding of the body is broken."));
        };
    }

    /// A body that is streamed to its handler.
    private final class Bounded extends InputStream {

        private final InputStream from;
        private final int limit;
        private final long deadline;
        private long read;

        Bounded(InputStream from, int limit, Duration time) {
            this.from = from;
            this.limit = limit;
            this.deadline = System.nanoTime() + time.toNanos();
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int max) {
            if (System.nanoTime() - deadline > 0) {
                throw new HttpException(new Fault.BodyTimedOut());
            }
            int count;
            try {
                count = from.read(into, offset, max);
            } catch (IOException | RuntimeException e) {
                throw readable(e);
            }
            if (count < 0) {
                atEnd = true;
                return count;
            }
            read += count;
            if (read > limit) {
                throw new HttpException(new Fault.BodyTooLarge(limit));
            }
            return count;
        }
    }
}
