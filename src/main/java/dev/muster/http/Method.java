package dev.muster.http;

import org.jspecify.annotations.Nullable;

/// The methods a route can be declared for. HEAD is no method of its own here: it is answered by the route for GET,
/// without the body. Everything else, OPTIONS included, is [Fault.MethodNotAllowed].
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE;

    /// The method of that name, which Helidon gives in upper case however a client wrote it; null when no route can be
    /// declared for it.
    public static @Nullable Method of(String token) {
        return switch (token) {
            case "GET", "HEAD" -> GET;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "PATCH" -> PATCH;
            case "DELETE" -> DELETE;
            default -> null;
        };
    }
}
