package dev.muster.http.engine;

import dev.muster.http.BasePath;
import dev.muster.http.Form;
import dev.muster.http.Identity;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.RoutingRequest;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as Helidon received it.
final class ReceivedRequest extends Request {

    private final RoutingRequest received;
    private final Connection connection;
    private final Body body;
    private final int bodyLimit;
    private final TrustedProxies proxies;
    private String[] replyHeaders = {};
    private @Nullable Identity identity;

    ReceivedRequest(
            RoutingRequest received,
            Connection connection,
            Body body,
            String serverId,
            @Nullable String clientId,
            RouteTree.Entry matched,
            List<String> parameters,
            Form query,
            TrustedProxies proxies,
            BasePath base,
            String path) {
        super(matched.route(), matched.names(), parameters, query, serverId, clientId, base, path);
        this.received = received;
        this.connection = connection;
        this.body = body;
        this.bodyLimit = matched.route().bodyLimit();
        this.proxies = proxies;
    }

    @Override
    public @Nullable String header(String name) {
        return header(received, HeaderNames.create(name));
    }

    /// All `X-Forwarded-For` lines joined by commas; null without any.
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
        return body.whole(bodyLimit);
    }

    @Override
    public long announced() {
        return body.announced(bodyLimit);
    }

    @Override
    public InputStream bodyStream() {
        return body.stream(bodyLimit);
    }

    @Override
    public void answerWith(String name, String value) {
        Reply.checkHeader(name, value);
        for (int i = 0; i < replyHeaders.length; i += 2) {
            if (replyHeaders[i].equals(name)) {
                replyHeaders[i + 1] = value;
                return;
            }
        }
        int length = replyHeaders.length;
        replyHeaders = Arrays.copyOf(replyHeaders, length + 2);
        replyHeaders[length] = name;
        replyHeaders[length + 1] = value;
    }

    /// The headers that [#answerWith] added, names and values by turns.
    String[] replyHeaders() {
        return replyHeaders;
    }

    @Override
    public InetAddress client() {
        return proxies.client(connection.peer(), forwardedFor(received));
    }

    @Override
    public void proven() {
        connection.prove();
    }

    @Override
    public void identify(Identity proven) {
        identity = proven;
    }

    /// Null where no credential was proven.
    @Nullable
    Identity identity() {
        return identity;
    }

    @Override
    public String scheme() {
        return connection.isSecure() ? "https" : "http";
    }

    @Override
    public String authority() {
        InetSocketAddress local = connection.local();
        String host = local.getAddress().getHostAddress();
        boolean six = local.getAddress() instanceof Inet6Address;
        // What follows a percent sign is the name of a network interface.
        return (six ? "[" + host.replaceFirst("%.*", "") + "]" : host) + ":" + local.getPort();
    }
}
