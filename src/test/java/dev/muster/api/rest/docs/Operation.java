package dev.muster.api.rest.docs;

import dev.muster.http.Method;

/// A route that the document describes.
///
/// @param template the path with its parameters in braces, as in [dev.muster.http.Route]
/// @param needs the scope that a caller needs, or [#ROOT], [#ANY] or [#NOTHING]
public record Operation(Method method, String template, String needs) {
    /// Only the holder of the root key may call the route.
    public static final String ROOT = "root";

    /// Any credential suffices: a key's, an operator's or root's.
    public static final String ANY = "any";

    /// No credential is needed.
    public static final String NOTHING = "-";

    /// The name of the operation's description in the resources.
    String key() {
        return method + " " + template;
    }

    boolean isOpen() {
        return needs.equals(NOTHING);
    }

    /// Whether the operation may change something and therefore accepts the headers of writes.
    boolean isWrite() {
        return method != Method.GET;
    }
}
