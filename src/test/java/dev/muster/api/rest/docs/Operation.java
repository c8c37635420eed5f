package dev.muster.api.rest.docs;

import dev.muster.http.Method;

/// A route to be described.
///
/// @param template the path with its parameters in braces, as in [dev.muster.http.Route]
/// @param needs the scope that a caller needs, or [#ROOT], [#ANY] or [#NOTHING]
public record Operation(Method method, String template, String needs) {
    /// Only the holder of the root key may call it.
    public static final String ROOT = "root";

    /// Any credential: a key, an operator's or root's.
    public static final String ANY = "any";

    /// No credential is needed.
    public static final String NOTHING = "-";

    /// The name of its description in the files.
    String key() {
        return method + " " + template;
    }

    boolean isOpen() {
        return needs.equals(NOTHING);
    }

    /// Whether it may change something, so that the headers of writes are read.
    boolean isWrite() {
        return method != Method.GET;
    }
}
