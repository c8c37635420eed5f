package dev.muster.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server's JSON API, for what is prepared and looked up around measurements; loads are made by [Wrk].
final class Api implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;

    Api(URI base) {
        this.base = base;
    }

    URI base() {
        return base;
    }

    JsonNode get(String path, @Nullable String key) {
        return json(answer("GET", path, key, null));
    }

    JsonNode post(String path, @Nullable String key, Object body) {
        return json(answer("POST", path, key, JSON.writeValueAsString(body)));
    }

    void put(String path, String key, Object body) {
        answer("PUT", path, key, JSON.writeValueAsString(body));
    }

    /// Sends a form, as sign-ins take it.
    JsonNode form(String path, Map<String, String> fields) {
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) ->
                form.append(form.isEmpty() ? "" : "&").append(name).append('=').append(encode(value)));
        return json(send(request(path, null)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.toString()))
                .build()));
    }

    static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// Whether it answers 200 there.
    boolean isReady(String path) {
        try {
            HttpRequest request =
                    request(path, null).timeout(Duration.ofSeconds(10)).build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    /// The text at a path.
    String text(String path) {
        return answer("GET", path, null, null).body();
    }

    private HttpResponse<String> answer(String method, String path, @Nullable String key, @Nullable String body) {
        HttpRequest.Builder request = request(path, key);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(request.build());
    }

    private HttpRequest.Builder request(String path, @Nullable String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new Failed(request.method() + " " + request.uri().getPath() + " was answered "
                        + response.statusCode() + ": " + response.body());
            }
            return response;
        } catch (IOException e) {
            throw new Failed(request.method() + " " + request.uri() + " was not answered: " + e, e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body().isEmpty() ? "null" : response.body());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
