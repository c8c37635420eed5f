package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.http.BasePath;
import dev.muster.http.Limits;
import dev.muster.http.ListenException;
import dev.muster.http.ListenerConfig;
import dev.muster.testing.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Serves TLS from PEM files, with certificates created by the JDK's keytool.
class TlsTest {

    @TempDir
    private static Path folder;

    private static final Map<String, TestCertificate> MADE = new HashMap<>();

    @BeforeAll
    static void certificates() {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            MADE.put(algorithm, TestCertificate.make(folder, algorithm));
        }
    }

    private static Path chain(String algorithm) {
        return MADE.get(algorithm).chain();
    }

    private static Path key(String algorithm) {
        return MADE.get(algorithm).key();
    }

    private static SSLContext trusting(String algorithm) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", MADE.get(algorithm).certificate());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static ListenerConfig listening(Path chain, Path key) {
        return new ListenerConfig(
                "tls",
                "127.0.0.1",
                0,
                new ListenerConfig.Tls(chain, key),
                List.of(),
                Limits.DEFAULT,
                BasePath.ROOT,
                null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void speaksTls(String algorithm) throws Exception {
        SSLContext context = trusting(algorithm);
        try (Probe probe = new Probe(listening(chain(algorithm), key(algorithm)));
                Wire wire = new Wire(context.getSocketFactory().createSocket("127.0.0.1", probe.port))) {
            Wire.Answer answer = wire.send(Wire.head("GET", "/v1/where")).answer();
            assertThat(answer.body()).isEqualTo("https://127.0.0.1:" + probe.port);
            assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
            String body = "x".repeat(300_000);
            wire.send(Wire.head("POST", "/v1/length", "Content-Length: 300000") + body);
            assertThat(wire.answer().body()).isEqualTo("300000");
        }
    }

    /// Every response tells browsers to use only TLS, even a refusal of something that is not a request.
    @Test
    void everyReplyKeepsBrowsersToTls() throws Exception {
        try (Probe probe = new Probe(listening(chain("EC"), key("EC")))) {
            for (String request :
                    List.of(Wire.head("GET", "/v1/nowhere"), Wire.head("GET", "/v1/bug"), "nonsense\r\n\r\n")) {
                try (Wire wire = new Wire(trusting("EC").getSocketFactory().createSocket("127.0.0.1", probe.port))) {
                    Wire.Answer answer = wire.send(request).answer();
                    assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
                    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
                }
            }
        }
        try (Probe plain = new Probe()) {
            assertThat(Wire.get(plain.port, "/v1/where").headers()).doesNotContainKey("strict-transport-security");
        }
    }

    /// Makes a real handshake for each protocol and cipher suite that Java supports, with both kinds of certificate
    /// that the suites of TLS 1.2 distinguish.
    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void takesNoSuiteWithoutAuthenticatedEncryptionAndForwardSecrecy(String algorithm) throws Exception {
        SSLContext context = trusting(algorithm);
        Set<String> taken = new TreeSet<>();
        try (Probe probe = new Probe(listening(chain(algorithm), key(algorithm)))) {
            for (String protocol : context.getSupportedSSLParameters().getProtocols()) {
                for (String suite : context.getSupportedSSLParameters().getCipherSuites()) {
                    try (SSLSocket socket =
                            (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", probe.port)) {
                        socket.setEnabledProtocols(new String[] {protocol});
                        socket.setEnabledCipherSuites(new String[] {suite});
                        socket.startHandshake();
                        taken.add(protocol + " " + suite);
                    } catch (IOException | IllegalArgumentException e) {
                        // The server did not accept the suite.
                    }
                }
            }
        }
        String kind = algorithm.equals("EC") ? "ECDSA" : "RSA";
        assertThat(taken)
                .containsExactlyInAnyOrder(
                        "TLSv1.2 TLS_ECDHE_" + kind + "_WITH_AES_128_GCM_SHA256",
                        "TLSv1.2 TLS_ECDHE_" + kind + "_WITH_AES_256_GCM_SHA384",
                        "TLSv1.2 TLS_ECDHE_" + kind + "_WITH_CHACHA20_POLY1305_SHA256",
                        "TLSv1.3 TLS_AES_128_GCM_SHA256",
                        "TLSv1.3 TLS_AES_256_GCM_SHA384",
                        "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256");
    }

    /// Files that change are read again, but not those that do not belong together.
    @Test
    void aChangedCertificateIsUsedForNewConnections() throws Exception {
        Path chain = Files.copy(chain("EC"), folder.resolve("current-chain.pem"));
        Path key = Files.copy(key("EC"), folder.resolve("current-key.pem"));
        AtomicLong nanos = new AtomicLong();
        CurrentTls current = new CurrentTls(new ListenerConfig.Tls(chain, key), nanos::get);
        SSLContext first = current.context();
        nanos.addAndGet(60_000_000_000L);
        assertThat(current.context()).as("unchanged files").isSameAs(first);
        Files.copy(chain("RSA"), chain, StandardCopyOption.REPLACE_EXISTING);
        assertThat(current.context()).as("looked at just now").isSameAs(first);
        nanos.addAndGet(60_000_000_000L);
        assertThat(current.context()).as("the key of another certificate").isSameAs(first);
        Files.copy(key("RSA"), key, StandardCopyOption.REPLACE_EXISTING);
        nanos.addAndGet(60_000_000_000L);
        SSLContext second = current.context();
        assertThat(second).isNotSameAs(first);
        Files.delete(chain);
        nanos.addAndGet(60_000_000_000L);
        assertThat(current.context()).as("a missing file").isSameAs(second);
    }

    /// Each connection asks for the current certificate.
    @Test
    void connectionsUseTheCertificateOfTheirTime() throws Exception {
        AtomicReference<SSLContext> current =
                new AtomicReference<>(PemFiles.context(new ListenerConfig.Tls(chain("EC"), key("EC"))));
        SSLSocketFactory strict = StrictTls.of(current::get).getSocketFactory();
        try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            handshake(strict, listening, "EC");
            current.set(PemFiles.context(new ListenerConfig.Tls(chain("RSA"), key("RSA"))));
            handshake(strict, listening, "RSA");
        }
    }

    private static void handshake(SSLSocketFactory strict, ServerSocket listening, String trusted) throws Exception {
        CompletableFuture<Void> served = CompletableFuture.runAsync(
                () -> {
                    try (SSLSocket socket = (SSLSocket) strict.createSocket(listening.accept(), null, true)) {
                        socket.setUseClientMode(false);
                        socket.startHandshake();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
        try (SSLSocket client = (SSLSocket) trusting(trusted)
                .getSocketFactory()
                .createSocket(listening.getInetAddress(), listening.getLocalPort())) {
            client.startHandshake();
        }
        served.get(60, TimeUnit.SECONDS);
    }

    @Test
    void badFilesAreToldInOneLine() throws Exception {
        Path nothing = folder.resolve("nothing.pem");
        Path rubbish = Files.writeString(folder.resolve("rubbish.pem"), "rubbish");
        Path broken = Files.writeString(
                folder.resolve("broken.pem"), "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
        Path chain = chain("EC");
        Path key = key("EC");
        refused(nothing, key, "cannot read " + nothing);
        refused(chain, nothing, "cannot read " + nothing);
        refused(rubbish, key, "certificate");
        refused(chain, rubbish, "there is no unencrypted PKCS #8 key");
        refused(chain, broken, "neither an RSA, EC nor EdDSA key: " + broken);
        refused(chain, key("RSA"), "does not belong to " + chain);
    }

    private static void refused(Path chain, Path key, String message) {
        assertThatThrownBy(() -> new Probe(listening(chain, key)))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }
}
