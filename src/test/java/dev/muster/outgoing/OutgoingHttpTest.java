package dev.muster.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.network.AddressBlock;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import dev.muster.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which addresses may be called, and that every exchange ends in time. `127.0.0.1` and `127.0.0.2` are both addresses
/// of this machine, but the rules allow only one of them.
@Timeout(60)
final class OutgoingHttpTest {
    private static final SSLSocketFactory TLS = (SSLSocketFactory) SSLSocketFactory.getDefault();
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final AtomicReference<Answer> answer = new AtomicReference<>(Answer.status(200));
    private final Receiver receiver = new Receiver(_ -> answer.get());
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(receiver));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private OutgoingHttp http(String... allowed) {
        return http(InetAddress::getAllByName, allowed);
    }

    private OutgoingHttp http(NameResolver names, String... allowed) {
        AddressRules rules =
                new AddressRules(Stream.of(allowed).map(AddressBlock::parse).toList(), "--webhook-allow");
        OutgoingHttp http = new OutgoingHttp(rules, TLS, names);
        opened.add(http);
        return http;
    }

    private static OutgoingRequest post(URI url) {
        return post(url, Duration.ofSeconds(20));
    }

    private static OutgoingRequest post(URI url, Duration whole) {
        return new OutgoingRequest(
                "POST",
                url,
                List.of(
                        new OutgoingRequest.Header("Content-Type", "application/json"),
                        new OutgoingRequest.Header("webhook-id", "evt_1")),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                whole,
                1_024);
    }

    private static void fails(OutgoingHttp http, OutgoingRequest request, OutgoingFailure.Kind kind) {
        assertThatThrownBy(() -> http.send(request))
                .isInstanceOfSatisfying(
                        OutgoingFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind))
                .hasMessage(kind.text());
    }

    @Test
    void theBytesArriveUnchanged() throws Exception {
        answer.set(new Answer.Response(202, List.of("Retry-After: 7", "Content-Type: text/plain"), "taken"));

        OutgoingReply reply = http("127.0.0.1").send(post(receiver.url()));

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.retryAfter()).isEqualTo("7");
        assertThat(reply.contentType()).isEqualTo("text/plain");
        assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("taken");
        assertThat(receiver.received()).singleElement().satisfies(one -> {
            assertThat(one.path()).isEqualTo("/hook");
            assertThat(one.text()).isEqualTo("{\"a\":1}");
            assertThat(one.headers().keySet())
                    .containsExactlyInAnyOrder(
                            "content-type", "webhook-id", "content-length", "host", "user-agent", "connection");
            assertThat(one.header("content-type")).isEqualTo("application/json");
            assertThat(one.header("user-agent")).isEqualTo("Muster");
        });
    }

    @Test
    void connectionsAreKept() throws Exception {
        OutgoingHttp http = http("127.0.0.1");
        for (int i = 0; i < 20; i++) {
            http.send(post(receiver.url()));
        }
        assertThat(receiver.connections()).isEqualTo(1);
    }

    /// A server may close a kept connection while the next request is in flight.
    @Test
    void aConnectionThatTheServerClosedIsReplaced() throws Exception {
        OutgoingHttp http = http("127.0.0.1");
        http.send(post(receiver.url()));
        answer.set(new Answer.HangUp());
        fails(http, post(receiver.url()), OutgoingFailure.Kind.BROKEN);
        // The failed request was sent on the kept connection and then once more on a new one.
        assertThat(receiver.received()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"})
    void addressesThatAreNotAllowedAreNotCalled(String host) throws Exception {
        fails(
                http("127.0.0.2"),
                post(URI.create("http://" + host + ":" + receiver.port() + "/")),
                OutgoingFailure.Kind.FORBIDDEN);
        assertThat(receiver.connections()).isZero();
    }

    /// Simulates DNS rebinding: the name resolves to an allowed address when it is checked, and to a different one
    /// a moment later.
    @Test
    void theConnectionIsMadeToTheAddressThatWasChecked() throws Exception {
        Receiver allowed = new Receiver("127.0.0.2", receiver.port(), _ -> Answer.status(200));
        opened.add(allowed);
        Deque<String> addresses = new ArrayDeque<>(List.of("127.0.0.2", "127.0.0.1"));
        OutgoingHttp http = http(
                _ -> new InetAddress[] {InetAddress.ofLiteral(addresses.size() > 1 ? addresses.pop() : addresses.peek())
                },
                "127.0.0.2");
        URI url = URI.create("http://rebound.example:" + receiver.port() + "/");

        assertThat(http.send(post(url)).status()).isEqualTo(200);
        assertThat(allowed.received()).hasSize(1);
        allowed.down();
        fails(http, post(url), OutgoingFailure.Kind.FORBIDDEN);
        assertThat(receiver.connections()).isZero();
    }

    @Test
    void onlyTheAllowedAddressesOfAHostAreCalled() throws Exception {
        OutgoingHttp http = http(
                _ -> new InetAddress[] {InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("127.0.0.1")},
                "127.0.0.1");
        assertThat(http.send(post(URI.create("http://both.example:" + receiver.port() + "/")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        Receiver inside = new Receiver("127.0.0.2", 0, _ -> Answer.status(200));
        opened.add(inside);
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            answer.set(Answer.status(status, "Location: " + inside.url()));
            assertThat(http("127.0.0.1", "127.0.0.2").send(post(receiver.url())).status())
                    .isEqualTo(status);
        }
        assertThat(inside.connections()).isZero();
    }

    /// By default, the JDK uses the proxies in these properties, even for plain sockets.
    @Test
    void proxiesAreNotUsed() throws Exception {
        Receiver proxy = new Receiver(_ -> Answer.status(200));
        opened.add(proxy);
        Properties before = (Properties) System.getProperties().clone();
        try {
            for (String kind : List.of("http", "https", "socks")) {
                System.setProperty(kind + (kind.equals("socks") ? "ProxyHost" : ".proxyHost"), "127.0.0.1");
                System.setProperty(
                        kind + (kind.equals("socks") ? "ProxyPort" : ".proxyPort"), Integer.toString(proxy.port()));
            }
            System.setProperty("http.nonProxyHosts", "");
            System.setProperty("socksNonProxyHosts", "");

            assertThat(http("127.0.0.1").send(post(receiver.url())).status()).isEqualTo(200);
        } finally {
            System.setProperties(before);
        }
        assertThat(proxy.connections()).isZero();
        assertThat(receiver.received()).hasSize(1);
    }

    @Test
    void cookiesAreNotKept() throws Exception {
        OutgoingHttp http = http("127.0.0.1");
        answer.set(Answer.status(200, "Set-Cookie: a=b; Path=/"));
        http.send(post(receiver.url()));
        http.send(post(receiver.url()));
        assertThat(receiver.received().getLast().headers()).doesNotContainKey("cookie");
    }

    @Test
    void aSilentReceiverIsGivenUp() throws IOException {
        answer.set(new Answer.Silence());
        fails(http("127.0.0.1"), post(receiver.url(), SHORT), OutgoingFailure.Kind.TIMED_OUT);
    }

    /// A name lookup cannot be interrupted, but once it has exceeded the timeout, nothing is sent.
    @Test
    void nothingIsSentIfResolvingTheNameTakesTooLong() {
        NameResolver slow = host -> {
            try {
                Thread.sleep(SHORT.plusMillis(500).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return InetAddress.getAllByName("127.0.0.1");
        };
        OutgoingHttp http = http(slow, "127.0.0.1");
        URI url = URI.create("http://slow.example:" + receiver.port() + "/");
        fails(http, post(url, SHORT), OutgoingFailure.Kind.TIMED_OUT);
        assertThat(receiver.connections()).isZero();
    }

    @Test
    void aReceiverOfOneByteASecondIsGivenUp() throws IOException {
        answer.set(new Answer.Drip("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));
        fails(http("127.0.0.1"), post(receiver.url(), SHORT), OutgoingFailure.Kind.TIMED_OUT);
    }

    @Test
    void aHandshakeThatDoesNotEndIsGivenUp() throws IOException {
        // This server accepts no connections, so the handshake never begins.
        ServerSocket silent = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        opened.add(silent);
        URI url = URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/");
        fails(http("127.0.0.1"), post(url, SHORT), OutgoingFailure.Kind.TIMED_OUT);
    }

    @Test
    void theBeginningOfALongReplyIsKept() throws Exception {
        answer.set(new Answer.Response(200, List.of(), "x".repeat(5_000)));
        OutgoingHttp http = http("127.0.0.1");
        OutgoingReply reply = http.send(post(receiver.url()));
        assertThat(reply.body()).hasSize(1_024);
        assertThat(reply.isWhole()).isFalse();
        answer.set(new Answer.Response(200, List.of(), "x".repeat(1_024)));
        assertThat(http.send(post(receiver.url())).isWhole()).isTrue();
        assertThat(receiver.connections()).isEqualTo(1);
    }

    @Test
    void anEndlessReplyEndsWithItsConnection() throws Exception {
        answer.set(new Answer.Response(200, List.of(), "x".repeat(50_000_000)));
        assertThat(http("127.0.0.1").send(post(receiver.url())).isWhole()).isFalse();
    }

    @Test
    void failuresSayWhatFailed() throws Exception {
        int port = receiver.port();
        URI url = receiver.url();
        receiver.down();
        fails(http("127.0.0.1"), post(url), OutgoingFailure.Kind.REFUSED);
        NameResolver none = host -> {
            throw new UnknownHostException(host);
        };
        fails(
                http(none, "127.0.0.1"),
                post(URI.create("http://none.example:" + port)),
                OutgoingFailure.Kind.UNKNOWN_HOST);
        receiver.up();
        answer.set(new Answer.HangUp());
        fails(http("127.0.0.1"), post(url), OutgoingFailure.Kind.BROKEN);
    }

    /// HTTP statuses have three digits, and tables rely on that. The client treats such a status line as garbage
    /// before the response and skips it.
    @ParameterizedTest
    @ValueSource(ints = {0, 99, 1_000, 40_000, Integer.MAX_VALUE})
    void aStatusThatDoesNotExistIsNoReply(int status) {
        answer.set(Answer.status(status));
        fails(http("127.0.0.1"), post(receiver.url(), SHORT), OutgoingFailure.Kind.TIMED_OUT);
    }

    /// If the errors differed, tenants could find out which names resolve only in this network.
    @Test
    void aNameThatLeadsToAPrivateAddressLooksLikeOneThatDoesNotExist() {
        assertThat(OutgoingFailure.Kind.FORBIDDEN.text()).isEqualTo(OutgoingFailure.Kind.UNKNOWN_HOST.text());
    }

    @Test
    void theCertificateIsThatOfTheName(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        SSLServerSocket server = (SSLServerSocket) certificate
                .server()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        opened.add(server);
        Thread.ofPlatform().daemon().start(() -> answerTls(server));
        AddressRules rules = new AddressRules(List.of(AddressBlock.parse("127.0.0.1")), "--webhook-allow");
        OutgoingHttp http = new OutgoingHttp(rules, certificate.client().getSocketFactory(), _ ->
                new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")});
        opened.add(http);

        assertThat(http.send(post(URI.create("https://localhost:" + server.getLocalPort() + "/")))
                        .status())
                .isEqualTo(204);
        fails(http, post(URI.create("https://other.example:" + server.getLocalPort() + "/")), OutgoingFailure.Kind.TLS);
        fails(
                http("127.0.0.1"),
                post(URI.create("https://127.0.0.1:" + server.getLocalPort() + "/")),
                OutgoingFailure.Kind.TLS);
    }

    private static void answerTls(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                connection.getInputStream().read(new byte[4_096]);
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // Either the client did not trust the certificate, or the test has ended.
            }
        }
    }
}
