package dev.muster.outgoing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Sends HTTP requests on behalf of tenants. Connects only to addresses that the [AddressRules] allow, and checks the
/// certificate against the name in the URL. Does not follow redirects, and does not use cookies, proxies, compression
/// or HTTP/2.
///
/// A connection is kept for the next request to the same host. It always leads to the address that was checked, and is
/// replaced after a minute, so that a name's new addresses are used.
///
/// Thread-safe. Calls block and may run on virtual threads.
public final class OutgoingHttp implements AutoCloseable {
    private static final Header USER_AGENT = new BasicHeader("User-Agent", "Muster");
    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(5);

    /// How long an idle connection is kept. This is shorter than the keep-alive timeout of common servers, which is
    /// 5 s in Node and longer in others.
    private static final Timeout KEEP_ALIVE = Timeout.ofSeconds(4);

    private static final TimeValue MAX_CONNECTION_AGE = TimeValue.ofMinutes(1);
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofMilliseconds(500);

    /// The maximum number of connections to a host. It is practically unlimited, because callers limit how many
    /// requests they send concurrently.
    private static final int MAX_CONNECTIONS_PER_HOST = 4_096;

    /// The maximum number of bytes that are read and discarded after those that are kept. After a longer body, the
    /// connection is closed.
    private static final int MAX_SKIPPED_BYTES = 64 << 10;

    private static final byte[] NOTHING = {};

    private final AddressRules rules;
    private final PoolingHttpClientConnectionManager connections;
    private final CloseableHttpClient client;
    private final AtomicBoolean tidying = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer;
    private final Deadlines deadlines;

    /// The deadline of the exchange that runs on this thread.
    private final ScopedValue<Deadlines.Deadline> exchange = ScopedValue.newInstance();

    /// @param tls the factory of TLS sockets, which determines which certificates are trusted
    public OutgoingHttp(AddressRules rules, SSLSocketFactory tls) {
        this(rules, tls, InetAddress::getAllByName);
    }

    /// @param names the resolver of the names in URLs
    public OutgoingHttp(AddressRules rules, SSLSocketFactory tls, NameResolver names) {
        this.rules = rules;
        connections = connections(rules, tls, names);
        // The minimal client supports no redirects, cookies, proxies, retries or compression.
        client = HttpClients.createMinimal(connections);
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("outgoing deadlines").daemon().factory());
        deadlines = new Deadlines(timer);
    }

    private PoolingHttpClientConnectionManager connections(
            AddressRules rules, SSLSocketFactory tls, NameResolver names) {
        TlsSocketStrategy handshake =
                (socket, host, port, _, _) -> handshake((SSLSocket) tls.createSocket(socket, host, port, true));
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(
                        _ -> new GuardedSocket(rules, exchange.get()),
                        null,
                        new CheckedResolver(rules, names),
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register("https", handshake)
                                .build()),
                // With this policy, requests to different hosts do not contend for one lock.
                PoolConcurrencyPolicy.LAX,
                PoolReusePolicy.LIFO,
                null,
                null);
        connections.setDefaultMaxPerRoute(MAX_CONNECTIONS_PER_HOST);
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(CONNECT_TIMEOUT)
                .setIdleTimeout(KEEP_ALIVE)
                .setTimeToLive(MAX_CONNECTION_AGE)
                .setValidateAfterInactivity(VALIDATE_AFTER)
                .build());
        return connections;
    }

    private static SSLSocket handshake(SSLSocket socket) throws IOException {
        SSLParameters parameters = socket.getSSLParameters();
        // Without this, the JDK does not check that the certificate belongs to the host.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /// The rules for the addresses that may be called.
    public AddressRules rules() {
        return rules;
    }

    /// Sends a request, and waits for the response.
    ///
    /// @throws OutgoingFailure if no response arrives in time
    public OutgoingReply send(OutgoingRequest request) throws OutgoingFailure {
        tidyLater();
        try (Deadlines.Deadline deadline = deadlines.begin(request.whole())) {
            HttpClientContext context = HttpClientContext.create();
            try {
                return exchange(request, deadline, context);
            } catch (IOException | RuntimeException e) {
                if (deadline.hasPassed() || !isStale(e, context)) {
                    throw OutgoingFailure.of(e, deadline.hasPassed());
                }
            }
            try {
                return exchange(request, deadline, HttpClientContext.create());
            } catch (IOException | RuntimeException e) {
                throw OutgoingFailure.of(e, deadline.hasPassed());
            }
        }
    }

    /// Whether the request was sent on a kept connection that the server was closing. It is then sent once more, so
    /// the server may receive it twice.
    private static boolean isStale(Exception e, HttpClientContext context) {
        EndpointDetails connection = context.getEndpointDetails();
        return connection != null
                && connection.getRequestCount() > 1
                && (e instanceof NoHttpResponseException || e instanceof SocketException);
    }

    /// Schedules the closing of idle connections, so that they do not stay open if no other request follows.
    private void tidyLater() {
        if (!tidying.getAndSet(true)) {
            long after = 2 * KEEP_ALIVE.toMilliseconds();
            try {
                ScheduledFuture<?> _ = timer.schedule(this::tidy, after, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The connections are being closed.
                return;
            }
        }
    }

    /// Closes idle connections on a separate thread, because closing a TLS connection writes to its socket, which
    /// may block.
    private void tidy() {
        tidying.set(false);
        Thread _ = Thread.startVirtualThread(() -> connections.closeIdle(KEEP_ALIVE));
    }

    private OutgoingReply exchange(OutgoingRequest request, Deadlines.Deadline deadline, HttpClientContext context)
            throws IOException {
        if (request.url().getRawUserInfo() != null) {
            throw new ProtocolException("a user name or password in the URL");
        }
        HttpUriRequestBase message = new HttpUriRequestBase(request.method(), request.url());
        request.headers().forEach(header -> message.addHeader(header.name(), header.value()));
        if (!message.containsHeader(USER_AGENT.getName())) {
            message.addHeader(USER_AGENT);
        }
        if (request.body() != null) {
            message.setEntity(new ByteArrayEntity(request.body(), null));
        }
        // The socket's timeout applies to each read, so a receiver that sends a byte now and then could hold the
        // connection forever. The deadline closes the connection in any case.
        deadline.stopping(message::cancel);
        HttpHost host = new HttpHost(message.getScheme(), message.getAuthority());
        try (ClassicHttpResponse response =
                ScopedValue.where(exchange, deadline).call(() -> client.executeOpen(host, message, context))) {
            HttpEntity entity = response.getEntity();
            byte[] body = NOTHING;
            boolean isWhole = true;
            if (entity != null) {
                // Reading to the end returns the connection to the pool; closing earlier closes the connection.
                InputStream in = entity.getContent();
                body = in.readNBytes(request.keep());
                isWhole = skip(in) == 0;
            }
            return new OutgoingReply(
                    response.getCode(), text(response, "Content-Type"), text(response, "Retry-After"), body, isWhole);
        }
    }

    private static int skip(InputStream in) throws IOException {
        byte[] piece = new byte[1 << 10];
        int skipped = 0;
        for (int read = in.read(piece); read >= 0 && skipped <= MAX_SKIPPED_BYTES; read = in.read(piece)) {
            skipped += read;
        }
        return skipped;
    }

    private static @Nullable String text(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    /// Closes all connections, including those in use.
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        timer.shutdownNow();
    }
}
