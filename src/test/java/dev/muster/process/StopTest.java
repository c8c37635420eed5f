package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.OnBothDatabases;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that receives SIGTERM finishes the requests that it has started to process.
@OnBothDatabases
@Timeout(600)
class StopTest {
    private static final int CONNECTIONS = 8;
    private static final int STOPS = 3;

    @TempDir
    private Path folder;

    /// Under load, requests that have been started get a response, and requests without a response had no effect.
    @Test
    void underLoadStartedRequestsAreAnsweredAndOthersNotExecuted() throws Exception {
        try (ServerProcess server = ServerProcess.startOnTestDatabase(folder.resolve("data"))) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            Load load = new Load(key, CONNECTIONS, 1);
            for (int stop = 0; stop < STOPS; stop++) {
                load.start(server.address());
                Thread.sleep(200);
                server.terminate();
                load.await();
                assertThat(server.await()).as(server::output).isZero();
                server.restart();
                load.settle(server.address(), false);
                load.compare(server.address(), Tenancy.FIRST_ENTRIES);
            }
        }
    }

    /// After SIGTERM, both ports tell load balancers that the server will stop. Until then, requests are answered.
    @Test
    void itIsNotReadyBeforeItStops() throws Exception {
        int admin = freePort();
        try (ServerProcess server = ServerProcess.start(
                        folder.resolve("data"), "--stop-delay", "60", "--admin-port", Integer.toString(admin));
                Client client = new Client(server.address(), ServerProcess.ROOT_KEY);
                Client metrics = new Client(URI.create("http://127.0.0.1:" + admin), null)) {
            assertThat(client.get("/health/ready").status()).isEqualTo(200);
            assertThat(metrics.get("/health/ready").status()).isEqualTo(200);
            assertThat(metrics.get("/health/live").status()).isEqualTo(200);
            server.terminate();
            while (client.get("/health/ready").status() == 200) {
                Thread.sleep(20);
            }
            assertThat(client.get("/health/ready").status()).isEqualTo(503);
            assertThat(metrics.get("/health/ready").status()).isEqualTo(503);
            assertThat(metrics.get("/health/live").status()).isEqualTo(200);
            assertThat(metrics.get("/metrics").text()).contains("muster_ready 0");
            assertThat(client.json("POST", "/v1/tenants", Map.of("name", "Acme"))
                            .status())
                    .isEqualTo(201);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// A slow request that has been started gets a response. Hashing a password takes so long that the signal
    /// arrives in the meantime.
    @Test
    void aSlowRequestIsAnswered() throws Exception {
        try (ServerProcess server = ServerProcess.startOnTestDatabase(folder.resolve("data"))) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            int slow = 6;
            CountDownLatch sent = new CountDownLatch(slow);
            CompletableFuture<?>[] answers = new CompletableFuture<?>[slow];
            for (int i = 0; i < slow; i++) {
                String username = "operator-" + i;
                answers[i] = CompletableFuture.runAsync(
                        () -> {
                            try (Client client = new Client(server.address(), key)) {
                                assertThat(client.get("/v1/journal/head").status())
                                        .isEqualTo(200);
                                sent.countDown();
                                Client.Answer answer = client.json(
                                        "POST",
                                        "/v1/operators",
                                        Map.of("username", username, "password", "a long password", "role", "viewer"));
                                // A 503 means that the server stopped before it executed the request.
                                assertThat(answer.status()).as("%s", answer).isIn(201, 503);
                            } catch (IOException e) {
                                // When the server stopped, it had not yet received the request on this connection.
                                assertThat(e).hasMessageMatching("closed within a line: |Connection reset|Broken pipe");
                            }
                        },
                        task -> Thread.ofVirtual().start(task));
            }
            sent.await();
            server.terminate();
            CompletableFuture.allOf(answers).join();
            assertThat(server.await()).as(server::output).isZero();
        }
    }
}
