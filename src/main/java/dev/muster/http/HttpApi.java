package dev.muster.http;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The routes and error format of one dialect. A dialect with several error formats has one `HttpApi` for
/// each.
///
/// @param name the API's name in logs and metrics
/// @param base the path below which this API renders faults, without a trailing slash; the longest match
///     wins. Routes may be outside it. If it is empty, this API renders faults only for the paths of its
///     routes and below them
/// @param routes the routes, with absolute templates; no two APIs of a server may declare the same method and
///     template
/// @param renderer the renderer of the engine's faults
/// @param watch the watch that inspects each request with an unknown path or method before this API refuses it; null
///     for none
public record HttpApi(
        String name,
        String base,
        List<Route> routes,
        FaultRenderer renderer,
        @Nullable Watch watch) {

    /// How many bytes of the body a [Watch] may read.
    public static final int MAX_WATCHED_BYTES = 16 << 10;

    /// Inspects a request without a route before it is refused.
    @FunctionalInterface
    public interface Watch {
        /// Inspects a request. An [HttpException] thrown here replaces the refusal of the path or method. The
        /// request has no path parameters and a body of at most [#MAX_WATCHED_BYTES].
        void inspect(Request request);
    }

    /// Creates an API without a watch.
    public HttpApi(String name, String base, List<Route> routes, FaultRenderer renderer) {
        this(name, base, routes, renderer, null);
    }

    public HttpApi {
        if (base.endsWith("/") || (!base.isEmpty() && !base.startsWith("/"))) {
            throw new IllegalArgumentException("a base must begin with a slash and not end with one: " + base);
        }
        routes = List.copyOf(routes);
    }

    /// Returns a copy with one more route.
    public HttpApi plus(Route route) {
        return new HttpApi(
                name, base, Stream.concat(routes.stream(), Stream.of(route)).toList(), renderer, watch);
    }

    /// Whether a path is the base or below it.
    public boolean covers(String path) {
        return path.startsWith(base)
                && (path.length() == base.length() || base.isEmpty() || path.charAt(base.length()) == '/');
    }
}
