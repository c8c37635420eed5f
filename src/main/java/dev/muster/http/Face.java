package dev.muster.http;

import java.util.List;

/// The HTTP side of one dialect. A dialect whose parts word their errors differently has one face for each part.
///
/// @param name what log and metrics call it
/// @param base the path under which everything unknown is refused in this face's words, without a slash at the end. Of
///     several that fit the longest wins. Routes may lie outside it. Empty where nothing unknown is this face's to
///     refuse, unless it is the server's fallback
/// @param routes with absolute templates; no two faces of a server may declare the same method and template
/// @param faults how it words what the engine refuses
public record Face(String name, String base, List<Route> routes, Faults faults) {

    public Face {
        if (base.endsWith("/") || (!base.isEmpty() && !base.startsWith("/"))) {
            throw new IllegalArgumentException("a base begins with a slash and ends without one: " + base);
        }
        routes = List.copyOf(routes);
    }

    /// Whether the base has that path below it, or is it.
    boolean covers(String path) {
        return path.startsWith(base)
                && (path.length() == base.length() || base.isEmpty() || path.charAt(base.length()) == '/');
    }
}
