package dev.muster.http.engine;

import dev.muster.http.Form;
import dev.muster.http.Identity;
import dev.muster.http.ReplyHeader;
import dev.muster.http.Request;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.RoutingRequest;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as Helidon received it.
final class ReceivedRequest extends Request {

    private final Exchange exchange;
    private final int bodyLimit;
    private final List<ReplyHeader> replyHeaders = new ArrayList<>(2);
    private @Nullable Identity identity;

    /// @param values the values of the path parameters
    /// @param path the path as the client sent it, without the base path
    ReceivedRequest(Exchange exchange, RouteTree.Entry matched, List<String> values, Form query, String path) {
        super(
                matched.route(),
                matched.names(),
                values,
                query,
                exchange.serverId,
                exchange.clientId,
                exchange.dispatch.listening.base(),
                path);
        this.exchange = exchange;
        this.bodyLimit = matched.route().bodyLimit();
    }

    @Override
    public @Nullable String header(String name) {
        return header(exchange.received, exchange.dispatch.headers.name(name));
    }

    /// All `X-Forwarded-For` headers joined by commas; null if absent.
    static @Nullable String forwardedFor(RoutingRequest received) {
        return header(received, HeaderNames.X_FORWARDED_FOR);
    }

    private static @Nullable String header(RoutingRequest received, HeaderName name) {
        if (!received.headers().contains(name)) {
            return null;
        }
        List<String> lines = received.headers().all(name, List::of);
        return lines.size() == 1 ? lines.getFirst() : String.join(", ", lines);
    }

    @Override
    public byte[] body() {
        return exchange.body.whole(bodyLimit);
    }

    @Override
    public long announced() {
        return exchange.body.announced(bodyLimit);
    }

    @Override
    public InputStream bodyStream() {
        return exchange.body.stream(bodyLimit);
    }

    @Override
    public void answerWith(ReplyHeader header) {
        for (int i = 0; i < replyHeaders.size(); i++) {
            if (replyHeaders.get(i).name().equals(header.name())) {
                replyHeaders.set(i, header);
                return;
            }
        }
        replyHeaders.add(header);
    }

    /// The headers that [#answerWith] added.
    List<ReplyHeader> replyHeaders() {
        return replyHeaders;
    }

    @Override
    public InetAddress client() {
        return exchange.body.client();
    }

    @Override
    public void markAuthenticated() {
        exchange.connection.markAuthenticated();
    }

    @Override
    public boolean pauseRendering(Pause pause) throws InterruptedException {
        return exchange.pauseRendering(pause);
    }

    @Override
    public void identify(Identity proven) {
        identity = proven;
    }

    /// The sender, for the access log; null if the request was not authenticated.
    @Nullable
    Identity identity() {
        return identity;
    }

    @Override
    public String scheme() {
        return exchange.connection.isSecure() ? "https" : "http";
    }

    @Override
    public String authority() {
        InetSocketAddress local = exchange.connection.local();
        String host = local.getAddress().getHostAddress();
        boolean isIpv6 = local.getAddress() instanceof Inet6Address;
        // Omits the network interface, such as `%eth0` in `fe80::1%eth0`.
        return (isIpv6 ? "[" + host.replaceFirst("%.*", "") + "]" : host) + ":" + local.getPort();
    }
}
