package dev.muster.clients;

import dev.muster.TestServer;
import dev.muster.http.ListenerConfig;
import dev.muster.testing.TestCertificate;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A Muster server with TLS on this machine. It also runs the clients that connect to it; their environment, rather
/// than their code, makes them trust its certificate.
final class ClientServer implements AutoCloseable {
    private static final int ATTEMPTS = 1_000;

    private final TestServer server;
    private final TestCertificate certificate;

    /// @param folder the folder for the server's data and its certificate
    ClientServer(Path folder, TestServer.Faces faces) {
        certificate = TestCertificate.make(folder, "RSA");
        server = new TestServer(
                folder,
                InstantSource.system(),
                ATTEMPTS,
                new ListenerConfig.Tls(certificate.chain(), certificate.key()),
                faces);
    }

    /// The server itself, which can create tenants, keys and users without HTTP.
    TestServer muster() {
        return server;
    }

    /// The server's certificate. A client that runs a server of its own may use it too.
    TestCertificate certificate() {
        return certificate;
    }

    /// The host and port to which clients connect.
    String authority() {
        return "127.0.0.1:" + server.port();
    }

    /// Runs a script with Node.
    ///
    /// @param script a script below the folder of [NodePackages]
    ClientProcess node(Path script, String... arguments) {
        return ClientProcess.run(
                script.getParent(),
                Map.of("NODE_EXTRA_CA_CERTS", certificate.chain().toString()),
                command(List.of("node", script.toString()), arguments));
    }

    /// Runs a script with PHP.
    ClientProcess php(Path script, String... arguments) {
        return ClientProcess.run(
                script.getParent(),
                Map.of(),
                command(List.of("php", "-d", "curl.cainfo=" + certificate.chain(), script.toString()), arguments));
    }

    private static List<String> command(List<String> begin, String... arguments) {
        List<String> command = new ArrayList<>(begin);
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void close() {
        server.close();
    }
}
