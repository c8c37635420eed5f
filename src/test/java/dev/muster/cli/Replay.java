package dev.muster.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A server that sends prepared responses in order and records the requests.
final class Replay implements AutoCloseable {
    record RecordedRequest(String line, String body, String authorization, String idempotencyKey, String dryRun) {}

    private record Answer(int status, String body, boolean brokenOff) {}

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<RecordedRequest> asked = new ArrayList<>();
    private final HttpServer server;

    Replay() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Replay then(int status, String body) {
        answers.add(new Answer(status, body, false));
        return this;
    }

    /// Adds a response that is cut off: it announces a longer body than it sends.
    Replay thenBreakOff(String body) {
        answers.add(new Answer(200, body, true));
        return this;
    }

    synchronized List<RecordedRequest> requests() {
        return List.copyOf(asked);
    }

    RecordedRequest last() {
        return requests().getLast();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        asked.add(new RecordedRequest(
                exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                headers.getFirst("Authorization"),
                headers.getFirst("Idempotency-Key"),
                headers.getFirst("Muster-Dry-Run")));
        Answer answer = answers.remove();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        if (answer.status() == 503) {
            exchange.getResponseHeaders().set("Retry-After", "0");
        }
        exchange.sendResponseHeaders(answer.status(), body.length + (answer.brokenOff() ? 10 : 0));
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
