package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A stopping server answers the requests that it has accepted, but no others.
@Timeout(60)
class StopTest {

    @Test
    void aRequestUnderWayIsAnsweredAndIdleConnectionsClose() throws Exception {
        Probe probe = new Probe();
        try (Wire busy = new Wire(probe.port);
                Wire idle = new Wire(probe.port);
                Wire begun = new Wire(probe.port)) {
            idle.send(Wire.head("GET", "/v1/users/a")).answer();
            busy.send(Wire.head("GET", "/v1/wait"));
            begun.send("GET /v1/users/begun HTTP/1.1\r\n");
            probe.entered.await();
            Thread.sleep(100);
            CompletableFuture<Void> stopped =
                    CompletableFuture.runAsync(probe.server::close, Thread::startVirtualThread);
            assertThat(idle.isClosed()).isTrue();
            assertThat(stopped).isNotDone();
            begun.send("Host: a\r\n\r\n");
            // The head of this request was incomplete when the server began to stop, so the response says that the
            // request was not executed.
            assertThat(begun.answer().status()).isEqualTo(503);
            probe.release.countDown();
            Wire.Answer answer = busy.answer();
            assertThat(answer.body()).isEqualTo("waited");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(busy.isClosed()).isTrue();
            stopped.join();
            assertThatThrownBy(() -> new Wire(probe.port)).hasMessageContaining("refused");
        } finally {
            probe.log.close();
        }
    }

    @Test
    void underLoadEveryAnswerIsWholeAndTheStopIsQuick() throws Exception {
        Probe probe = new Probe();
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                try (Wire wire = new Wire(probe.port)) {
                    while (true) {
                        Wire.Answer answer =
                                wire.send(Wire.head("GET", "/v1/users/load")).answer();
                        boolean right = answer.status() == 200
                                ? answer.body().equals("load")
                                : answer.status() == 503 && answer.body().contains("not executed");
                        (right ? answered : wrong).incrementAndGet();
                    }
                } catch (java.io.UncheckedIOException e) {
                    // The server closed the connection between two requests.
                    if (String.valueOf(e.getMessage()).contains("within a line: H")) {
                        wrong.incrementAndGet();
                    }
                }
            }));
        }
        while (answered.get() < 2_000) {
            Thread.sleep(5);
        }
        long began = System.nanoTime();
        probe.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        for (Thread client : clients) {
            client.join();
        }
        assertThat(wrong).hasValue(0);
    }
}
