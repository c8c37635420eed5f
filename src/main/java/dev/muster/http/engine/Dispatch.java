package dev.muster.http.engine;

import dev.muster.http.BasePath;
import dev.muster.http.Compression;
import dev.muster.http.Fault;
import dev.muster.http.FaultRenderer;
import dev.muster.http.Form;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Identity;
import dev.muster.http.ListenerConfig;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.Route;
import dev.muster.http.UrlEncoded;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
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
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes each request from Helidon to its handler and the reply back. It stands in the place of Helidon's own routing:
/// paths are matched raw and decoded strictly, and every refusal gets the words of a face.
final class Dispatch implements HttpRouting {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private static final Header NO_STORE = HeaderValues.createCached("Cache-Control", "no-store");

    /// No browser guesses what a reply is, whatever somebody has stored in it.
    private static final Header NOSNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");

    /// A browser that has once been here over TLS comes back over TLS alone, for a year.
    private static final Header TLS_ONLY = HeaderValues.createCached("Strict-Transport-Security", "max-age=31536000");

    /// Helidon takes a header line that begins with its colon.
    private static final HeaderName NO_NAME = HeaderNames.create("");

    private static final Header JSON = HeaderValues.createCached("Content-Type", Reply.JSON);
    private static final byte[] NOTHING = {};
    private static final Duration SOON = Duration.ofSeconds(1);

    /// Stands for the route of a request that has none, while its face's watch looks at it.
    private static final Route NO_ROUTE = Route.post("/", _ -> {
                throw new IllegalStateException("no request is handled here");
            })
            .withBodyLimit(HttpApi.WATCHED_BYTES);

    /// Helidon says so when the headers together are longer than it was told to take.
    private static final String HEADERS_TOO_LONG = "Header size exceeded";

    private static final String BAD_HEAD = "The request line or a header is not as it should be.";

    private final Connections connections;
    private final RouteTree routes;
    private final List<HttpApi> longestBaseFirst;
    private final HttpApi fallback;
    private final Map<String, RouteMeters> unmatched = new HashMap<>();
    private final TrustedProxies proxies;
    private final BasePath base;
    private final boolean tls;

    /// Helidon's names of the headers that replies have; it folds and looks up a name each time it makes one. The names
    /// are those in the code, so they are few.
    private final ConcurrentHashMap<String, HeaderName> headerNames = new ConcurrentHashMap<>();

    private final ListenerConfig.@Nullable Bare bare;
    private final byte[] bareJson;
    private final AccessLog log;
    private final LongAdder underWay = new LongAdder();

    Dispatch(
            ListenerConfig listening,
            List<HttpApi> httpApis,
            HttpApi fallback,
            Connections connections,
            MeterRegistry registry,
            AccessLog log) {
        RouteMeters.Source meters = new RouteMeters.Source(registry);
        this.connections = connections;
        this.routes = new RouteTree(httpApis, meters);
        this.longestBaseFirst = httpApis.stream()
                .sorted(Comparator.comparingInt(
                                (HttpApi httpApi) -> httpApi.base().length())
                        .reversed())
                .toList();
        this.fallback = fallback;
        for (HttpApi httpApi : httpApis) {
            unmatched.put(httpApi.name(), meters.of(httpApi.name(), "any", "unmatched"));
        }
        unmatched.computeIfAbsent(fallback.name(), name -> meters.of(name, "any", "unmatched"));
        this.proxies = new TrustedProxies(listening.trustedProxies());
        this.base = listening.base();
        this.tls = listening.tls() != null;
        this.bare = listening.bare();
        this.bareJson = bare == null ? NOTHING : bare.json().getBytes(StandardCharsets.UTF_8);
        this.log = log;
        Gauge.builder("http.requests.active", underWay, LongAdder::sum)
                .tag("server", listening.name())
                .register(registry);
        gauge(registry, listening, "http.connections", Connections::count);
        gauge(registry, listening, "http.connections.max", each -> each.limits().connections());
        gauge(registry, listening, "http.replies.large", Connections::making);
        gauge(registry, listening, "http.replies.streamed", Connections::streaming);
        gauge(registry, listening, "http.receiving.bytes", each -> each.memory().held());
    }

    private void gauge(
            MeterRegistry registry, ListenerConfig listening, String name, ToDoubleFunction<Connections> value) {
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
        if (bare != null && bare.path().equals(received.prologue().uriPath().rawPath())) {
            response.header(JSON);
            if (connection.isHttp10()) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
            response.send(bareJson);
            connection.end();
            if (connection.isHttp10()) {
                throw new CloseConnectionException("closed after a request in HTTP/1.0");
            }
            return;
        }
        underWay.increment();
        try {
            new Exchange(connection, received, response).run();
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error("a reply could not be sent", e);
            throw new CloseConnectionException("a reply could not be sent", e);
        } finally {
            underWay.decrement();
        }
    }

    /// One request and its reply.
    private final class Exchange {

        private final long began = System.nanoTime();
        private final Connection connection;
        private final RoutingRequest received;
        private final RoutingResponse response;
        private final Body body;
        private final String serverId;
        private final @Nullable String clientId;
        private final String id;

        private @Nullable ReceivedRequest request;
        private HttpApi httpApi = fallback;
        private RouteMeters meters;
        private boolean malformed;
        private boolean making;
        private boolean streaming;
        private int replyRoom;
        private long bytes;

        Exchange(Connection connection, RoutingRequest received, RoutingResponse response) {
            this.connection = connection;
            this.received = received;
            this.response = response;
            this.body = new Body(received, connection, connections.limits(), proxies);
            this.serverId = connection.requestIds().fresh();
            this.clientId = RequestIds.fit(requestId(received));
            this.id = clientId == null ? serverId : clientId;
            this.meters = unmatched(fallback);
        }

        void run() {
            try {
                reply();
            } finally {
                if (replyRoom > 0) {
                    connections.giveReplyBytesBack(replyRoom);
                }
                if (streaming) {
                    connections.giveStreamingBack();
                }
            }
        }

        private void reply() {
            Reply reply = answer();
            connection.giveBack();
            boolean goOn =
                    !malformed && body.discard() && !connections.stopping() && !connection.isHttp10() && !closeAsked();
            reply = send(reply, goOn);
            long nanos = System.nanoTime() - began;
            meters.record(reply.status(), nanos);
            Identity identity = request == null ? null : request.identity();
            log.answered(meters, reply.status(), nanos, bytes, serverId, identity);
            if (goOn) {
                connection.end();
                return;
            }
            body.linger();
            // Helidon would go on reading requests, and take what is left of this one's body for the next.
            throw new CloseConnectionException("closed after the reply");
        }

        private Reply answer() {
            try {
                Reply reply = Compression.applied(handle(), acceptEncoding());
                replyRoom = connections.takeReplyBytes(reply.body().length);
                made();
                if (reply.content() != null || replyRoom > 0) {
                    body.skip();
                }
                if (reply.content() != null) {
                    connections.takeStreaming();
                    streaming = true;
                }
                return reply;
            } catch (HttpException refused) {
                // Who does not speak HTTP well may mean the bytes behind it differently, too.
                malformed = refused.fault() instanceof Fault.Malformed;
                return refusal(refused.fault());
            } catch (CloseConnectionException gone) {
                throw gone;
            } catch (InterruptedException e) {
                // Only a server that has run out of patience at its end interrupts a handler.
                throw new CloseConnectionException("interrupted", e);
            } catch (Exception | StackOverflowError | AssertionError e) {
                return bug(e);
            } finally {
                made();
            }
        }

        private @Nullable String acceptEncoding() {
            return received.headers().contains(HeaderNames.ACCEPT_ENCODING)
                    ? String.join(",", received.headers().all(HeaderNames.ACCEPT_ENCODING, List::of))
                    : null;
        }

        private void made() {
            if (making) {
                connections.giveMakingBack();
                making = false;
            }
        }

        private Reply handle() throws Exception {
            HttpPrologue prologue = received.prologue();
            String path = ownPath(prologue.uriPath().rawPath());
            httpApi = faceOf(path);
            meters = unmatched(httpApi);
            if (connections.stopping()) {
                throw new HttpException(new Fault.Overloaded(SOON));
            }
            if (!path.startsWith("/") || prologue.fragment().hasValue()) {
                throw new HttpException(new Fault.Malformed("The request line is not as it should be."));
            }
            if (received.headers().contains(NO_NAME)
                    || !connection.hosts().areFine(received.headers(), connection.isHttp10())) {
                throw new HttpException(new Fault.Malformed(BAD_HEAD));
            }
            if (connection.isHttp10() && received.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
                // HTTP/1.0 has none, so somebody on the way may have taken the body for something else.
                throw new HttpException(new Fault.Malformed("HTTP/1.0 has no transfer codings."));
            }
            Form query = prologue.hasQuery() ? UrlEncoded.query(prologue.query().rawValue()) : Form.EMPTY;
            RouteTree.Found found = routes.find(path);
            if (found == null) {
                showToWatch(query, path);
                throw new HttpException(new Fault.NoSuchPath());
            }
            String token = prologue.method().text();
            Method method = Method.of(token);
            RouteTree.Entry entry = method == null ? null : found.entries().get(method);
            if (entry == null) {
                httpApi = found.httpApi();
                meters = unmatched(httpApi);
                showToWatch(query, path);
                throw new HttpException(new Fault.MethodNotAllowed(printable(token), found.allowed()));
            }
            httpApi = entry.httpApi();
            meters = entry.meters();
            if (entry.route().large()) {
                connections.takeMaking();
                making = true;
            }
            ReceivedRequest known = new ReceivedRequest(
                    received, connection, body, serverId, clientId, entry, found.values(), query, proxies, base, path);
            request = known;
            return entry.route().handler().handle(known);
        }

        private void showToWatch(Form query, String path) {
            HttpApi.Watch watch = httpApi.watch();
            if (watch != null) {
                RouteTree.Entry none = new RouteTree.Entry(httpApi, NO_ROUTE, List.of(), meters);
                watch.saw(new ReceivedRequest(
                        received, connection, body, serverId, clientId, none, List.of(), query, proxies, base, path));
            }
        }

        private Reply refusal(Fault fault) {
            try {
                return worded(httpApi, fault, id);
            } catch (RuntimeException e) {
                return bug(e);
            }
        }

        private Reply bug(Throwable e) {
            LOG.error("request {}: {} {} failed", serverId, meters.method(), meters.template(), e);
            try {
                return worded(httpApi, new Fault.Internal(), id);
            } catch (RuntimeException again) {
                LOG.error("request {}: the face {} has no words for it", serverId, httpApi.name(), again);
                return FaultRenderer.PLAIN.reply(new Fault.Internal(), id);
            }
        }

        private boolean closeAsked() {
            // Looking for a token is slow, and hardly anybody sends the header.
            return received.headers().contains(HeaderNames.CONNECTION)
                    && received.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
        }

        /// @return what was sent, which is another reply when a stream failed before its first bytes
        private Reply send(Reply reply, boolean goOn) {
            if (!goOn) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
            head(response.headers(), reply, id);
            if (clientId != null) {
                response.headers().set(HeaderValues.create(SERVER_ID, serverId));
            }
            if (request != null) {
                String[] more = request.replyHeaders();
                for (int i = 0; i < more.length; i += 2) {
                    response.headers().set(HeaderValues.create(headerName(more[i]), more[i + 1]));
                }
            }
            response.status(statusOf(reply.status()));
            boolean headOnly = received.prologue().method().text().equals("HEAD");
            Reply.Content content = reply.content();
            if (content != null && !headOnly) {
                Reply instead = connection.isHttp10() && !response.headers().contains(HeaderNames.CONTENT_LENGTH)
                        ? streamUntilTheEnd(content)
                        : stream(content);
                return instead == null ? reply : send(instead, goOn);
            }
            byte[] whole = reply.body();
            if (headOnly) {
                if (whole.length > 0) {
                    response.headers().contentLength(whole.length);
                }
                whole = NOTHING;
            }
            bytes = whole.length;
            response.send(whole);
            return reply;
        }

        /// @return what to send instead, because nothing has left yet; null when all has left
        private @Nullable Reply stream(Reply.Content content) {
            Counted out = new Counted(response.outputStream());
            try {
                content.writeTo(out);
                out.close();
                response.commit();
                bytes = out.count;
                return null;
            } catch (CloseConnectionException gone) {
                throw gone;
            } catch (IOException | RuntimeException e) {
                if (response.reset()) {
                    return e instanceof HttpException refused ? refusal(refused.fault()) : bug(e);
                }
                LOG.error("request {}: {} broke off in its reply", serverId, meters.template(), e);
                // Without its last chunk the client knows that the reply is not whole.
                throw new CloseConnectionException("a streamed reply broke off", e);
            }
        }

        /// As [#stream], without chunks, which HTTP/1.0 does not know: the end of the connection is the end of the
        /// body.
        private @Nullable Reply streamUntilTheEnd(Reply.Content content) {
            UnframedBody out = new UnframedBody(response, connection.dataWriter());
            try {
                content.writeTo(out);
                out.end();
                bytes = out.count();
                return null;
            } catch (CloseConnectionException gone) {
                throw gone;
            } catch (IOException | RuntimeException e) {
                if (!out.isUnderWay()) {
                    response.headers().clear();
                    response.header(HeaderValues.CONNECTION_CLOSE);
                    return e instanceof HttpException refused ? refusal(refused.fault()) : bug(e);
                }
                LOG.error("request {}: {} broke off in its reply", serverId, meters.template(), e);
                connection.reset();
                throw new CloseConnectionException("a streamed reply broke off", e);
            }
        }
    }

    /// What Helidon refuses before there is a request to dispatch. The connection ends with it.
    DirectHandler.TransportResponse refuse(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType event,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        long began = System.nanoTime();
        String raw = request.path();
        HttpApi httpApi = faceOf(raw == null ? "" : ownPath(raw));
        String id = new RequestIds().fresh();
        Fault fault = faultOf(status, message);
        LOG.debug("request {}: refused by the protocol layer: {} {} {}", id, event, status, message);
        Reply reply;
        try {
            // Without a path nobody knows whose client it is.
            reply = raw == null || raw.isEmpty() ? FaultRenderer.PLAIN.reply(fault, id) : worded(httpApi, fault, id);
        } catch (RuntimeException e) {
            LOG.error("request {}: the face {} has no words for it", id, httpApi.name(), e);
            reply = FaultRenderer.PLAIN.reply(fault, id);
        }
        head(headers, reply, id);
        byte[] bytes = "HEAD".equals(request.method()) ? NOTHING : reply.body();
        RouteMeters meters = unmatched(httpApi);
        long nanos = System.nanoTime() - began;
        meters.record(reply.status(), nanos);
        log.answered(meters, reply.status(), nanos, bytes.length, id, null);
        return DirectHandler.TransportResponse.builder()
                .status(statusOf(reply.status()))
                .headers(headers)
                .keepAlive(false)
                .entity(bytes)
                .build();
    }

    private static Fault faultOf(Status status, @Nullable String message) {
        return switch (status.code()) {
            case 413 -> new Fault.BodyTooLarge(0);
            case 414 -> new Fault.UriTooLong();
            case 431 -> new Fault.HeadersTooLarge();
            case 501 -> new Fault.UnsupportedCoding("The transfer coding of the body is not spoken here.");
            case 503 -> new Fault.Overloaded(SOON);
            // One that opens its connection is taken: see Connection.
            case 505 -> new Fault.Malformed("A request in HTTP/1.0 must be the only one of its connection.");
            default -> {
                if (HEADERS_TOO_LONG.equals(message)) {
                    yield new Fault.HeadersTooLarge();
                }
                // Also what Helidon calls an internal error: outside of Dispatch, which keeps its own bugs to
                // itself, only its parser is at work, and that trips over some bad request lines.
                yield new Fault.Malformed(BAD_HEAD);
            }
        };
    }

    /// The face's words, with the headers that HTTP wants beside them.
    private static Reply worded(HttpApi httpApi, Fault fault, String id) {
        Reply reply = httpApi.renderer().reply(fault, id);
        return switch (fault) {
            case Fault.MethodNotAllowed wrong -> reply.with("Allow", String.join(", ", wrong.allowed()));
            case Fault.Overloaded busy -> retryAfter(reply, busy.retryAfter());
            case Fault.TooManyAttempts many -> retryAfter(reply, many.retryAfter());
            default -> reply;
        };
    }

    private static Reply retryAfter(Reply reply, Duration wait) {
        return reply.with("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
    }

    private void head(ServerResponseHeaders headers, Reply reply, String id) {
        String type = reply.type();
        if (type != null) {
            headers.set(type.equals(Reply.JSON) ? JSON : HeaderValues.create(HeaderNames.CONTENT_TYPE, type));
        }
        headers.set(HeaderValues.create(REQUEST_ID, id));
        String[] own = reply.headers();
        for (int i = 0; i < own.length; i += 2) {
            headers.add(HeaderValues.create(headerName(own[i]), own[i + 1]));
        }
        if (own.length == 0 || reply.header("Cache-Control") == null) {
            headers.set(NO_STORE);
        }
        headers.set(NOSNIFF);
        if (tls) {
            headers.set(TLS_ONLY);
        }
    }

    private HeaderName headerName(String name) {
        HeaderName known = headerNames.get(name);
        if (known == null) {
            known = HeaderNames.create(name);
            headerNames.put(name, known);
        }
        return known;
    }

    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final HeaderName SERVER_ID = HeaderNames.create("Muster-Request-Id");

    private static @Nullable String requestId(RoutingRequest received) {
        return received.headers().contains(REQUEST_ID)
                ? received.headers().get(REQUEST_ID).get()
                : null;
    }

    /// A client that takes this server for a proxy names it in the request line; only the path counts.
    private static String pathOf(String target) {
        if (target.startsWith("http://") || target.startsWith("https://")) {
            int slash = target.indexOf('/', target.indexOf("//") + 2);
            return slash < 0 ? "/" : target.substring(slash);
        }
        return target;
    }

    /// The path of this server that a request is for, whether a proxy in front has stripped the base path or
    /// not. A path that has a route as it stands is meant as it stands.
    private String ownPath(String target) {
        String path = pathOf(target);
        String below = base.below(path);
        return below == null || routes.owner(path) != null ? path : below;
    }

    /// Who words what is refused before it is known which route it is for.
    private HttpApi faceOf(String path) {
        for (HttpApi httpApi : longestBaseFirst) {
            if (!httpApi.base().isEmpty() && httpApi.covers(path)) {
                return httpApi;
            }
        }
        HttpApi owner = routes.owner(path);
        return owner == null ? fallback : owner;
    }

    private RouteMeters unmatched(HttpApi httpApi) {
        RouteMeters known = unmatched.get(httpApi.name());
        if (known == null) {
            throw new IllegalStateException("not a face of this server: " + httpApi.name());
        }
        return known;
    }

    private static String printable(String method) {
        boolean fit = method.length() <= 32
                && method.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-');
        return fit ? method : "?";
    }

    private static Status statusOf(int code) {
        return switch (code) {
            case 200 -> Status.OK_200;
            case 201 -> Status.CREATED_201;
            default -> Status.create(code);
        };
    }

    private static final class Counted extends FilterOutputStream {

        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
