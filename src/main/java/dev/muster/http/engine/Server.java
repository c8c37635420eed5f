package dev.muster.http.engine;

import dev.muster.http.HttpApi;
import dev.muster.http.Limits;
import dev.muster.http.ListenException;
import dev.muster.http.ListenerConfig;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;

/// A running HTTP server on one port. A process may have several: the admin port has a separate server.
public final class Server implements AutoCloseable {

    /// How long [#close] waits for accepted requests.
    public static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration NEVER = Duration.ofDays(365);

    /// How many bytes of a reply the operating system buffers. Its default is up to 4 MiB.
    private static final int SEND_BUFFER_BYTES = 256 << 10;

    private final WebServer helidon;
    private final Connections connections;

    private Server(WebServer helidon, Connections connections) {
        this.helidon = helidon;
        this.connections = connections;
    }

    /// Starts a server. Requests are answered as soon as this method returns.
    ///
    /// @param httpApis all dialects served here
    /// @param fallback the API that renders refusals for paths that no API covers; may be one of `httpApis`
    /// @throws ListenException if the port is in use, or the TLS files are unusable
    /// @throws IllegalArgumentException if two routes have the same method and template
    // validateRequestHostHeader is deprecated; see README.md.
    @SuppressWarnings("removal")
    public static Server start(
            ListenerConfig listening, List<HttpApi> httpApis, HttpApi fallback, MeterRegistry meters, AccessLog log) {
        Limits limits = listening.limits();
        Http1ConnectionSelector http1 = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxPrologueLength(limits.headBytes())
                        .maxHeadersSize(limits.headBytes())
                        // Exchange validates paths, queries and hosts, because it can render refusals for the
                        // API.
                        .validatePath(false)
                        .validatePrologue(false)
                        // Reply and Request validate header values.
                        .validateResponseHeaders(false)
                        .validateRequestHostHeader(false)
                        .sendKeepAliveHeader(false)
                        // Even a disabled log costs 1 % of a request's time.
                        .sendLog(false)
                        .receiveLog(false)
                        .build())
                .build();
        Connections connections = new Connections(listening.name(), http1, limits);
        Dispatch dispatch = new Dispatch(listening, httpApis, fallback, connections, meters, log);
        DirectHandlers.Builder refusals = DirectHandlers.builder();
        for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
            refusals.addHandler(event, dispatch::refuse);
        }
        var builder = WebServer.builder()
                .host(listening.host())
                .port(listening.port())
                .shutdownHook(false)
                .protocolsDiscoverServices(false)
                .featuresDiscoverServices(false)
                .addConnectionSelector(connections)
                .directHandlers(refusals.build())
                .contentEncoding(new AnyCoding())
                // This passes the reason for a refusal to Dispatch.
                .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                .maxTcpConnections(limits.connections())
                // Connections closes idle connections itself.
                .idleConnectionTimeout(NEVER)
                .idleConnectionPeriod(NEVER)
                .shutdownGracePeriod(GRACE)
                // With NIO, Helidon would do a reverse DNS lookup for each TLS client.
                .useNio(listening.tls() == null)
                .connectionOptions(new AcceptListener(connections::accepted)
                        .tcpNoDelay(true)
                        .socketSendBufferSize(SEND_BUFFER_BYTES)
                        .buildPrototype());
        if (listening.tls() != null) {
            builder.tls(Tls.builder()
                    .sslContext(StrictTls.of(new CurrentTls(listening.tls(), System::nanoTime)::context))
                    .build());
        }
        checkFree(listening);
        connections.start(dispatch);
        WebServer helidon = builder.build().start();
        if (!helidon.isRunning()) {
            connections.close();
            throw new ListenException("cannot listen on " + listening.host() + ":" + listening.port());
        }
        return new Server(helidon, connections);
    }

    /// The actual port, even if the server was started with port 0.
    public int port() {
        return helidon.port();
    }

    /// Stops accepting connections and requests, and waits up to [#GRACE] for accepted requests; those that
    /// take longer are cut off.
    @Override
    public void close() {
        connections.stop();
        helidon.stop();
        connections.close();
    }

    /// Checks that the address is free and the TLS files are usable, before anything else is set up.
    ///
    /// @throws ListenException as [#start] does
    public static void check(ListenerConfig listening) {
        if (listening.tls() != null) {
            var _ = PemFiles.context(listening.tls());
        }
        checkFree(listening);
    }

    /// Binds the address briefly, because Helidon only logs why it fails to start.
    private static void checkFree(ListenerConfig listening) {
        if (listening.port() == 0) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(listening.host(), listening.port());
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(address);
        } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
            throw new ListenException(
                    "cannot listen on " + listening.host() + ":" + listening.port() + ": " + e.getMessage(), e);
        }
    }
}
