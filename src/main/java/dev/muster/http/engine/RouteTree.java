package dev.muster.http.engine;

import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Method;
import dev.muster.http.PercentCoding;
import dev.muster.http.Route;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path among the routes of all faces, segment by segment.
final class RouteTree {

    private final Node root = new Node();

    RouteTree(List<HttpApi> httpApis, RouteMeters.Source meters) {
        for (HttpApi httpApi : httpApis) {
            for (Route route : httpApi.routes()) {
                add(httpApi, route, meters);
            }
        }
    }

    /// A route with what it needs at run time.
    record Entry(HttpApi httpApi, Route route, List<String> names, RouteMeters meters) {}

    /// The routes that share one path.
    ///
    /// @param values the decoded parameters, in the order of the path
    record Found(Map<Method, Entry> entries, List<String> values) {

        /// Of several faces that share the path, one.
        HttpApi httpApi() {
            return entries.values().iterator().next().httpApi();
        }

        /// What `Allow` says.
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

    /// Whose route has this path, else a path above it: `/user` is above `/user/x`. Null when there is none, or the
    /// path is badly encoded.
    @Nullable
    HttpApi owner(String path) {
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

    /// @param path raw, as it stands in the request
    /// @return null when no route has this path
    /// @throws HttpException when a segment that matters is badly encoded
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

    private void add(HttpApi httpApi, Route route, RouteMeters.Source meters) {
        Node node = root;
        List<String> names = new ArrayList<>();
        for (String segment : route.template().substring(1).split("/", -1)) {
            if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.parameter();
            } else {
                node = node.literals.computeIfAbsent(segment, _ -> new Node());
            }
        }
        Entry entry = new Entry(
                httpApi,
                route,
                List.copyOf(names),
                meters.of(httpApi.name(), route.method().name(), route.template()));
        if (node.entries.put(route.method(), entry) != null) {
            throw new IllegalArgumentException("declared twice: " + route.method() + " " + route.template());
        }
    }

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final Map<Method, Entry> entries = new EnumMap<>(Method.class);
        private @Nullable Node parameter;

        Node parameter() {
            Node known = parameter;
            if (known == null) {
                known = new Node();
                parameter = known;
            }
            return known;
        }
    }
}
