package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.testing.TestCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client trusts a server whose certificate is signed by a private authority, if the client is given that
/// authority's certificates.
final class AuthorityTest {
    @TempDir
    private Path folder;

    @Test
    void isTrustedWhenItsCertificatesAreNamed() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        Path chain = certificate.chain();
        Path other = TestCertificate.make(Files.createDirectory(folder.resolve("other")), "EC")
                .chain();
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
        byte[] page = "{\"items\":[],\"page\":{}}".getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try {
            Cli cli = new Cli();
            cli.environment.put(
                    "MUSTER_URL", "https://127.0.0.1:" + server.getAddress().getPort());
            assertThat(cli.run("user", "list", "--ca-file", chain.toString()).exit())
                    .isZero();
            Cli.Ran untrusted = cli.run("user", "list");
            assertThat(untrusted.exit()).isEqualTo(3);
            assertThat(untrusted.err()).contains("--ca-file or MUSTER_CA_FILE").doesNotContain("PKIX");
            assertThat(cli.run("user", "list", "--ca-file", other.toString()).exit())
                    .isEqualTo(3);
            cli.environment.put("MUSTER_CA_FILE", chain.toString());
            assertThat(cli.run("user", "list").exit()).isZero();
            Path empty = Files.writeString(folder.resolve("empty"), "");
            assertThat(cli.run("user", "list", "--ca-file", empty.toString()).exit())
                    .isEqualTo(2);
        } finally {
            server.stop(0);
        }
    }
}
