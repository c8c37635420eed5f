package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Under mixed load at full rate, memory and the write-ahead log do not grow, and no request fails. The property
/// `muster.soak.minutes` sets the duration; the measurements are written to `target/soak.txt`.
@Timeout(10_000)
class SoakTest {
    private static final Duration LENGTH = Duration.ofSeconds(
            Math.round(60 * Double.parseDouble(System.getProperty("muster.soak.minutes", defaultMinutes()))));
    private static final boolean WHOLE = LENGTH.toMinutes() >= 5;
    private static final int CONNECTIONS = 12;
    private static final long MAX_RSS = 350L << 20;
    private static final long MAX_WAL = 128L << 20;

    /// The maximum growth in the second half of the run, according to a fitted line. A leak of 32 bytes per request
    /// would exceed it.
    private static final double MAX_GROWTH = 24L << 20;

    /// The number of reads per write, so that the load is mixed and does not fill the disk in half an hour.
    private static final int READS = 4;

    @TempDir
    private Path folder;

    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();

    private static String defaultMinutes() {
        return Boolean.getBoolean("muster.long") ? "30" : "0.15";
    }

    private record Sample(double seconds, long rss, long wal) {}

    @Test
    void memoryAndWalStayFlatAndNoRequestFails() throws Exception {
        Path data = folder.resolve("data");
        List<Sample> samples = new ArrayList<>();
        try (ServerProcess server = ServerProcess.startAsLaunched(data)) {
            Tenancy tenancy = Tenancy.make(server.address(), "acme");
            long began = System.nanoTime();
            long end = began + LENGTH.toNanos();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                String key = i % 3 == 0 ? tenancy.productionKey() : tenancy.testKey();
                int number = i;
                clients.add(Thread.ofVirtual().start(() -> ask(server, key, number, end)));
            }
            while (clients.stream().anyMatch(Thread::isAlive)) {
                Thread.sleep(Math.min(1_000, LENGTH.toMillis() / 30));
                samples.add(new Sample((System.nanoTime() - began) / 1e9, server.rss(), size(data, "muster.db-wal")));
            }
            report(samples, data);
            assertThat(failures).isEmpty();
            assertThat(samples).allSatisfy(sample -> {
                assertThat(sample.rss()).isLessThan(MAX_RSS);
                assertThat(sample.wal()).isLessThan(MAX_WAL);
            });
            if (WHOLE) {
                // A shorter run is still warming up at its end.
                assertThat(growth(secondHalf(samples))).isLessThan(MAX_GROWTH);
            }
            for (String key : List.of(tenancy.testKey(), tenancy.productionKey())) {
                verify(server, key);
            }
            server.terminate();
            assertThat(server.await()).as(server::output).isZero();
            assertThat(server.output()).doesNotContain("\"ERROR\"");
        }
    }

    private void ask(ServerProcess server, String key, int number, long end) {
        Random random = new Random(number);
        String mine = "soak-" + number + "-";
        int users = 0;
        try (Client client = new Client(server.address(), key)) {
            while (System.nanoTime() < end) {
                int what = random.nextInt(READS + 1);
                String user = "/v1/users/external:" + mine + random.nextInt(Math.max(1, users));
                if (users == 0 || (what == 0 && random.nextInt(3) == 0)) {
                    Map<String, Object> person = Map.of(
                            "externalId", mine + users, "email", mine + users + "@example.org", "name", "Somebody");
                    count(client, "POST", "/v1/users", person, 201);
                    users++;
                } else if (what == 0) {
                    String hold = user + "/holds/suspended";
                    boolean place = random.nextBoolean();
                    count(client, place ? "PUT" : "DELETE", hold, place ? Map.of("reason", "r") : Map.of(), 200);
                } else {
                    switch (random.nextInt(20)) {
                        case 0 -> count(client, "GET", "/v1/users?limit=20", null, 200);
                        case 1 -> count(client, "GET", "/v1/users?limit=20&status=suspended", null, 200);
                        case 2 -> count(client, "GET", user + "/history", null, 200);
                        case 3 -> count(client, "GET", "/v1/users/external:nobody", null, 404);
                        case 4, 5, 6, 7, 8 -> count(client, "GET", user, null, 200);
                        default -> count(client, "GET", user + "/standing", null, 200);
                    }
                }
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    /// Sends a request and counts it. A request refused as busy was not executed, so it is sent again.
    private void count(Client client, String method, String target, Object body, int wanted) throws IOException {
        byte[] bytes = body == null ? new byte[0] : Json.write(body);
        Client.Answer answer = client.send(method, target, bytes, Client.JSON);
        while (answer.isBusy()) {
            busy.incrementAndGet();
            answer = client.send(method, target, bytes, Client.JSON);
        }
        requests.incrementAndGet();
        if (body != null) {
            writes.incrementAndGet();
        }
        if (answer.status() != wanted) {
            failures.add(method + " " + target + ": " + answer);
        }
    }

    private static void verify(ServerProcess server, String key) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            Fields verified = client.get("/v1/journal/verify").json();
            assertThat(verified.flag("valid")).as("%s", verified).isTrue();
        }
    }

    private static List<Sample> secondHalf(List<Sample> samples) {
        return samples.subList(samples.size() / 2, samples.size());
    }

    /// Returns by how many bytes a least-squares line through the resident memory of these samples rises.
    private static double growth(List<Sample> samples) {
        double time = samples.stream().mapToDouble(Sample::seconds).average().orElseThrow();
        double rss = samples.stream().mapToLong(Sample::rss).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (Sample sample : samples) {
            above += (sample.seconds() - time) * (sample.rss() - rss);
            below += (sample.seconds() - time) * (sample.seconds() - time);
        }
        return above / below * (samples.getLast().seconds() - samples.getFirst().seconds());
    }

    private static long size(Path data, String file) throws IOException {
        Path path = data.resolve(file);
        return Files.exists(path) ? Files.size(path) : 0;
    }

    private void report(List<Sample> samples, Path data) throws IOException {
        double mebibyte = 1L << 20;
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d s of mixed load on %d connections: %d requests, of them %d writes; %d were told that it is busy, %d"
                        + " failed%npeak RSS %.1f MiB (at most %d), growth over the second half %.1f MiB (at most %.0f,"
                        + " from 5 minutes on)%npeak WAL %.1f MiB (at most %d); database %.1f MiB%n%nseconds RSS WAL%n",
                LENGTH.toSeconds(),
                CONNECTIONS,
                requests.get(),
                writes.get(),
                busy.get(),
                failures.size(),
                samples.stream().mapToLong(Sample::rss).max().orElseThrow() / mebibyte,
                MAX_RSS >> 20,
                growth(secondHalf(samples)) / mebibyte,
                MAX_GROWTH / mebibyte,
                samples.stream().mapToLong(Sample::wal).max().orElseThrow() / mebibyte,
                MAX_WAL >> 20,
                size(data, "muster.db") / mebibyte));
        int step = Math.max(1, samples.size() / 60);
        for (int i = 0; i < samples.size(); i += step) {
            Sample sample = samples.get(i);
            text.append(String.format(
                    Locale.ROOT,
                    "%7.0f %5.1f %5.1f%n",
                    sample.seconds(),
                    sample.rss() / mebibyte,
                    sample.wal() / mebibyte));
        }
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/soak.txt"), text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
