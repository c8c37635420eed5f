package dev.muster.http.engine;

import dev.muster.http.Fault;
import dev.muster.http.FaultRenderer;
import dev.muster.http.HttpApi;
import dev.muster.http.Reply;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the headers that the engine adds to replies and refusals.
final class ReplyHeaders {
    static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    static final Header JSON = HeaderValues.createCached("Content-Type", Reply.JSON);

    private static final Logger LOG = LoggerFactory.getLogger(ReplyHeaders.class);
    private static final Header NO_STORE = HeaderValues.createCached("Cache-Control", "no-store");

    /// The header that keeps browsers from sniffing a content type from stored text.
    private static final Header NOSNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");

    /// The header that makes browsers use only TLS for a year.
    private static final Header TLS_ONLY = HeaderValues.createCached("Strict-Transport-Security", "max-age=31536000");

    private final boolean tls;

    /// A cache of Helidon's header names, which are expensive to create. The cache is unbounded, since all names
    /// come from the code.
    private final ConcurrentHashMap<String, HeaderName> names = new ConcurrentHashMap<>();

    /// @param tls whether the server speaks TLS
    ReplyHeaders(boolean tls) {
        this.tls = tls;
    }

    /// @param id the request id for the reply
    void set(ServerResponseHeaders headers, Reply reply, String id) {
        String type = reply.type();
        if (type != null) {
            headers.set(type.equals(Reply.JSON) ? JSON : HeaderValues.create(HeaderNames.CONTENT_TYPE, type));
        }
        headers.set(HeaderValues.create(REQUEST_ID, id));
        String[] own = reply.headers();
        for (int i = 0; i < own.length; i += 2) {
            headers.add(HeaderValues.create(name(own[i]), own[i + 1]));
        }
        if (own.length == 0 || reply.header("Cache-Control") == null) {
            headers.set(NO_STORE);
        }
        headers.set(NOSNIFF);
        if (tls) {
            headers.set(TLS_ONLY);
        }
    }

    HeaderName name(String name) {
        HeaderName known = names.get(name);
        if (known == null) {
            known = HeaderNames.create(name);
            names.put(name, known);
        }
        return known;
    }

    static Status statusOf(int code) {
        return switch (code) {
            case 200 -> Status.OK_200;
            case 201 -> Status.CREATED_201;
            default -> Status.create(code);
        };
    }

    /// Renders a fault for an API, with the headers that HTTP requires.
    ///
    /// @param id the request id for the reply
    /// @param serverId the request id for logs
    static Reply refusal(HttpApi httpApi, Fault fault, String id, String serverId) {
        try {
            Reply reply = httpApi.renderer().reply(fault, id);
            return switch (fault) {
                case Fault.MethodNotAllowed wrong -> reply.with("Allow", String.join(", ", wrong.allowed()));
                case Fault.Overloaded busy -> retryAfter(reply, busy.retryAfter());
                case Fault.TooManyAttempts many -> retryAfter(reply, many.retryAfter());
                default -> reply;
            };
        } catch (RuntimeException e) {
            LOG.error("request {}: {} could not render a refusal", serverId, httpApi.name(), e);
            return FaultRenderer.PLAIN.reply(new Fault.Internal(), id);
        }
    }

    private static Reply retryAfter(Reply reply, Duration wait) {
        return reply.with("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
    }
}
