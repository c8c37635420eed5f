package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Slow or greedy clients harm only themselves.
@Timeout(60)
class SlowClientTest {

    private static Probe probe;

    @BeforeAll
    static void start() {
        probe = new Probe(Probe.HASTY);
    }

    @AfterAll
    static void stop() {
        probe.close();
    }

    private static long millis(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private static void othersAreServed() {
        assertThat(Wire.get(probe.port, "/v1/users/other").body()).isEqualTo("other");
    }

    @Test
    void aDrippingHeadIsCutOff() {
        try (Wire wire = new Wire(probe.port)) {
            long took = millis(() -> {
                try {
                    for (char c :
                            Wire.head("GET", "/v1/users/" + "x".repeat(1_000)).toCharArray()) {
                        wire.send(String.valueOf(c));
                        Thread.sleep(50);
                    }
                } catch (java.io.UncheckedIOException e) {
                    // The server has closed the connection.
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(took).isBetween(900L, 3_000L);
            othersAreServed();
        }
    }

    @Test
    void anIdleConnectionIsClosed() {
        try (Wire never = new Wire(probe.port);
                Wire once = new Wire(probe.port)) {
            assertThat(once.send(Wire.head("GET", "/v1/users/a")).answer().status())
                    .isEqualTo(200);
            assertThat(millis(() -> assertThat(once.isClosed()).isTrue())).isBetween(1_700L, 4_000L);
            assertThat(never.isClosed()).isTrue();
        }
    }

    @Test
    void aStalledOrDrippingBodyIsTimedOutInTheWordsOfTheFace() throws InterruptedException {
        for (String framing : List.of("Content-Length: 1000", "Transfer-Encoding: chunked")) {
            try (Wire wire = new Wire(probe.port)) {
                wire.send(Wire.head("POST", "/v1/length", framing));
                for (int i = 0; i < 8; i++) {
                    wire.send(framing.startsWith("C") ? "x" : "1\r\nx\r\n");
                    Thread.sleep(50);
                }
                othersAreServed();
                Wire.Answer answer = wire.answer();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.body()).contains("\"BodyTimedOut\"");
                assertThat(answer.header("Connection")).isEqualTo("close");
                assertThat(wire.isClosed()).isTrue();
            }
        }
    }

    @Test
    void aStalledStreamedBodyIsCutOff() {
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("POST", "/v1/streamed", "Content-Length: 1000") + "x");
            assertThat(millis(() -> assertThat(wire.isClosed()).isTrue())).isLessThan(5_000);
        }
    }

    @Test
    void aSlowReaderGetsAllOfItAndNobodyWaits() throws Exception {
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("GET", "/v1/stream", "Connection: close"));
            InputStream in = wire.socket().getInputStream();
            long count = 0;
            // The client reads more slowly than the server writes, and for longer than the write timeout.
            for (byte[] some = in.readNBytes(100_000); some.length > 0; some = in.readNBytes(100_000)) {
                count += some.length;
                Thread.sleep(100);
                othersAreServed();
            }
            assertThat(count).isGreaterThan(200_000L * "{\"line\":0}".length());
        }
    }

    @Test
    void aReaderThatStopsIsCutOff() throws Exception {
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("GET", "/v1/endless"));
            assertThat(wire.socket().getInputStream().read()).isEqualTo('H');
            othersAreServed();
            assertThat(probe.endlessEnded.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theTotalSizeOfBodiesIsLimited() throws InterruptedException {
        List<Wire> greedy = new ArrayList<>();
        try {
            // Each of these bodies takes up most of 1 MiB and never ends; all bodies together may take up 4 MiB.
            for (int i = 0; i < 8; i++) {
                Wire wire = new Wire(probe.port);
                greedy.add(wire);
                wire.send(Wire.head("POST", "/v1/length", "Content-Length: 1000000") + "x".repeat(900_000));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Wire wire : greedy) {
                statuses.add(wire.answer().status());
            }
            assertThat(statuses).containsOnly(408, 503).contains(503);
            othersAreServed();
            assertThat(Wire.post(probe.port, "/v1/length", "x".repeat(1_000_000))
                            .body())
                    .isEqualTo("1000000");
        } finally {
            greedy.forEach(Wire::close);
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitTheirTurn() {
        List<Wire> many = new ArrayList<>();
        try {
            for (int i = 0; i < Probe.HASTY.connections() + 20; i++) {
                many.add(new Wire(probe.port));
            }
            // The idle connections time out, which makes room for others.
            othersAreServed();
        } finally {
            many.forEach(Wire::close);
        }
    }
}
