package dev.muster.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One request in the making.
final class Call {
    final String method;
    private final StringBuilder path = new StringBuilder("/v1");
    private final StringBuilder query = new StringBuilder();
    private final Map<String, String> headers = new TreeMap<>();
    private @Nullable ObjectNode body;
    private boolean isLong;
    private boolean isOnce;

    private Call(String method, String... segments) {
        this.method = method;
        for (String segment : segments) {
            path.append('/').append(encode(segment));
        }
    }

    /// Of a path that is not below `/v1`, and asked for once: an answer of 503 is what the caller wants to know.
    static Call outside(String path) {
        Call call = new Call("GET");
        call.path.setLength(0);
        call.path.append(path);
        call.isOnce = true;
        return call;
    }

    static Call get(String... segments) {
        return new Call("GET", segments);
    }

    static Call post(String... segments) {
        return new Call("POST", segments).withBody();
    }

    static Call put(String... segments) {
        return new Call("PUT", segments).withBody();
    }

    static Call patch(String... segments) {
        return new Call("PATCH", segments).withBody();
    }

    static Call delete(String... segments) {
        return new Call("DELETE", segments);
    }

    /// For a method that has no body of its own accord.
    Call withBody() {
        body = JsonNodeFactory.instance.objectNode();
        return this;
    }

    /// Leaves out a parameter without a value.
    Call query(String name, @Nullable String value) {
        if (value != null) {
            query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encode(value));
        }
        return this;
    }

    /// Leaves out a field without a value. For calls that have a body.
    Call field(String name, @Nullable String value) {
        if (value != null) {
            fields().put(name, value);
        }
        return this;
    }

    ObjectNode fields() {
        if (body == null) {
            throw new IllegalStateException(method + " has no body");
        }
        return body;
    }

    Call header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// It takes as long as it takes.
    Call unhurried() {
        isLong = true;
        return this;
    }

    boolean isUnhurried() {
        return isLong;
    }

    /// Whether a server that is too busy is not asked again.
    boolean isOnce() {
        return isOnce;
    }

    Map<String, String> headers() {
        return headers;
    }

    String target() {
        return path.toString() + query;
    }

    @Nullable
    String body() {
        return body == null ? null : body.toString();
    }

    /// Percent-encoding as a path segment and as a query value take it. Colons stay, for `email:…` to be read in logs.
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":")
                .replace("%40", "@");
    }
}
