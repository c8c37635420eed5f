package dev.muster.http;

import org.jspecify.annotations.Nullable;

/// The methods that routes can be declared for. A GET route also answers HEAD, without the body. All other methods,
/// including OPTIONS, are refused with [Fault.MethodNotAllowed].
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE;

    /// Parses a method name; null if no route can be declared for it. The name is in upper case, because Helidon
    /// has converted it.
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
