package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A client that makes every kind of change to users, while other clients change the same users. Its writes are often
/// refused, but never because of a server error.
final class MixedLoad {
    /// So few users that writers collide.
    private static final int USERS = 60;

    private static final List<String> KINDS = List.of("suspended", "blocked", "deactivated", "fraud");

    private final URI address;
    private final String apiKey;
    private final Random random;
    private final AtomicLong done;
    private final AtomicInteger serial;

    /// @param done the counter of executed writes, shared by all clients of a realm
    /// @param serial the source of unique values, shared by all clients of a realm
    MixedLoad(URI address, String apiKey, long seed, AtomicLong done, AtomicInteger serial) {
        this.address = address;
        this.apiKey = apiKey;
        this.random = new Random(seed);
        this.done = done;
        this.serial = serial;
    }

    private record Write(String method, String target, Object body) {}

    /// Writes until all clients together have executed `upTo` writes.
    void write(long upTo) throws IOException {
        try (Client client = new Client(address, apiKey)) {
            while (done.get() < upTo) {
                Write write = next();
                Client.Answer answer = client.json(write.method, write.target, write.body);
                assertThat(answer.status()).as("%s: %s", write, answer).isIn(200, 201, 404, 409, 410, 412, 422);
                if (answer.status() < 300) {
                    done.incrementAndGet();
                }
            }
        }
    }

    private Write next() {
        int unique = serial.incrementAndGet();
        int user = random.nextInt(USERS);
        String at = "/v1/users/external:person-" + user;
        return switch (random.nextInt(13)) {
            case 0, 1 ->
                new Write(
                        "POST",
                        "/v1/users",
                        Map.of(
                                "externalId",
                                "person-" + user,
                                "email",
                                "person-" + unique + "@example.org",
                                "metadata",
                                Map.of("unique", unique)));
            case 2 -> new Write("PATCH", at, Map.of("name", "Person " + unique, "username", "user-" + unique));
            case 3 -> {
                Map<String, Object> emptied = new HashMap<>();
                emptied.put("name", null);
                emptied.put("email", "other-" + unique + "@example.org");
                yield new Write("PATCH", at, emptied);
            }
            case 4, 5 -> new Write("PUT", hold(at), Map.of("reason", "r-" + unique, "note", "n"));
            case 6 -> new Write("PUT", hold(at), Map.of("until", soon(), "reason", "r-" + unique));
            case 7 -> new Write("DELETE", hold(at), Map.of("note", "n-" + unique));
            case 8 ->
                random.nextBoolean()
                        ? new Write("DELETE", at, Map.of("reason", "r"))
                        : new Write("POST", at + "/restore", Map.of());
            case 9 -> new Write("POST", at + (random.nextBoolean() ? "/promote" : "/reinstate"), Map.of());
            case 10 -> new Write("PUT", at + "/workstations", Map.of("workstations", List.of("desk-" + unique)));
            case 11 -> new Write("PUT", at + "/rank", Map.of("rank", random.nextBoolean() ? "ADMIN" : "REGULAR"));
            default -> new Write("POST", at + "/confirm-email", Map.of());
        };
    }

    private String hold(String at) {
        return at + "/holds/" + KINDS.get(random.nextInt(KINDS.size()));
    }

    /// Returns an end for a hold. Some holds expire while other clients are still writing.
    private String soon() {
        return Instant.now().plusMillis(random.nextInt(500, 3_000)).toString();
    }
}
