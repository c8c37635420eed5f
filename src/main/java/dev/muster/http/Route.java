package dev.muster.http;

/// A method and a path template, with the handler that answers them.
///
/// A template begins with `/` and consists of literal segments and parameters: `/v1/users/{ref}`. A parameter
/// matches one segment that is not empty. Segments are decoded after the path is split, so a value may
/// contain a slash, sent as `%2F`. A literal takes precedence over a parameter. A trailing slash is part of
/// the path: `/block/user/` and `/block/user` are two routes.
///
/// @param template the path template, not relative to the API's base; it identifies the route in logs and metrics
/// @param bodyLimit the maximum length of the body, in bytes; a longer body is refused with [Fault.BodyTooLarge]
/// @param maxParameters the maximum number of parameters of a form; a form with more is refused with [Fault.Malformed]
/// @param large whether replies may be many MiB long, so that only a few are rendered at a time
public record Route(Method method, String template, Handler handler, int bodyLimit, int maxParameters, boolean large) {

    /// The default body limit: 16 KiB, enough for a few short fields.
    public static final int DEFAULT_BODY_LIMIT = 16 << 10;

    /// The body limit of routes that accept lists or the client's own JSON: 1 MiB. Such a route checks the
    /// credential before it reads the body, and calls [Request#markAuthenticated].
    public static final int LARGE_BODY_LIMIT = 1 << 20;

    public Route {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("a template must begin with a slash: " + template);
        }
        if (bodyLimit < 0) {
            throw new IllegalArgumentException("a body limit must not be negative: " + bodyLimit);
        }
    }

    public Route(Method method, String template, Handler handler) {
        this(method, template, handler, DEFAULT_BODY_LIMIT, Form.MAX_PARAMETERS, false);
    }

    public static Route get(String template, Handler handler) {
        return new Route(Method.GET, template, handler);
    }

    public static Route post(String template, Handler handler) {
        return new Route(Method.POST, template, handler);
    }

    public static Route put(String template, Handler handler) {
        return new Route(Method.PUT, template, handler);
    }

    public static Route patch(String template, Handler handler) {
        return new Route(Method.PATCH, template, handler);
    }

    public static Route delete(String template, Handler handler) {
        return new Route(Method.DELETE, template, handler);
    }

    /// Returns a copy with another path.
    public Route at(String otherTemplate) {
        return new Route(method, otherTemplate, handler, bodyLimit, maxParameters, large);
    }

    /// Returns a copy with another handler.
    public Route by(Handler other) {
        return new Route(method, template, other, bodyLimit, maxParameters, large);
    }

    /// Returns a copy with another body limit, in bytes.
    public Route withBodyLimit(int bytes) {
        return new Route(method, template, handler, bytes, maxParameters, large);
    }

    /// Returns a copy with another limit on the parameters of a form; the default is 200.
    public Route withMaxParameters(int max) {
        return new Route(method, template, handler, bodyLimit, max, large);
    }

    /// Returns a copy whose replies may be many MiB long, such as a list of a thousand users. Only a few of them
    /// are rendered at a time; other requests wait, and are refused with [Fault.Overloaded] after a timeout.
    public Route largeReplies() {
        return new Route(method, template, handler, bodyLimit, maxParameters, true);
    }
}
