package dev.muster.security.sso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.OutgoingFailure;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which hosts may be called over TLS, and which calls are refused.
final class ProviderHttpTest {
    private HttpsServer server;
    private SSLContext trusting;
    private final AtomicInteger calls = new AtomicInteger();

    @BeforeEach
    void serve(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        trusting = certificate.client();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
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

    private ProviderHttp http(boolean loopback, SSLContext tls) {
        List<AddressBlock> named = loopback ? List.of(AddressBlock.parse("127.0.0.0/8")) : List.of();
        return new ProviderHttp(new OutgoingHttp(new AddressRules(named, "--sso-networks"), tls.getSocketFactory()));
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

    /// A name that resolves to a private address is not called, because the address is checked when the connection
    /// is made.
    @Test
    void aNameThatLeadsToAPrivateAddressIsNotCalled() throws Exception {
        for (String host : new String[] {"localhost", "127.0.0.1", "2130706433", "0x7f000001", "localhost."}) {
            assertThatThrownBy(() -> http(false, trusting).retrieveResource(url("https", host)))
                    .as(host)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> http(false, trusting).retrieveResource(url("https", "localhost")))
                .isInstanceOf(OutgoingFailure.class)
                .hasMessage("the host has no address that may be called");
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
