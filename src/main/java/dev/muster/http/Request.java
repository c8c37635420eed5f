package dev.muster.http;

import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request, already matched to its route: path and query are decoded, the body is bounded. Belongs to the
/// thread that handles it.
///
/// The engine implements what has to be read from the connection, so that dialects see nothing of Helidon.
public abstract class Request {

    private final Route route;
    private final List<String> names;
    private final List<String> parameters;
    private final Form query;
    private final String serverId;
    private final @Nullable String clientId;
    private final BasePath base;
    private final String path;

    /// @param names of the parameters in the route's template
    /// @param parameters their values, in the same order
    /// @param path as the client sent it, without the base path
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

    /// The id of the request in its reply, in `X-Request-Id` and in problems: the client's own if it sent a valid
    /// one, otherwise the server's.
    public String id() {
        return clientId == null ? serverId : clientId;
    }

    /// The server's own id of the request: 96 random bits. Logs and the journal use it; the reply has it in
    /// `Muster-Request-Id` where its `X-Request-Id` is the client's.
    public String serverId() {
        return serverId;
    }

    /// The client's `X-Request-Id`; null if it sent none, or one that is not 1 to 64 of `A-Z a-z 0-9 _ . -`.
    public @Nullable String clientId() {
        return clientId;
    }

    /// The method of the route; GET for HEAD too.
    public Method method() {
        return route.method();
    }

    /// The template of the route, as it was declared.
    public String template() {
        return route.template();
    }

    /// The requested path as the client sent it, without the base path: percent-encoded, visible ASCII.
    public String rawPath() {
        return path;
    }

    /// A path of this server as clients have to request it, below the base path.
    ///
    /// @param path beginning with a slash
    public String at(String path) {
        return base.at(path);
    }

    /// A parameter of the path, decoded, never empty, without U+0000.
    ///
    /// @throws IllegalArgumentException when the template has no such parameter, which is a bug
    public String path(String name) {
        int at = names.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException(template() + " has no parameter " + name);
        }
        return parameters.get(at);
    }

    /// The first value of a query parameter, decoded; empty when it has no value, null when it is not there.
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

    /// A header, null when it is not there. Several lines of one name are joined by `, `, so that a header that
    /// was sent twice is never silently taken for one of the two. Bytes outside ASCII read as U+FFFD.
    ///
    /// @param name in any case
    public abstract @Nullable String header(String name);

    /// The media type of the body in lower case, without parameters; empty when the client does not say.
    public String contentType() {
        String header = header("Content-Type");
        if (header == null) {
            return "";
        }
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /// The whole body; empty without one. Read at the first call. Not to be changed.
    ///
    /// @throws HttpException with BodyTooLarge, BodyTimedOut, Malformed or Overloaded
    public abstract byte[] body();

    /// The length of the body as announced by the client, at most the route's limit; 0 without a body or when it
    /// is chunked. No more than that is read.
    public abstract long announced();

    /// Adds a header to the reply, also if that is a fault of the engine. A second value for a name replaces the
    /// first.
    ///
    /// @param value visible ASCII and spaces; anything else is a bug of the caller and throws
    public abstract void answerWith(String name, String value);

    /// Whether the body is said to be a form, which [#form] reads.
    public boolean hasForm() {
        String type = contentType();
        return type.equals(UrlEncoded.TYPE) || type.equals(Multipart.TYPE);
    }

    /// The body as a form, `application/x-www-form-urlencoded` or `multipart/form-data`. A part with a file name
    /// is a value like any other.
    ///
    /// @throws HttpException with UnsupportedCoding when the body is of neither type; with Malformed when it is
    ///     broken or cut short, not UTF-8, holds U+0000, has over 200 parameters or one whose name is over 1,024
    ///     characters; and as [#body] does
    public Form form() {
        return switch (contentType()) {
            case UrlEncoded.TYPE -> UrlEncoded.body(body());
            case Multipart.TYPE -> Multipart.read(body(), Objects.requireNonNull(header("Content-Type")));
            default -> throw new HttpException(new Fault.UnsupportedCoding("The body must be a form."));
        };
    }

    /// The body as it arrives, for long ones. Not to be combined with [#body]. The same limits hold; its reads
    /// throw [HttpException].
    public abstract InputStream bodyStream();

    /// The client's address: the peer, or the last address in `X-Forwarded-For` that is not a trusted proxy.
    public abstract InetAddress client();

    /// Tells the server that the credential of this request is good. Its body may then arrive slowly and use the
    /// memory reserved for such requests, and its connection is not closed in favour of others. Called before the
    /// body is read.
    public abstract void proven();

    /// Names the sender of this request in the access log. Of several calls the last one counts.
    public abstract void identify(Identity proven);

    /// `https` on a TLS connection, else `http`, whatever a proxy says: absolute addresses come from the
    /// configuration.
    public abstract String scheme();

    /// Address and port of this server at which the connection arrived. Not `Host`, which anybody can choose: a
    /// link made of it would lead there.
    public abstract String authority();
}
