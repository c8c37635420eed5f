package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.BasePath;
import dev.muster.http.Limits;
import dev.muster.http.ListenerConfig;
import dev.muster.http.engine.limits.ConnectionEvictor;
import dev.muster.http.engine.limits.ConnectionEvictor.Candidate;
import dev.muster.http.engine.limits.ConnectionEvictor.Waiting;
import dev.muster.testing.TestCertificate;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that use up all connections must not lock out others. The server's timeouts cannot help here, because all of
/// them are longer than the clients of these tests wait.
@Timeout(120)
class ConnectionEvictorTest {

    private static final int BOUND = 100;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Limits PATIENT =
            new Limits(16 << 10, BOUND, LONG, LONG, LONG, LONG, 0, LONG, 32 << 20, 4 << 20, Duration.ofSeconds(2));

    private final List<Wire> crowd = new ArrayList<>();
    private final Probe probe = new Probe(PATIENT);

    @AfterEach
    void stop() {
        crowd.forEach(Wire::close);
        probe.close();
    }

    private Wire come(int port, String sent) {
        Wire wire = new Wire(port);
        crowd.add(wire);
        return wire.send(sent);
    }

    /// Fills the server repeatedly, as clients do that reconnect after they are disconnected, and asserts that
    /// others are served.
    private void assertOthersAreServed(String sent) {
        for (int wave = 0; wave < 3; wave++) {
            for (int i = 0; i < 2 * BOUND; i++) {
                come(probe.port, sent);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(Wire.get(probe.port, "/v1/users/other").body()).isEqualTo("other");
            }
        }
    }

    @Test
    void silentConnectionsDoNotBlockOthers() {
        assertOthersAreServed("");
    }

    @Test
    void unfinishedHeadersDoNotBlockOthers() {
        assertOthersAreServed("GET /v1/users/a HTTP/1.1\r\nHost: a\r\n");
    }

    /// Clients that announce a body of two bytes and send only one do not lock out others.
    @Test
    void unfinishedBodiesDoNotBlockOthers() {
        assertOthersAreServed(Wire.head("POST", "/v1/length", "Content-Length: 2") + "x");
        assertOthersAreServed(Wire.head("POST", "/v1/streamed", "Content-Length: 2") + "x");
    }

    /// Clients that do not read a response that exceeds the socket buffers do not lock out others.
    @Test
    void clientsThatDoNotReadDoNotBlockOthers() throws InterruptedException {
        for (int i = 0; i < BOUND - 5; i++) {
            come(probe.port, Wire.head("GET", "/v1/endless"));
        }
        Thread.sleep(1_500);
        assertOthersAreServed("");
    }

    /// Connections that are only lingering after their response make room for new requests.
    @Test
    void lingeringConnectionsDoNotBlockOthers() {
        assertOthersAreServed(Wire.head("POST", "/v1/small", "Content-Length: 2000") + "x");
    }

    @Test
    void theLongestIdleGiveWay() {
        String request = Wire.head("GET", "/v1/users/a");
        for (int i = 0; i < 2 * BOUND; i++) {
            assertThat(come(probe.port, request).answer().status()).isEqualTo(200);
        }
        assertThat(crowd.getFirst().isClosed()).isTrue();
        assertThat(crowd.getLast().send(request).answer().body()).isEqualTo("a");
    }

    /// A connection that has long been silent is evicted before an idle one, because its client had time to send a
    /// request and
    /// did not.
    @Test
    void longSilentConnectionsAreEvictedBeforeIdleOnes() throws InterruptedException {
        Wire idle = come(probe.port, Wire.head("GET", "/v1/users/a"));
        assertThat(idle.answer().status()).isEqualTo(200);
        for (int i = 0; i < BOUND / 2; i++) {
            come(probe.port, "");
        }
        Thread.sleep(1_500);
        for (int i = 0; i < BOUND / 2; i++) {
            come(probe.port, "");
        }
        assertThat(Wire.get(probe.port, "/v1/users/other").body()).isEqualTo("other");
        // Which of so many connections are accepted first depends on the machine.
        assertThat(crowd.subList(1, 1 + BOUND / 2)).anyMatch(wire -> wire.isClosedWithin(Duration.ofMillis(500)));
        assertThat(idle.send(Wire.head("GET", "/v1/users/b")).answer().body()).isEqualTo("b");
    }

    /// A slow client loses its connection only if no address holds many connections.
    @Test
    void addressesThatHoldMuchGiveWayFirst() {
        List<String> closed = new ArrayList<>();
        long now = System.nanoTime();
        long then = now - Duration.ofSeconds(10).toNanos();
        InetAddress greedy = InetAddress.ofLiteral("192.0.2.1");
        InetAddress slow = InetAddress.ofLiteral("192.0.2.2");
        ConnectionEvictor evictor = new ConnectionEvictor(now);
        evictor.add(new Candidate(slow, Waiting.SILENT, then, () -> closed.add("slow")));
        for (int i = 0; i < BOUND / 4; i++) {
            evictor.add(new Candidate(greedy, Waiting.BODY, now, () -> closed.add("greedy")));
        }
        evictor.evict(1, BOUND);
        assertThat(closed).contains("slow").hasSize(3);

        evictor.add(new Candidate(greedy, Waiting.BODY, now, () -> closed.add("greedy")));
        closed.clear();
        evictor.evict(1, BOUND);
        assertThat(closed).containsOnly("greedy").hasSize(3);
    }

    @Test
    void aRequestUnderWayNeverGivesWay() throws InterruptedException {
        List<Wire> waiting = new ArrayList<>();
        List<Wire> sending = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(come(probe.port, Wire.head("GET", "/v1/wait")));
            sending.add(come(probe.port, Wire.head("POST", "/v1/proven", "Content-Length: 2") + "x"));
        }
        while (probe.meters.get("http.requests.active").gauge().value() < 20) {
            Thread.sleep(10);
        }
        assertOthersAreServed("");
        probe.release.countDown();
        for (Wire wire : waiting) {
            assertThat(wire.answer().body()).isEqualTo("waited");
        }
        for (Wire wire : sending) {
            assertThat(wire.send("x").answer().body()).isEqualTo("2");
        }
    }

    @Test
    void evictedClientsCanReconnect() {
        for (int round = 0; round < 3; round++) {
            int first = crowd.size();
            for (int i = 0; i < 2 * BOUND; i++) {
                come(probe.port, "");
            }
            crowd.subList(first, crowd.size()).forEach(Wire::close);
        }
        assertThat(Wire.get(probe.port, "/v1/users/other").body()).isEqualTo("other");
    }

    @Test
    void unfinishedHandshakesDoNotBlockOthers(@TempDir Path folder) throws Exception {
        TestCertificate made = TestCertificate.make(folder, "EC");
        SSLContext context = trusting(made);
        ListenerConfig.Tls tls = new ListenerConfig.Tls(made.chain(), made.key());
        try (Probe secured =
                new Probe(new ListenerConfig("tls", "127.0.0.1", 0, tls, List.of(), PATIENT, BasePath.ROOT, null))) {
            for (int wave = 0; wave < 2; wave++) {
                for (int i = 0; i < 2 * BOUND; i++) {
                    come(secured.port, i % 2 == 0 ? "" : "\u0016\u0003\u0001");
                }
                assertThat(overTls(context, secured.port).body()).isEqualTo("other");
            }
        }
    }

    @Test
    void aHandshakeHasATimeAndWhoHasMadeItIsNoLongerHeldToIt(@TempDir Path folder) throws Exception {
        TestCertificate made = TestCertificate.make(folder, "EC");
        SSLContext context = trusting(made);
        ListenerConfig.Tls tls = new ListenerConfig.Tls(made.chain(), made.key());
        Limits brief = new Limits(
                16 << 10,
                BOUND,
                LONG,
                Duration.ofSeconds(1),
                LONG,
                LONG,
                0,
                LONG,
                32 << 20,
                4 << 20,
                Duration.ofSeconds(2));
        try (Probe secured = new Probe(
                        new ListenerConfig("tls", "127.0.0.1", 0, tls, List.of(), brief, BasePath.ROOT, null));
                Wire wire = new Wire(context.getSocketFactory().createSocket("127.0.0.1", secured.port))) {
            assertThat(wire.send(Wire.head("GET", "/v1/users/a")).answer().body())
                    .isEqualTo("a");
            assertThat(come(secured.port, "").isClosed()).isTrue();
            assertThat(wire.send(Wire.head("GET", "/v1/users/b")).answer().body())
                    .isEqualTo("b");
        }
    }

    /// New connections are evicted last, so a few clients that keep reconnecting cannot displace other newcomers
    /// while the connections that fill the server remain.
    @Test
    void newConnectionsAreEvictedLast() {
        List<String> gone = new ArrayList<>();
        long now = Long.MAX_VALUE - 5;
        ConnectionEvictor guests = new ConnectionEvictor(now);
        List.of(
                        guest(Waiting.LINGERING, now - 1_900_000_000L, "lingering", gone),
                        guest(Waiting.SILENT, now - 900_000_000L, "just come", gone),
                        guest(Waiting.SILENT, now + 100, "just come and seen late", gone),
                        guest(Waiting.IDLE, now - 800_000_000L, "just answered", gone),
                        guest(Waiting.HEAD, now - 5_000_000_000L, "head", gone),
                        guest(Waiting.IDLE, now - 5_000_000_000L, "idle", gone),
                        guest(Waiting.IDLE, now - 50_000_000_000L, "long idle", gone),
                        guest(Waiting.SILENT, now - 1_100_000_000L, "silent", gone),
                        guest(Waiting.SILENT, now - 2_100_000_000L, "long silent", gone))
                .forEach(guests::add);
        guests.evict(7, 49);
        assertThat(gone)
                .containsExactly("long silent", "silent", "long idle", "idle", "head", "lingering", "just come");
        gone.clear();
        guests.evict(1, 5_000);
        assertThat(gone).as("and some more than must").hasSize(9).endsWith("just answered", "just come and seen late");
    }

    private static Candidate guest(Waiting waiting, long since, String name, List<String> gone) {
        return new Candidate(InetAddress.getLoopbackAddress(), waiting, since, () -> gone.add(name));
    }

    private static Wire.Answer overTls(SSLContext context, int port) throws Exception {
        try (Wire wire = new Wire(context.getSocketFactory().createSocket("127.0.0.1", port))) {
            wire.socket().setSoTimeout(20_000);
            return wire.send(Wire.head("GET", "/v1/users/other")).answer();
        } catch (UncheckedIOException e) {
            throw new AssertionError("no answer", e);
        }
    }

    private static SSLContext trusting(TestCertificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
