package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.FaultRenderer;
import dev.muster.http.HttpApi;
import dev.muster.http.ListenerConfig;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Receives each request from Helidon and lets an [Exchange] answer it. Replaces Helidon's routing, so that
/// paths are split before they are decoded, decoded strictly, and refused in the format of their API.
final class Dispatch implements HttpRouting {

    static final String BAD_HEAD = "The request line or a header is malformed.";
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /// Helidon's message if the headers are too long.
    private static final String HEADERS_TOO_LONG = "Header size exceeded";

    final ListenerConfig listening;
    final Connections connections;
    final RouteTree routes;
    final TrustedProxies proxies;
    final ReplyHeaders headers;
    final AccessLog log;

    private final @Nullable String barePath;
    private final byte[] bareJson;
    private final LongAdder underWay = new LongAdder();

    Dispatch(
            ListenerConfig listening,
            List<HttpApi> httpApis,
            HttpApi fallback,
            Connections connections,
            MeterRegistry registry,
            AccessLog log) {
        this.listening = listening;
        this.connections = connections;
        this.routes = new RouteTree(httpApis, fallback, listening.base(), registry);
        this.proxies = new TrustedProxies(listening.trustedProxies());
        this.headers = new ReplyHeaders(listening.tls() != null);
        this.log = log;
        ListenerConfig.Bare bare = listening.bare();
        this.barePath = bare == null ? null : bare.path();
        this.bareJson = bare == null ? new byte[0] : bare.json().getBytes(StandardCharsets.UTF_8);
        gauge(registry, "http.requests.active", _ -> underWay.sum());
        gauge(registry, "http.connections", Connections::count);
        gauge(registry, "http.connections.max", each -> each.limits.connections());
        gauge(registry, "http.replies.large", each -> each.largeReplies.inUse());
        gauge(registry, "http.replies.streamed", each -> each.streams.inUse());
        gauge(registry, "http.replies.live", Connections::countLive);
        gauge(registry, "http.receiving.bytes", each -> each.memory.held());
    }

    private void gauge(MeterRegistry registry, String name, ToDoubleFunction<Connections> value) {
        Gauge.builder(name, connections, value).tag("server", listening.name()).register(registry);
    }

    @Override
    public HttpSecurity security() {
        return HttpSecurity.create();
    }

    @Override
    public void beforeStart() {}

    @Override
    public void route(ConnectionContext context, RoutingRequest received, RoutingResponse response) {
        Connection connection = (Connection) context;
        connection.begin(Method.of(received.prologue().method().text()) == Method.GET);
        if (barePath != null && barePath.equals(received.prologue().uriPath().rawPath())) {
            sendBare(connection, response);
            return;
        }
        underWay.increment();
        try {
            new Exchange(this, connection, received, response).run();
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error("a reply could not be sent", e);
            throw new CloseConnectionException("a reply could not be sent", e);
        } finally {
            underWay.decrement();
        }
    }

    private void sendBare(Connection connection, RoutingResponse response) {
        response.header(ReplyHeaders.JSON);
        if (connection.isHttp10()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.send(bareJson);
        connection.end();
        if (connection.isHttp10()) {
            throw new CloseConnectionException("closed after a request in HTTP/1.0");
        }
    }

    /// Renders Helidon's refusal of a request that it could not dispatch. The connection is closed.
    DirectHandler.TransportResponse refuse(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType event,
            Status status,
            ServerResponseHeaders responseHeaders,
            @Nullable String message) {
        long began = System.nanoTime();
        String raw = request.path();
        RouteTree.Entry entry = routes.unmatched(raw == null ? "" : routes.ownPath(raw));
        String id = new RequestIds().newId();
        Fault fault = faultOf(status, message);
        LOG.debug("request {}: refused by the protocol layer: {} {} {}", id, event, status, message);
        // Without a path, the API is unknown.
        Reply reply = raw == null || raw.isEmpty()
                ? FaultRenderer.PLAIN.reply(fault, id)
                : ReplyHeaders.refusal(entry.httpApi(), fault, id, id);
        headers.set(responseHeaders, reply, id);
        byte[] bytes = "HEAD".equals(request.method()) ? new byte[0] : reply.body();
        long nanos = System.nanoTime() - began;
        entry.meters().record(reply.status(), nanos);
        log.answered(entry.meters(), reply.status(), nanos, bytes.length, id, null);
        return DirectHandler.TransportResponse.builder()
                .status(ReplyHeaders.statusOf(reply.status()))
                .headers(responseHeaders)
                .keepAlive(false)
                .entity(bytes)
                .build();
    }

    private static Fault faultOf(Status status, @Nullable String message) {
        return switch (status.code()) {
            case 413 -> new Fault.BodyTooLarge(0);
            case 414 -> new Fault.UriTooLong();
            case 431 -> new Fault.HeadersTooLarge();
            case 501 -> new Fault.UnsupportedCoding("The transfer coding of the body is not supported.");
            case 503 -> new Fault.Overloaded(RETRY_AFTER);
            // Connection does not accept HTTP/1.0 in a request that was pipelined after another.
            case 505 ->
                new Fault.Malformed("Requests in HTTP/1.0 cannot be pipelined: send the next one after the response.");
            // This includes Helidon's internal errors, which come from request lines that make its parser throw;
            // Dispatch catches its own bugs.
            default -> HEADERS_TOO_LONG.equals(message) ? new Fault.HeadersTooLarge() : new Fault.Malformed(BAD_HEAD);
        };
    }
}
