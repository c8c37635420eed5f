package dev.muster.http.engine;

import dev.muster.http.BasePath;
import dev.muster.http.Fault;
import dev.muster.http.FaultRenderer;
import dev.muster.http.Form;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Limits;
import dev.muster.http.ListenerConfig;
import dev.muster.http.Reply;
import dev.muster.http.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A test server with two APIs: one renders faults as JSON and has one route outside its base path; the other is the
/// fallback.
final class Probe implements AutoCloseable {

    static final FaultRenderer WORDED = (fault, id) -> Reply.json(
            fault.status(),
            json -> json.object()
                    .field("fault", fault.getClass().getSimpleName())
                    .field("text", fault.text())
                    .field("id", id)
                    .end());

    static final Limits HASTY = new Limits(
            16 << 10,
            200,
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            0,
            Duration.ofSeconds(2),
            8 << 20,
            4 << 20,
            Duration.ofSeconds(2));

    final MeterRegistry meters = new SimpleMeterRegistry();
    final AccessLog log = new AccessLog(meters);
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch endlessEnded = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final Server server;
    final int port;

    Probe() {
        this(new ListenerConfig("main", "127.0.0.1", 0));
    }

    Probe(Limits limits) {
        this(new ListenerConfig("main", "127.0.0.1", 0, null, List.of(), limits, BasePath.ROOT, null));
    }

    Probe(ListenerConfig listening) {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("/v1/users/{ref}", request -> text(request.path("ref"))));
        routes.add(Route.delete("/v1/users/{ref}", request -> Reply.of(204)));
        routes.add(Route.get("/v1/users/me", _ -> text("literal")));
        routes.add(Route.get(
                "/v1/users/{ref}/holds/{kind}", request -> text(request.path("ref") + "|" + request.path("kind"))));
        routes.add(Route.get("/v1/query", request -> {
            StringBuilder all = new StringBuilder();
            request.queryNames()
                    .forEach(name -> all.append(name)
                            .append('=')
                            .append(request.queryValues(name))
                            .append(';'));
            return text(all.toString());
        }));
        routes.add(Route.get("/v1/header", request -> text(String.valueOf(request.header("x-probe")))));
        routes.add(Route.get("/v1/client", request -> text(request.client().getHostAddress())));
        routes.add(Route.get("/v1/where", request -> text(request.scheme() + "://" + request.authority())));
        routes.add(Route.post("/v1/length", request -> text("" + request.body().length))
                .withBodyLimit(Route.LARGE_BODY_LIMIT));
        routes.add(Route.post("/v1/proven", request -> {
                    request.markAuthenticated();
                    return text("" + request.body().length);
                })
                .withBodyLimit(Route.LARGE_BODY_LIMIT));
        routes.add(Route.post("/v1/echo", request -> text(new String(request.body(), StandardCharsets.UTF_8))));
        routes.add(Route.post("/v1/small", request -> text("" + request.body().length))
                .withBodyLimit(1_000));
        routes.add(Route.post("/v1/form", request -> {
                    Form form = request.form();
                    StringBuilder all = new StringBuilder();
                    form.names()
                            .forEach(name -> all.append(name)
                                    .append('=')
                                    .append(form.all(name))
                                    .append(';'));
                    return text(all.toString());
                })
                .withBodyLimit(100_000));
        routes.add(Route.post("/v1/unread", _ -> text("unread")));
        routes.add(Route.post("/v1/streamed", request -> {
                    long count = 0;
                    byte[] buffer = new byte[8_192];
                    var in = request.bodyStream();
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        count += n;
                    }
                    return text("" + count);
                })
                .withBodyLimit(10 << 20));
        routes.add(Route.get("/v1/bug", _ -> {
            throw new IllegalStateException("the secret detail");
        }));
        routes.add(Route.get("/v1/wait", _ -> {
            entered.countDown();
            release.await();
            return text("waited");
        }));
        routes.add(Route.get(
                "/v1/stream",
                _ -> Reply.stream(200, "application/x-ndjson", out -> {
                    for (int i = 0; i < 200_000; i++) {
                        out.write(("{\"line\":" + i + "}\n").getBytes(StandardCharsets.UTF_8));
                    }
                })));
        routes.add(Route.get("/v1/long", _ -> text("x".repeat(8 << 20))));
        routes.add(Route.get(
                "/v1/endless",
                _ -> Reply.stream(200, "application/octet-stream", out -> {
                    try {
                        while (true) {
                            out.write(new byte[8_192]);
                        }
                    } finally {
                        endlessEnded.countDown();
                    }
                })));
        routes.add(Route.get(
                "/v1/stillborn-stream",
                _ -> Reply.stream(200, "application/x-ndjson", out -> {
                    out.write(new byte[100]);
                    throw new IllegalStateException("at the beginning");
                })));
        routes.add(Route.get(
                "/v1/broken-stream",
                _ -> Reply.stream(200, "application/x-ndjson", out -> {
                    out.write(new byte[100_000]);
                    out.write(new byte[100_000]);
                    throw new IllegalStateException("in the middle");
                })));
        routes.add(Route.get("/v1/cached", _ -> text("x").with("Cache-Control", "max-age=5")));
        routes.add(Route.get("/v1/busy", _ -> {
            throw new HttpException(new Fault.TooManyAttempts(Duration.ofSeconds(7)));
        }));
        routes.add(Route.get("/v1/list", _ -> text("line\n".repeat(1_000)).compressible()));
        routes.add(Route.get("/v1/short-list", _ -> text("line\n".repeat(100)).compressible()));
        routes.add(Route.get(
                "/v1/streamed-list",
                _ -> Reply.stream(200, "application/x-ndjson", out -> {
                            for (int i = 0; i < 100_000; i++) {
                                out.write("line\n".getBytes(StandardCharsets.UTF_8));
                            }
                        })
                        .compressible()));
        Reply tagged = text("line\n".repeat(1_000)).with("ETag", "\"7\"").compressedOnce();
        routes.add(Route.get("/v1/tagged", _ -> tagged));
        routes.add(Route.get("/v1/at/{name}", request -> text(request.at("/v1/x") + " of " + request.rawPath())));
        routes.add(Route.post("/outside/token", _ -> text("token")));
        HttpApi main = new HttpApi("main", "/v1", routes, WORDED);
        HttpApi other = new HttpApi("other", "", List.of(Route.get("/user", _ -> text("other"))), FaultRenderer.PLAIN);
        server = Server.start(listening, List.of(main, other), other, meters, log);
        port = server.port();
    }

    static Reply text(String text) {
        return Reply.of(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        release.countDown();
        server.close();
        log.close();
    }
}
