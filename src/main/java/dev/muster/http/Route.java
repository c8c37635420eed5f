package dev.muster.http;

/// What answers a method at a path.
///
/// A template begins with `/` and is made of segments that are either literal or a parameter: `/v1/users/{ref}`. A
/// parameter takes exactly one segment that is not empty, decoded after the split, so that `%2F` stays inside it. A
/// literal goes before a parameter where both fit. A slash at the end is part of the path: `/block/user/` and
/// `/block/user` are two routes.
///
/// @param template absolute, whatever the base of the face; it is what log and metrics call the route
/// @param bodyLimit bytes of body it takes at most; more is [Fault.BodyTooLarge]
/// @param large whether its replies may be of many MiB, so that only some are made at a time
public record Route(Method method, String template, Handler handler, int bodyLimit, boolean large) {

    /// The body limit of a route that names none: 16 KiB. A few short fields need no more.
    public static final int DEFAULT_BODY_LIMIT = 16 << 10;

    /// The body limit of routes that take lists or JSON of the client's own: 1 MiB. Such a route checks the credential
    /// before it reads the body, and says so ([Request#proven]).
    public static final int LARGE_BODY_LIMIT = 1 << 20;

    public Route {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("a template begins with a slash: " + template);
        }
        if (bodyLimit < 0) {
            throw new IllegalArgumentException("a body limit is not negative: " + bodyLimit);
        }
    }

    public Route(Method method, String template, Handler handler) {
        this(method, template, handler, DEFAULT_BODY_LIMIT, false);
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

    /// The same route at another path.
    public Route at(String otherTemplate) {
        return new Route(method, otherTemplate, handler, bodyLimit, large);
    }

    /// The same route, answered by another handler.
    public Route by(Handler other) {
        return new Route(method, template, other, bodyLimit, large);
    }

    /// The same route with another body limit, in bytes.
    public Route withBodyLimit(int bytes) {
        return new Route(method, template, handler, bytes, large);
    }

    /// The same route, whose replies may be of many MiB: a list of a thousand users and all that is kept of each. A few
    /// such replies are made at a time; others wait, and are [Fault.Overloaded] when that takes too long.
    public Route largeReplies() {
        return new Route(method, template, handler, bodyLimit, true);
    }
}
