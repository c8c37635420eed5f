package dev.muster.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A headless Chromium, driven by the DevTools protocol.
final class Browser implements AutoCloseable {
    private static final List<String> PLACES =
            List.of("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/google-chrome");
    private static final int TIMEOUT_SECONDS = 60;

    private static final String FIRST_PAINT = """
            new Promise(done => new PerformanceObserver(list => {
                for (const entry of list.getEntries()) {
                    if (entry.name === "first-contentful-paint") done(entry.startTime);
                }
            }).observe({type: "paint", buffered: true}))""";

    private final Child process;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI address;

    private Browser(Child process, URI address) {
        this.process = process;
        this.address = address;
    }

    /// @param folder a new folder for its profile
    static Browser start(Path folder) {
        String executable = PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow(() -> new Failed("there is no Chromium on this machine"));
        List<String> command = new ArrayList<>(List.of(executable, "--headless", "--no-sandbox", "--disable-gpu"));
        command.addAll(List.of(
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1440,900",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "about:blank"));
        Child process = Child.start(folder, folder.resolve("browser.log"), Map.of(), command);
        return new Browser(
                process, URI.create("http://127.0.0.1:" + port(folder.resolve("profile/DevToolsActivePort"))));
    }

    /// Waits for the file in which Chromium writes the port that it chose.
    private static String port(Path file) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        try {
            while (System.nanoTime() < deadline) {
                if (Files.exists(file) && Files.readString(file).contains("\n")) {
                    return Files.readString(file).lines().findFirst().orElseThrow();
                }
                Thread.sleep(50);
            }
        } catch (IOException e) {
            throw new Failed("the browser's port cannot be read", e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
        throw new Failed("the browser does not start");
    }

    /// Opens a tab that is signed in.
    ///
    /// @param home the address for which the cookie is sent
    /// @param cookie `name=value`
    Tab open(URI home, String cookie) {
        JsonNode tab = Api.JSON.readTree(ask("PUT", "/json/new?about:blank"));
        Tab open = new Tab(client, URI.create(tab.get("webSocketDebuggerUrl").asString()));
        int equals = cookie.indexOf('=');
        open.ask(
                "Network.setCookie",
                Map.of(
                        "name",
                        cookie.substring(0, equals),
                        "value",
                        cookie.substring(equals + 1),
                        "url",
                        home.toString()));
        return open;
    }

    private String ask(String method, String path) {
        try {
            return client.send(
                            HttpRequest.newBuilder(address.resolve(path))
                                    .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                                    .method(method, BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new Failed("the browser does not answer: " + e, e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.close();
    }

    /// A tab. Chromium shows all its pages in one process, as it does when an operator follows links within the
    /// console.
    static final class Tab implements AutoCloseable, WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
        private final WebSocket socket;
        private int last;

        Tab(HttpClient client, URI address) {
            socket = client.newWebSocketBuilder().buildAsync(address, this).join();
        }

        /// Milliseconds from the start of the navigation until the first contentful paint.
        double firstPaint(URI page) {
            ask("Page.navigate", Map.of("url", page.toString()));
            JsonNode paint = ask(
                    "Runtime.evaluate", Map.of("expression", FIRST_PAINT, "awaitPromise", true, "returnByValue", true));
            JsonNode millis = paint.path("result").path("value");
            if (!millis.isNumber()) {
                throw new Failed("no first paint of " + page.getPath() + ": " + paint);
            }
            return millis.asDouble();
        }

        /// Sends a command, and waits for its result.
        private JsonNode ask(String method, Map<String, Object> parameters) {
            int id = ++last;
            CompletableFuture<JsonNode> answer = new CompletableFuture<>();
            waiting.put(id, answer);
            socket.sendText(Api.JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                    .join();
            try {
                return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).path("result");
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new Failed(method + " was not answered", e);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                JsonNode message = Api.JSON.readTree(text.toString());
                text.setLength(0);
                CompletableFuture<JsonNode> answer =
                        waiting.remove(message.path("id").asInt(-1));
                if (answer != null) {
                    answer.complete(message);
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
