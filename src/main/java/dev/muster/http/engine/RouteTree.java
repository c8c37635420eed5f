package dev.muster.http.engine;

import dev.muster.http.BasePath;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Method;
import dev.muster.http.PercentCoding;
import dev.muster.http.Route;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path, segment by segment, or, for a path without a route, the API that renders the refusal.
final class RouteTree {

    /// A placeholder for requests without a route, which the API's watch inspects.
    private static final Route NO_ROUTE = Route.post("/", _ -> {
                throw new IllegalStateException("the placeholder route must not be called");
            })
            .withBodyLimit(HttpApi.MAX_WATCHED_BYTES);

    private final Node root = new Node();
    private final BasePath base;

    /// The placeholder of each API, by the API's name.
    private final Map<String, Entry> unmatched = new HashMap<>();

    private final List<Entry> longestBaseFirst;
    private final Entry fallback;

    RouteTree(List<HttpApi> httpApis, HttpApi fallback, BasePath base, MeterRegistry registry) {
        this.base = base;
        for (HttpApi httpApi : httpApis) {
            unmatched.put(httpApi.name(), unmatched(httpApi, registry));
            for (Route route : httpApi.routes()) {
                add(httpApi, route, registry);
            }
        }
        this.fallback = unmatched.computeIfAbsent(fallback.name(), _ -> unmatched(fallback, registry));
        this.longestBaseFirst = unmatched.values().stream()
                .filter(entry -> !entry.httpApi.base().isEmpty())
                .sorted(Comparator.comparingInt(
                        (Entry entry) -> -entry.httpApi.base().length()))
                .toList();
    }

    private static Entry unmatched(HttpApi httpApi, MeterRegistry registry) {
        return new Entry(httpApi, NO_ROUTE, List.of(), new RouteMeters(registry, httpApi.name(), "any", "unmatched"));
    }

    /// A route with its API, parameter names and meters.
    record Entry(HttpApi httpApi, Route route, List<String> names, RouteMeters meters) {}

    /// The routes that share one path.
    ///
    /// @param values the decoded parameters, in the order of the path
    record Found(Map<Method, Entry> entries, List<String> values) {

        /// An API with a route for this path; any of them if there are several.
        HttpApi httpApi() {
            return entries.values().iterator().next().httpApi();
        }

        /// The methods for `Allow`, including HEAD if GET is among them.
        List<String> allowed() {
            List<String> allowed = new ArrayList<>();
            for (Method method : entries.keySet()) {
                allowed.add(method.name());
                if (method == Method.GET) {
                    allowed.add("HEAD");
                }
            }
            return allowed;
        }
    }

    /// Strips the base path from a requested path, unless a proxy has already done so. A path for which [#owner]
    /// finds an API is returned unchanged.
    ///
    /// @param target the request target: a path, or an absolute URL, whose path is used
    String ownPath(String target) {
        String path = target;
        if (target.startsWith("http://") || target.startsWith("https://")) {
            int slash = target.indexOf('/', target.indexOf("//") + 2);
            path = slash < 0 ? "/" : target.substring(slash);
        }
        String below = base.below(path);
        return below == null || owner(path) != null ? path : below;
    }

    /// Returns a placeholder for a request whose route is not known. Its API renders the refusals.
    Entry unmatched(String path) {
        for (Entry entry : longestBaseFirst) {
            if (entry.httpApi.covers(path)) {
                return entry;
            }
        }
        HttpApi owner = owner(path);
        return owner == null ? fallback : unmatched(owner);
    }

    /// Returns the placeholder for a request to `httpApi` that matches no route.
    Entry unmatched(HttpApi httpApi) {
        return Objects.requireNonNull(unmatched.get(httpApi.name()));
    }

    /// The API that has a route for this path, or otherwise for its nearest parent: `/user` is a parent of
    /// `/user/x`. Null if there is none, or if the path is not validly percent-encoded.
    private @Nullable HttpApi owner(String path) {
        try {
            String above = path.startsWith("/") ? path : "";
            while (!above.isEmpty()) {
                Found found = find(above);
                if (found != null) {
                    return found.httpApi();
                }
                above = above.substring(0, above.lastIndexOf('/'));
            }
            return null;
        } catch (HttpException badlyEncoded) {
            return null;
        }
    }

    /// Finds the routes of a path.
    ///
    /// @param path the raw path, as in the request
    /// @return null if no route has this path
    /// @throws HttpException if a segment is not validly percent-encoded
    @Nullable
    Found find(String path) {
        List<String> values = new ArrayList<>(4);
        Map<Method, Entry> entries = find(root, path, 1, values);
        return entries == null ? null : new Found(entries, values);
    }

    private static @Nullable Map<Method, Entry> find(Node node, String path, int from, List<String> values) {
        int slash = path.indexOf('/', from);
        String segment = PercentCoding.PATH.decode(path, from, slash < 0 ? path.length() : slash);
        Node literal = node.literals.get(segment);
        if (literal != null) {
            Map<Method, Entry> found = below(literal, path, slash, values);
            if (found != null) {
                return found;
            }
        }
        if (node.parameter == null || segment.isEmpty()) {
            return null;
        }
        values.add(segment);
        Map<Method, Entry> found = below(node.parameter, path, slash, values);
        if (found == null) {
            values.removeLast();
        }
        return found;
    }

    private static @Nullable Map<Method, Entry> below(Node node, String path, int slash, List<String> values) {
        if (slash >= 0) {
            return find(node, path, slash + 1, values);
        }
        return node.entries.isEmpty() ? null : node.entries;
    }

    private void add(HttpApi httpApi, Route route, MeterRegistry registry) {
        Node node = root;
        List<String> names = new ArrayList<>();
        for (String segment : route.template().substring(1).split("/", -1)) {
            if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                node.parameter = Objects.requireNonNullElseGet(node.parameter, Node::new);
                node = node.parameter;
            } else {
                node = node.literals.computeIfAbsent(segment, _ -> new Node());
            }
        }
        RouteMeters meters =
                new RouteMeters(registry, httpApi.name(), route.method().name(), route.template());
        if (node.entries.put(route.method(), new Entry(httpApi, route, List.copyOf(names), meters)) != null) {
            throw new IllegalArgumentException("declared twice: " + route.method() + " " + route.template());
        }
    }

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final Map<Method, Entry> entries = new EnumMap<>(Method.class);
        private @Nullable Node parameter;
    }
}
