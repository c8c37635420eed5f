package dev.muster.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request to the server's API, built step by step.
public final class ApiRequest {
    final String method;
    final Map<String, String> headers = new TreeMap<>();
    private final StringBuilder path = new StringBuilder("/v1");
    private final StringBuilder query = new StringBuilder();
    private final ObjectNode body = JsonNodeFactory.instance.objectNode();
    boolean hasTimeout = true;

    /// Whether the request is never retried, even if the server is too busy.
    boolean isSentOnce;

    /// @param segments the path segments below `/v1`
    public ApiRequest(String method, String... segments) {
        this.method = method;
        for (String segment : segments) {
            path.append('/').append(encode(segment));
        }
    }

    public static ApiRequest get(String... segments) {
        return new ApiRequest("GET", segments);
    }

    public static ApiRequest post(String... segments) {
        return new ApiRequest("POST", segments);
    }

    public static ApiRequest put(String... segments) {
        return new ApiRequest("PUT", segments);
    }

    public static ApiRequest delete(String... segments) {
        return new ApiRequest("DELETE", segments);
    }

    /// Creates a GET request for a path outside `/v1`. It is never retried, because 503 is a valid result for the
    /// caller.
    public static ApiRequest outside(String path) {
        ApiRequest request = get();
        request.path.replace(0, request.path.length(), path);
        request.isSentOnce = true;
        return request;
    }

    /// Adds a parameter unless the value is null.
    public ApiRequest query(String name, @Nullable String value) {
        if (value != null) {
            query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encode(value));
        }
        return this;
    }

    /// Adds a field unless the value is null.
    public ApiRequest field(String name, @Nullable String value) {
        return value == null ? this : field(name, JsonNodeFactory.instance.stringNode(value));
    }

    public ApiRequest field(String name, @Nullable JsonNode value) {
        if (value != null) {
            body.set(name, value);
        }
        return this;
    }

    public ApiRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// Adds an `Idempotency-Key`, so that the request is executed only once even if it is resent.
    public ApiRequest repeatable() {
        return header("Idempotency-Key", UUID.randomUUID().toString());
    }

    /// Disables the timeout for the response.
    public ApiRequest withoutTimeout() {
        hasTimeout = false;
        return this;
    }

    /// Whether the request is read-only.
    public boolean isRead() {
        return method.equals("GET");
    }

    /// The path and the query.
    String target() {
        return path.toString() + query;
    }

    /// The body; null for GET, and for DELETE without fields.
    @Nullable
    String body() {
        return isRead() || (method.equals("DELETE") && body.isEmpty()) ? null : body.toString();
    }

    /// Percent-encodes a path segment or query value. Leaves `:` and `@` as they are, so that `email:…` stays
    /// readable in logs.
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":")
                .replace("%40", "@");
    }
}
