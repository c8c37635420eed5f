package dev.muster.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The HTTP side of one dialect. A dialect whose parts word their errors differently has one face for each part.
///
/// @param name what log and metrics call it
/// @param base the path under which everything unknown is refused in this face's words, without a slash at the end. Of
///     several that fit the longest wins. Routes may lie outside it. Empty where nothing unknown is this face's to
///     refuse, unless it is the server's fallback
/// @param routes with absolute templates; no two faces of a server may declare the same method and template
/// @param renderer how it words what the engine refuses
/// @param watch is shown each request that this face refuses because it has no such path or method; null for nobody
public record HttpApi(
        String name,
        String base,
        List<Route> routes,
        FaultRenderer renderer,
        @Nullable Watch watch) {

    /// How much of the body of a request without a route a [Watch] may read, in bytes.
    public static final int WATCHED_BYTES = 16 << 10;

    /// Looks at a request that has no route, before it is refused.
    @FunctionalInterface
    public interface Watch {
        /// What this throws as [HttpException] is refused in the place of the path or the method. The request has no
        /// path
        /// parameters and a body of at most [#WATCHED_BYTES].
        void saw(Request request);
    }

    /// A face that nobody watches.
    public HttpApi(String name, String base, List<Route> routes, FaultRenderer renderer) {
        this(name, base, routes, renderer, null);
    }

    public HttpApi {
        if (base.endsWith("/") || (!base.isEmpty() && !base.startsWith("/"))) {
            throw new IllegalArgumentException("a base begins with a slash and ends without one: " + base);
        }
        routes = List.copyOf(routes);
    }

    /// The same face, with `next` as its watch.
    public HttpApi watchedBy(Watch next) {
        return new HttpApi(name, base, routes, renderer, next);
    }

    /// The same face with other routes.
    public HttpApi withRoutes(List<Route> others) {
        return new HttpApi(name, base, others, renderer, watch);
    }

    /// Whether the base has that path below it, or is it.
    public boolean covers(String path) {
        return path.startsWith(base)
                && (path.length() == base.length() || base.isEmpty() || path.charAt(base.length()) == '/');
    }
}
