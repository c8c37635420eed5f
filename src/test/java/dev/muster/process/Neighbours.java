package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Clients that register users in their own realm while other clients send bad requests. Their requests share batches
/// with the bad ones; each must get a 201, and its user must be stored.
final class Neighbours implements AutoCloseable {
    private static final int CLIENTS = 4;

    /// The pause between requests, which leaves most of the processor to the test.
    private static final int PAUSE_MILLIS = 50;

    private final URI address;
    private final String key;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Integer>> clients = new ArrayList<>();
    private volatile boolean done;

    Neighbours(TestServer server) throws IOException {
        address = server.address();
        key = server.makeTenant("neighbours").testKey().apiKey();
        for (int i = 0; i < CLIENTS; i++) {
            String name = "neighbour-" + i + "-";
            clients.add(threads.submit(() -> registerUntilDone(name)));
        }
    }

    private int registerUntilDone(String name) throws IOException, InterruptedException {
        int registered = 0;
        try (Client client = new Client(address, key)) {
            while (!done) {
                Client.Answer answer = client.json("POST", "/v1/users", Map.of("externalId", name + registered));
                assertThat(answer.status()).as("%s", answer).isEqualTo(201);
                registered++;
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        return registered;
    }

    /// Stops the clients. Fails if one of their requests failed, if a user is missing, or if the realm's
    /// journal is not valid.
    @Override
    public void close() throws IOException {
        done = true;
        int registered = 0;
        try {
            for (Future<Integer> client : clients) {
                registered += client.get(1, TimeUnit.MINUTES);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("a neighbour failed", e);
        } finally {
            threads.shutdownNow();
        }
        assertThat(registered).isPositive();
        try (Client client = new Client(address, key)) {
            assertThat(client.get("/v1/users?limit=1").json().in("page").number("total"))
                    .isEqualTo(registered);
            assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();
        }
    }
}
