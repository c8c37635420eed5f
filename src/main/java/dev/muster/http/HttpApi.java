package dev.muster.http;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The HTTP side of one dialect. A dialect whose parts word their errors differently has one for each part.
///
/// @param name in log and metrics
/// @param base the path below which this API words refusals, without a slash at the end; the longest that
///     fits wins. Routes may be outside it. Empty for none
/// @param routes with absolute templates; no two APIs of a server may declare the same method and template
/// @param renderer words what the engine refuses
/// @param watch is shown each request that this API refuses because it has no such path or method; null for none
public record HttpApi(
        String name,
        String base,
        List<Route> routes,
        FaultRenderer renderer,
        @Nullable Watch watch) {

    /// Bytes of body that a [Watch] may read.
    public static final int WATCHED_BYTES = 16 << 10;

    /// Looks at a request that has no route, before it is refused.
    @FunctionalInterface
    public interface Watch {
        /// An [HttpException] from here replaces the refusal of the path or method. The request has no path
        /// parameters and a body of at most [#WATCHED_BYTES].
        void saw(Request request);
    }

    /// Without a watch.
    public HttpApi(String name, String base, List<Route> routes, FaultRenderer renderer) {
        this(name, base, routes, renderer, null);
    }

    public HttpApi {
        if (base.endsWith("/") || (!base.isEmpty() && !base.startsWith("/"))) {
            throw new IllegalArgumentException("a base begins with a slash and ends without one: " + base);
        }
        routes = List.copyOf(routes);
    }

    /// The same API with one more route.
    public HttpApi plus(Route route) {
        return withRoutes(Stream.concat(routes.stream(), Stream.of(route)).toList());
    }

    /// The same API with other routes.
    public HttpApi withRoutes(List<Route> others) {
        return new HttpApi(name, base, others, renderer, watch);
    }

    /// Whether that path is the base or below it.
    public boolean covers(String path) {
        return path.startsWith(base)
                && (path.length() == base.length() || base.isEmpty() || path.charAt(base.length()) == '/');
    }
}
