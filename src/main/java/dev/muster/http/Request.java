package dev.muster.http;

import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request, already matched to its route. Path and query are decoded, and the body is limited. Not
/// thread-safe.
///
/// The engine implements what must be read from the connection, so that dialects do not depend on Helidon.
public abstract class Request {

    private final Route route;
    private final List<String> names;
    private final List<String> parameters;
    private final Form query;
    private final String serverId;
    private final @Nullable String clientId;
    private final BasePath base;
    private final String path;

    /// @param names the names of the parameters in the route's template
    /// @param parameters their values, in the same order
    /// @param path the path as the client sent it, without the base path
    protected Request(
            Route route,
            List<String> names,
            List<String> parameters,
            Form query,
            String serverId,
            @Nullable String clientId,
            BasePath base,
            String path) {
        this.route = route;
        this.names = names;
        this.parameters = parameters;
        this.query = query;
        this.serverId = serverId;
        this.clientId = clientId;
        this.base = base;
        this.path = path;
    }

    /// The request id that the reply shows, in `X-Request-Id` and in problems: the client's if it sent a
    /// valid one, otherwise the server's.
    public String id() {
        return clientId == null ? serverId : clientId;
    }

    /// The server's own id for the request, which no other request has. Logs and the journal use it; the reply has it
    /// in `Muster-Request-Id` if its `X-Request-Id` is the client's.
    public String serverId() {
        return serverId;
    }

    /// The client's `X-Request-Id`; null if it sent none, or one that is not 1 to 64 of `A-Z a-z 0-9 _ . -`.
    public @Nullable String clientId() {
        return clientId;
    }

    /// The method of the route; GET also for HEAD requests.
    public Method method() {
        return route.method();
    }

    /// The route's template, as declared.
    public String template() {
        return route.template();
    }

    /// The requested path as the client sent it, without the base path: percent-encoded, visible ASCII.
    public String rawPath() {
        return path;
    }

    /// Prepends the base path to a path of this server, for links and redirects.
    ///
    /// @param path a path that begins with a slash
    public String at(String path) {
        return base.at(path);
    }

    /// A decoded path parameter. It is never empty and never contains U+0000.
    ///
    /// @throws IllegalArgumentException if the template has no such parameter, which is a bug
    public String path(String name) {
        int at = names.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException(template() + " has no parameter " + name);
        }
        return parameters.get(at);
    }

    /// The first value of a query parameter, decoded; empty if it has no value, null if absent.
    public @Nullable String query(String name) {
        return query.first(name);
    }

    /// All values of a query parameter, in order.
    public List<String> queryValues(String name) {
        return query.all(name);
    }

    /// The names of all query parameters, in order.
    public Set<String> queryNames() {
        return query.names();
    }

    /// A header; null if absent. Repeated headers are joined by `, `, so that a duplicate is never silently
    /// ignored. Bytes outside ASCII are read as U+FFFD.
    ///
    /// @param name the header's name, in any case
    public abstract @Nullable String header(String name);

    /// The media type of the body in lower case, without parameters; empty if not given.
    public String contentType() {
        String header = header("Content-Type");
        if (header == null) {
            return "";
        }
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /// The whole body; empty if there is none. It is read at the first call and must not be modified.
    ///
    /// @throws HttpException with BodyTooLarge, BodyTimedOut, Malformed or Overloaded
    public abstract byte[] body();

    /// The announced length of the body, at most the route's limit; 0 if there is no body or it is chunked.
    public abstract long announced();

    /// Adds a header to the reply, even if the reply is a fault. A second header of a name replaces the first.
    public abstract void answerWith(ReplyHeader header);

    /// Whether the content type is a form, which [#form] can read.
    public boolean hasForm() {
        String type = contentType();
        return type.equals(UrlEncoded.TYPE) || type.equals(Multipart.TYPE);
    }

    /// The body as a form, `application/x-www-form-urlencoded` or `multipart/form-data`. A part with a file
    /// name is a value like any other.
    ///
    /// @throws HttpException with UnsupportedCoding if the body has neither type; with Malformed if it is broken,
    ///     truncated, not UTF-8, contains U+0000, has more parameters than the route allows or a name longer than
    ///     1,024 characters; and as [#body] does
    public Form form() {
        return switch (contentType()) {
            case UrlEncoded.TYPE -> UrlEncoded.body(body(), route.maxParameters());
            case Multipart.TYPE ->
                Multipart.read(body(), Objects.requireNonNull(header("Content-Type")), route.maxParameters());
            default -> throw new HttpException(new Fault.UnsupportedCoding("The body must be a form."));
        };
    }

    /// A stream of the body as it arrives, for long bodies. Must not be combined with [#body]. The same limits
    /// apply; reading from the stream throws [HttpException] as [#body] does.
    public abstract InputStream bodyStream();

    /// The client's address: the peer, or the last address in `X-Forwarded-For` that is not a trusted proxy.
    public abstract InetAddress client();

    /// Marks the request as authenticated. Its body may then arrive slowly and use the reserved memory, and its
    /// connection is not evicted. Must be called before the body is read.
    public abstract void markAuthenticated();

    /// Waits, and releases the permit to render a large reply during the wait, so that other replies can be
    /// rendered. Acquires the permit again afterwards.
    ///
    /// @return false if the wait was cut short because the server is stopping; the request must then be answered
    ///     immediately
    /// @throws HttpException with Overloaded if no permit becomes available in time
    public abstract boolean pauseRendering(Pause pause) throws InterruptedException;

    /// A wait for something other than the client.
    public interface Pause {
        void await() throws InterruptedException;
    }

    /// Names the sender of this request in the access log. The last call takes precedence.
    public abstract void identify(Identity proven);

    /// `https` on a TLS connection, otherwise `http`. The headers of proxies are ignored, because absolute URLs
    /// come from the configuration.
    public abstract String scheme();

    /// The local address and port of the connection. The `Host` header is not used, because the client chooses it,
    /// and links built from it could lead anywhere.
    public abstract String authority();
}
