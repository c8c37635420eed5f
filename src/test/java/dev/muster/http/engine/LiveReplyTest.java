package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.BasePath;
import dev.muster.http.HttpApi;
import dev.muster.http.Limits;
import dev.muster.http.ListenerConfig;
import dev.muster.http.LiveClient;
import dev.muster.http.LiveContent;
import dev.muster.http.Reply;
import dev.muster.http.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Replies that last as long as their client listens.
@Timeout(60)
class LiveReplyTest {
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Semaphore begun = new Semaphore(0);
    private final AtomicInteger closed = new AtomicInteger();
    private AccessLog log;
    private Server server;

    /// Sends one line, then waits until the reply is over.
    private final class Waiting implements LiveContent {
        @Override
        public void sendTo(LiveClient client) throws IOException, InterruptedException {
            Semaphore signal = new Semaphore(0);
            client.onEnd(signal::release);
            client.send("begun\n".getBytes(StandardCharsets.UTF_8));
            begun.release();
            while (!client.isOver()) {
                signal.acquire();
            }
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /// Sends continuously until the reply is over.
    private final class Endless implements LiveContent {
        @Override
        public void sendTo(LiveClient client) throws IOException {
            begun.release();
            while (!client.isOver()) {
                client.send(new byte[8_192]);
            }
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @BeforeEach
    void start() {
        start(Probe.HASTY);
    }

    private void start(Limits limits) {
        log = new AccessLog(meters);
        List<Route> routes = List.of(
                Route.get("/live", _ -> Reply.live(200, "text/plain", new Waiting())),
                Route.get("/endless", _ -> Reply.live(200, "text/plain", new Endless())),
                Route.get("/pause", request -> {
                            boolean whole = request.pauseRendering(() -> {
                                begun.release();
                                new Semaphore(0).acquire();
                            });
                            return Probe.text(whole ? "whole" : "cut short");
                        })
                        .largeReplies(),
                Route.get("/other", _ -> Probe.text("other")));
        HttpApi httpApi = new HttpApi("main", "", routes, Probe.WORDED);
        server = Server.start(
                new ListenerConfig("main", "127.0.0.1", 0, null, List.of(), limits, BasePath.ROOT, null),
                List.of(httpApi),
                httpApi,
                meters,
                log);
    }

    @AfterEach
    void stop() {
        server.close();
        log.close();
    }

    private void eventuallyClosed(int count) throws InterruptedException {
        while (closed.get() < count) {
            Thread.sleep(5);
        }
    }

    private double live() {
        return meters.get("http.replies.live").gauge().value();
    }

    @Test
    void aClientThatLeavesEndsItsReply() throws InterruptedException {
        try (Wire wire = new Wire(server.port())) {
            wire.send(Wire.head("GET", "/live"));
            begun.acquire();
            assertThat(live()).isEqualTo(1);
            assertThat(closed).hasValue(0);
        }
        eventuallyClosed(1);
        assertThat(live()).isZero();
    }

    @Test
    void whatIsSentArrivesAtOnceAndTheConnectionClosesAfterIt() throws Exception {
        try (Wire wire = new Wire(server.port())) {
            wire.send(Wire.head("GET", "/live"));
            begun.acquire();
            server.close();
            Wire.Answer answer = wire.answer();
            assertThat(answer.body()).isEqualTo("begun\n");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(wire.isClosed()).isTrue();
        }
        assertThat(closed).hasValue(1);
    }

    /// A stop ends live replies at once, although it waits up to ten seconds for other busy connections.
    @Test
    void aStopEndsThemAll() throws InterruptedException {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Wire wire = new Wire(server.port());
            wires.add(wire.send(Wire.head("GET", "/live")));
        }
        begun.acquire(50);
        server.close();
        assertThat(closed).hasValue(50);
        for (Wire wire : wires) {
            assertThat(wire.answer().body()).isEqualTo("begun\n");
            wire.close();
        }
    }

    /// A stopping server interrupts requests that are waiting, and they get a response.
    @Test
    void requestsThatWaitAreAnsweredAtAStop() throws InterruptedException {
        List<Wire> wires = new ArrayList<>();
        // These are more requests than there are permits for rendering large replies.
        for (int i = 0; i < 10; i++) {
            wires.add(new Wire(server.port()).send(Wire.head("GET", "/pause")));
        }
        begun.acquire(10);
        server.close();
        for (Wire wire : wires) {
            assertThat(wire.answer().body()).isEqualTo("cut short");
            wire.close();
        }
    }

    /// Live replies use neither the 32 permits for streamed replies nor the four for large ones.
    @Test
    void theyTakeNoPermitOfOthers() throws InterruptedException {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            wires.add(new Wire(server.port()).send(Wire.head("GET", "/live")));
        }
        begun.acquire(40);
        assertThat(meters.get("http.replies.streamed").gauge().value()).isZero();
        assertThat(Wire.get(server.port(), "/other").body()).isEqualTo("other");
        wires.forEach(Wire::close);
        eventuallyClosed(40);
    }

    @Test
    void aClientThatDoesNotReadIsCutOff() throws InterruptedException {
        try (Wire silent = new Wire(server.port());
                Wire other = new Wire(server.port())) {
            silent.send(Wire.head("GET", "/endless"));
            begun.acquire();
            other.send(Wire.head("GET", "/live"));
            begun.acquire();
            eventuallyClosed(1);
            assertThat(live()).isEqualTo(1);
        }
        eventuallyClosed(2);
    }

    @Test
    void aHeadRequestGetsNoBodyAndClosesTheContent() throws InterruptedException {
        try (Wire wire = new Wire(server.port())) {
            Wire.Answer answer = wire.send(Wire.head("HEAD", "/live")).answer(true);
            assertThat(answer.status()).isEqualTo(200);
            eventuallyClosed(1);
            assertThat(begun.availablePermits()).isZero();
        }
    }

    @Test
    void anHttp10ClientGetsItUnframed() throws InterruptedException {
        try (Wire wire = new Wire(server.port())) {
            wire.send("GET /live HTTP/1.0\r\n\r\n");
            begun.acquire();
            assertThat(wire.isClosed()).isFalse();
        }
        eventuallyClosed(1);
    }

    /// A client must not be able to keep the server busy by sending endless bytes during a live reply.
    @Test
    void aClientThatSendsMuchIsCutOff() throws InterruptedException {
        try (Wire wire = new Wire(server.port())) {
            wire.send(Wire.head("GET", "/live"));
            begun.acquire();
            try {
                wire.send(new byte[200_000]);
            } catch (UncheckedIOException e) {
                // The connection was cut off while the client was sending.
            }
            eventuallyClosed(1);
        }
    }
}
