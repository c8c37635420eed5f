package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.SmallDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that send too many requests, or do not read their responses, do not affect other clients.
@Timeout(300)
class GreedyTest {
    private static final String PASSWORD = "a password of somebody's";
    private static final int FLOOD = 60;

    @TempDir
    private Path folder;

    /// Only one sign-in attempt per name and address runs at a time. The other attempts get 503, and all other
    /// requests are served.
    @Test
    void aFloodOfSignInsUnderOneNameIsBusyAloneWhileKeysAreServed() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String key = withOperator(server.address(), "acme");
            ConcurrentLinkedQueue<Client.Answer> answers = new ConcurrentLinkedQueue<>();
            CountDownLatch connected = new CountDownLatch(FLOOD);
            List<Thread> flood = java.util.stream.IntStream.range(0, FLOOD)
                    .mapToObj(_ -> Thread.ofVirtual().start(() -> signIn(server.address(), key, connected, answers)))
                    .toList();
            connected.await();
            int served = 0;
            try (Client client = new Client(server.address(), key)) {
                while (flood.stream().anyMatch(Thread::isAlive)) {
                    assertThat(client.send("GET", "/v1/users?limit=1", new byte[0])
                                    .status())
                            .isEqualTo(200);
                    served++;
                }
            }
            assertThat(served).isPositive();
            assertThat(answers).hasSize(FLOOD).allMatch(answer -> answer.status() == 200 || answer.isBusy());
            assertThat(answers).filteredOn(Client.Answer::isBusy).isNotEmpty();
            assertThat(answers)
                    .filteredOn(answer -> answer.status() == 200)
                    .as("%s", answers)
                    .isNotEmpty();
        }
    }

    /// One address opens nearly all allowed connections and repeats sign-ins for an unknown tenant on each, so it
    /// soon exceeds its limit. Requests from elsewhere are served, both with keys and for sign-ins.
    @Test
    @Timeout(180)
    void anAddressThatFloodsSignInsDoesNotBlockOthers() throws Exception {
        int connections = 1_950;
        int good = 14;
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String key = withOperator(server.address(), "acme");
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(connections);
            ConcurrentHashMap<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
            List<Thread> flood = java.util.stream.IntStream.range(0, connections)
                    .mapToObj(number ->
                            Thread.ofVirtual().start(() -> attack(server.address(), number, begun, over, statuses)))
                    .toList();
            begun.await();
            InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.2");
            try {
                while (!statuses.containsKey(429)) {
                    Thread.sleep(50);
                }
                for (int i = 0; i < good; i++) {
                    assertThat(answered(
                                    () -> new Client(server.address(), key, elsewhere),
                                    client -> client.send("GET", "/v1/users?limit=1", new byte[0])))
                            .as("request %s", i)
                            .isEqualTo(200);
                    assertThat(answered(
                                    () -> new Client(server.address(), null, elsewhere), client -> signIn(client, key)))
                            .as("sign-in %s", i)
                            .isEqualTo(200);
                }
            } finally {
                over.set(true);
            }
            for (Thread one : flood) {
                one.join();
            }
            assertThat(statuses.keySet()).isSubsetOf(401, 429, 503);
        }
    }

    private interface Connecting {
        Client connect() throws IOException;
    }

    private interface Asking {
        Client.Answer ask(Client client) throws IOException;
    }

    /// Returns the status of the response. A connection may be evicted before its request is read; the client then
    /// connects again, up to three times in all.
    private static int answered(Connecting connecting, Asking asking) throws IOException {
        IOException closed = new IOException("not tried");
        for (int i = 0; i < 3; i++) {
            try (Client client = connecting.connect()) {
                return asking.ask(client).status();
            } catch (IOException e) {
                closed = e;
            }
        }
        throw closed;
    }

    /// Signs in repeatedly until the test is over, each time with another name, and reconnects when the connection
    /// is closed.
    private static void attack(
            URI address,
            int number,
            CountDownLatch begun,
            AtomicBoolean over,
            ConcurrentHashMap<Integer, LongAdder> statuses) {
        InetAddress attacker = InetAddress.ofLiteral("127.0.0.9");
        boolean first = true;
        while (!over.get()) {
            try (Client client = new Client(address, null, attacker)) {
                for (int i = 0; client.isUsable() && !over.get(); i++) {
                    if (first) {
                        begun.countDown();
                        begun.await();
                        first = false;
                    }
                    Map<String, String> form = Map.of(
                            "partner",
                            "no-tenant",
                            "environment",
                            "test",
                            "username",
                            "user-" + number + "-" + i,
                            "password",
                            PASSWORD);
                    int status = client.send(
                                    "POST", "/console/sign-in", Browser.form(form), Browser.FORM, "Origin: " + address)
                            .status();
                    statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
                    pause();
                }
            } catch (IOException e) {
                // The connection was evicted.
                pause();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// Pauses, because the attack should use up the connections rather than the processor.
    private static void pause() {
        try {
            Thread.sleep(2_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// However many sign-ins one realm receives, sign-ins to another realm still get through.
    @Test
    void aFloodOfSignInsInOneRealmLeavesThoseOfAnotherTheirPlace() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String flooded = withOperator(server.address(), "acme");
            String quiet = withOperator(server.address(), "globex");
            ConcurrentLinkedQueue<Client.Answer> answers = new ConcurrentLinkedQueue<>();
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(FLOOD);
            List<Thread> flood = java.util.stream.IntStream.range(0, FLOOD)
                    .mapToObj(_ -> Thread.ofVirtual().start(() -> {
                        try (Client client = new Client(server.address(), null)) {
                            while (!over.get()) {
                                answers.add(signIn(client, flooded));
                                begun.countDown();
                                // This attack should fill the queue rather than use up the processor.
                                Thread.sleep(50);
                            }
                        } catch (IOException | InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .toList();
            begun.await();
            try (Client client = new Client(server.address(), null, InetAddress.ofLiteral("127.0.0.2"))) {
                for (int i = 0; i < 10; i++) {
                    Client.Answer answer = signIn(client, quiet);
                    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                }
            } finally {
                over.set(true);
            }
            for (Thread one : flood) {
                one.join();
            }
            assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.isBusy());
            assertThat(answers).filteredOn(Client.Answer::isBusy).isNotEmpty();
        }
    }

    private static String withOperator(URI address, String partnerId) throws IOException {
        String key = Tenancy.make(address, partnerId).testKey();
        try (Client client = new Client(address, key)) {
            client.json("POST", "/v1/operators", Map.of("username", "ada", "password", PASSWORD, "role", "viewer"));
        }
        return key;
    }

    private static Client.Answer signIn(Client client, String key) throws IOException {
        byte[] body = dev.muster.http.json.Json.write(Map.of("username", "ada", "password", PASSWORD));
        return client.send("POST", "/api/v1/user/login/", body, Client.JSON, "apikey: " + key);
    }

    private static void signIn(
            URI address, String key, CountDownLatch connected, ConcurrentLinkedQueue<Client.Answer> answers) {
        try (Client client = new Client(address, null)) {
            connected.countDown();
            connected.await();
            answers.add(signIn(client, key));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The server keeps serving requests if its log cannot be written because the reader is gone or the disk is
    /// full.
    @Test
    void requestsContinueIfTheLogCannotBeWritten() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            server.closeOutput();
            serves(server.address());
            server.terminate();
            assertThat(server.await()).isZero();
        }
        try (ServerProcess server =
                ServerProcess.startUnheard(folder.resolve("mute"), freePort(), Path.of("/dev/full"))) {
            serves(server.address());
            server.terminate();
            assertThat(server.await()).isZero();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /// The log goes to an open pipe that is never read. Once its lines fill the pipe, the next write would block.
    /// That would affect every thread that logs, even a lane, which logs when the disk is full.
    @Test
    void requestsContinueIfTheLogIsNotRead() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (RandomAccessFile _ = new RandomAccessFile(pipe.toFile(), "rw");
                SmallDisk disk = SmallDisk.mount(folder.resolve("data"), 24);
                ServerProcess server = ServerProcess.startUnheard(disk, freePort(), pipe)) {
            String key = serves(server.address());
            try (Client client = new Client(server.address(), key)) {
                for (int i = 0; i < 400; i++) {
                    client.send("GET", "/v1/nowhere", new byte[0]);
                }
                disk.fill();
                assertThat(until(client, 503).text()).contains("no_room");
                assertThat(client.get("/v1/users/external:user-1").status()).isEqualTo(200);
                disk.free();
                until(client, 201);
            }
            server.terminate();
            assertThat(server.await()).isZero();
        }
    }

    /// Registers users until a response has this status. This may take thousands of requests, because the
    /// write-ahead log has room for several thousand users.
    private static Client.Answer until(Client client, int status) throws IOException {
        for (int i = 0; i < 10_000; i++) {
            Client.Answer answer =
                    client.jsonOnce("POST", "/v1/users", Map.of("externalId", "until-" + status + "-" + i));
            if (answer.status() == status) {
                return answer;
            }
        }
        throw new AssertionError("nobody was answered with " + status);
    }

    private static String serves(URI address) throws IOException {
        String key = Tenancy.make(address, "acme").testKey();
        try (Client client = new Client(address, key)) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.json("POST", "/v1/users", Map.of("externalId", "user-" + i))
                                .status())
                        .isEqualTo(201);
                // Causes an error, because errors are logged even without the access log.
                client.send("GET", "/v1/nowhere", new byte[0]);
            }
        }
        return key;
    }
}
