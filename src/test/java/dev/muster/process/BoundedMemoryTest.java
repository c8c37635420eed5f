package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The memory that one client can use is limited: its further requests get 503, and another tenant is served all the
/// time. The tests use the launcher's heap size. A server that runs out of memory exits immediately, so they also show
/// that it does not run out.
@Timeout(300)
class BoundedMemoryTest {
    /// Less than 90 % of the 2,000 allowed connections; above that, connections are evicted.
    private static final int CONNECTIONS = 1_700;

    private static final int LONG_USERS = 1_000;

    @TempDir
    private Path folder;

    @Test
    void unfinishedBodies() throws Exception {
        try (ServerProcess server = ServerProcess.startAsLaunched(folder.resolve("data"))) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            String chunk = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n"
                    + "x".repeat(100_000);
            List<Socket> greedy = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    greedy.add(begun(server.address(), "POST /api/v2/partner/enrollee", null, chunk));
                    if (i % 100 == 0) {
                        serves(server.address(), key, "body-" + i);
                    }
                }
                serves(server.address(), key, "body-last");
            } finally {
                closeAll(greedy);
            }
            serves(server.address(), key, "body-after");
        }
    }

    @Test
    void unfinishedHeads() throws Exception {
        try (ServerProcess server = ServerProcess.startAsLaunched(folder.resolve("data"))) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            String head = "X-Long: " + "x".repeat(126_000);
            List<Socket> greedy = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    greedy.add(begun(server.address(), "GET /v1/users", null, head));
                    if (i % 100 == 0) {
                        serves(server.address(), key, "head-" + i);
                    }
                }
                serves(server.address(), key, "head-last");
            } finally {
                closeAll(greedy);
            }
        }
    }

    /// Requests pages of a thousand users with almost the maximum of metadata, each page about seven MiB long.
    @Test
    void longPages() throws Exception {
        try (ServerProcess server = ServerProcess.startAsLaunched(folder.resolve("data"))) {
            Tenancy tenancy = Tenancy.make(server.address(), "acme");
            String key = tenancy.testKey();
            String neighbour = tenancy.productionKey();
            try (Client client = new Client(server.address(), key)) {
                for (int i = 0; i < LONG_USERS; i++) {
                    Client.Answer made = client.json(
                            "POST",
                            "/v1/users",
                            Map.of("externalId", "long-" + i, "metadata", Map.of("much", "x".repeat(7_000))));
                    assertThat(made.status()).as("%s", made).isEqualTo(201);
                }
            }
            // These clients read their responses.
            ConcurrentLinkedQueue<Integer> answers = new ConcurrentLinkedQueue<>();
            List<Thread> readers = IntStream.range(0, 32)
                    .mapToObj(_ -> Thread.ofVirtual().start(() -> page(server.address(), key, answers)))
                    .toList();
            int rounds = 0;
            while (readers.stream().anyMatch(Thread::isAlive)) {
                serves(server.address(), neighbour, "beside-readers-" + rounds++);
            }
            assertThat(answers)
                    .hasSize(32)
                    .allMatch(status -> status == 200 || status == 503)
                    .contains(200);
            // These clients do not.
            List<Socket> greedy = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    greedy.add(begun(server.address(), "GET /v1/users?limit=1000", key, "\r\n"));
                    serves(server.address(), neighbour, "beside-greedy-" + i);
                }
            } finally {
                closeAll(greedy);
            }
            serves(server.address(), neighbour, "page-after");
        }
    }

    private static void page(URI address, String key, ConcurrentLinkedQueue<Integer> answers) {
        try (Client client = new Client(address, key)) {
            answers.add(client.send("GET", "/v1/users?limit=1000", new byte[0]).status());
        } catch (IOException e) {
            answers.add(-1);
        }
    }

    /// Sends one write and one read as another tenant.
    private static void serves(URI address, String key, String name) throws IOException {
        try (Client client = new Client(address, key)) {
            Client.Answer made = client.json("POST", "/v1/users", Map.of("externalId", name));
            assertThat(made.status()).as("%s", made).isEqualTo(201);
            assertThat(client.get("/v1/users/external:" + name).status()).isEqualTo(200);
        }
    }

    /// Starts a request on a new connection whose response is never read.
    private static Socket begun(URI address, String line, @Nullable String key, String rest) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        String credential = key == null ? "" : "Authorization: Bearer " + key + "\r\n";
        String text = line + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n" + credential + rest;
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The server has already refused the request and closed the connection.
        }
        return socket;
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
