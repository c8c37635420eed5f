package dev.muster.console;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A minimal browser for signing in: it keeps cookies and sends forms.
final class TestBrowser {
    private final HttpClient client;
    private final URI server;
    final Map<String, String> cookies = new LinkedHashMap<>();

    TestBrowser(HttpClient client, URI server) {
        this.client = client;
        this.server = server;
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(server.resolve(path)).GET());
    }

    HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Origin", server.toString())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (String set : response.headers().allValues("Set-Cookie")) {
            String name = set.substring(0, set.indexOf('='));
            if (set.contains("Max-Age=0")) {
                cookies.remove(name);
            } else {
                cookies.put(name, set.substring(set.indexOf('=') + 1, set.indexOf(';')));
            }
        }
        return response;
    }

    /// Returns the URL that a page redirects the browser to with a `Refresh` header.
    static URI leads(HttpResponse<String> page) {
        String refresh = page.headers().firstValue("Refresh").orElseThrow(() -> new AssertionError(page.body()));
        return URI.create(refresh.substring(refresh.indexOf("url=") + 4));
    }
}
