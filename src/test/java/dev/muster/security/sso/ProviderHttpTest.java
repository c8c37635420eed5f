package dev.muster.security.sso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.testing.TestCertificate;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls over TLS: which hosts are allowed, and which are refused.
final class ProviderHttpTest {
    private HttpsServer server;
    private SSLContext trusting;
    private final AtomicInteger calls = new AtomicInteger();

    @BeforeEach
    void serve(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        trusting = trusting(certificate.certificate());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(showing(certificate)));
        answer(server);
    }

    private void answer(HttpServer with) {
        with.createContext("/", exchange -> {
            calls.incrementAndGet();
            byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        with.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static SSLContext trusting(Certificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("it", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static SSLContext showing(TestCertificate certificate) throws Exception {
        String pem = Files.readString(certificate.key()).replaceAll("-----[A-Z ]+-----|\\s", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("it", key, new char[0], new Certificate[] {certificate.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private ProviderHttp http(boolean loopback, SSLContext tls) {
        return new ProviderHttp(
                new AddressRules(address -> loopback && address.isLoopbackAddress()), tls.getSocketFactory());
    }

    private URL url(String scheme, String host) throws IOException {
        return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort() + "/")
                .toURL();
    }

    @Test
    void anAllowedAddressIsCalledOverTls() throws Exception {
        assertThat(http(true, trusting)
                        .retrieveResource(url("https", "localhost"))
                        .getContent())
                .isEqualTo("{}");
        assertThat(http(true, trusting)
                        .retrieveResource(url("https", "127.0.0.1"))
                        .getContent())
                .isEqualTo("{}");
    }

    /// A name that resolves to a private address is not called: it is resolved for the connection, where the
    /// address is checked.
    @Test
    void aNameThatLeadsToAPrivateAddressIsNotCalled() throws Exception {
        for (String host : new String[] {"localhost", "127.0.0.1", "2130706433", "0x7f000001", "localhost."}) {
            assertThatThrownBy(() -> http(false, trusting).retrieveResource(url("https", host)))
                    .as(host)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> http(false, trusting).retrieveResource(url("https", "localhost")))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("not a public address");
        assertThat(calls).hasValue(0);
    }

    @Test
    void aCertificateThatIsNotTrustedOrOfAnotherHostIsRefused() throws Exception {
        assertThatThrownBy(() -> http(true, SSLContext.getDefault()).retrieveResource(url("https", "localhost")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> http(true, trusting).retrieveResource(url("https", "127.0.0.2")))
                .isInstanceOf(IOException.class);
        assertThat(calls).hasValue(0);
    }

    @Test
    void plainHttpIsForTheLoopbackAddressAlone() throws Exception {
        HttpServer plain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(plain);
        try {
            URL own = URI.create("http://127.0.0.1:" + plain.getAddress().getPort() + "/")
                    .toURL();
            assertThat(http(true, trusting).retrieveResource(own).getContent()).isEqualTo("{}");
            assertThatThrownBy(() -> http(false, trusting).retrieveResource(own))
                    .hasMessageContaining("not https");
            assertThatThrownBy(() -> http(true, trusting)
                            .retrieveResource(
                                    URI.create("http://login.example.org/").toURL()))
                    .hasMessageContaining("not https");
            assertThatThrownBy(() -> http(true, trusting)
                            .retrieveResource(URI.create("file:///etc/passwd").toURL()))
                    .hasMessageContaining("not https");
        } finally {
            plain.stop(0);
        }
    }
}
