package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Clients that write at full rate, each to its own users. Each client knows the state of its users from the responses
/// alone. When the server is gone, each client has at most one write with an unknown outcome, in addition to those
/// whose outcome the server itself reported as unknown.
///
/// Most writes have an `Idempotency-Key`. Some have none, because the key would hide a write that is executed twice.
/// Writes refused as busy are sent again, and must then be executed for the first time.
final class Load {
    private static final List<String> KINDS = List.of("suspended", "blocked", "deactivated", "fraud");
    private static final List<String> LABELS = List.of("main", "legal");
    private static final int PAUSE_MILLIS = 20;

    private final String apiKey;
    private final List<Writer> writers = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong serial = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private volatile boolean ending;
    private final List<Thread> threads = new ArrayList<>();
    private CountDownLatch begun = new CountDownLatch(0);

    Load(String apiKey, int connections, long seed) {
        this.apiKey = apiKey;
        for (int i = 0; i < connections; i++) {
            writers.add(new Writer(new Random(seed * 31 + i)));
        }
    }

    /// A user's state.
    ///
    /// @param holds the reasons of the user's holds, by kind and label
    record State(long version, Map<String, String> holds) {
        State with(String hold, @Nullable String reason) {
            Map<String, String> changed = new TreeMap<>(holds);
            if (reason == null) {
                changed.remove(hold);
            } else {
                changed.put(hold, reason);
            }
            return new State(version + 1, changed);
        }

        /// Reads the state from a response.
        static State of(Fields user) {
            Map<String, String> holds = new TreeMap<>();
            for (Fields hold : user.in("standing").items("holds")) {
                holds.put(hold.text("kind") + "/" + hold.text("label"), hold.text("reason"));
            }
            return new State(user.number("version"), holds);
        }
    }

    /// A write that can be repeated unchanged.
    ///
    /// @param key the idempotency key; null if the write has none
    /// @param before the user's state before the write; null if the write registers the user
    private record Write(
            String externalId,
            String method,
            String target,
            Map<String, Object> body,
            @Nullable String key,
            @Nullable State before,
            State after) {
        Client.Answer send(Client client) throws IOException {
            return key == null
                    ? client.jsonOnce(method, target, body)
                    : client.jsonOnce(method, target, body, "Idempotency-Key: " + key);
        }
    }

    /// Starts writing, and returns once each connection has received a response or has ended.
    ///
    /// @param addresses the addresses of one or more servers; the connections are divided among them
    void start(URI... addresses) throws InterruptedException {
        begun = new CountDownLatch(writers.size());
        ending = false;
        threads.clear();
        for (int i = 0; i < writers.size(); i++) {
            Writer writer = writers.get(i);
            writer.address = addresses[i % addresses.length];
            threads.add(Thread.ofVirtual().start(writer::write));
        }
        begun.await();
    }

    /// Stops sending, and waits for outstanding responses.
    void finish() throws InterruptedException {
        ending = true;
        await();
    }

    /// Returns once every connection has ended, which happens when the server ends.
    void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Returns once `count` writes have been answered in total. Fails if a write failed, or if all connections have
    /// ended before.
    void awaitAnswered(long count) throws InterruptedException {
        while (answered.get() < count) {
            Thread.sleep(5);
            writers.forEach(Writer::throwFailure);
            assertThat(threads).as("connections").anyMatch(Thread::isAlive);
        }
    }

    long answered() {
        return answered.get();
    }

    /// The number of writes that this server has answered.
    long answered(URI address) {
        return writers.stream()
                .filter(writer -> address.equals(writer.address))
                .mapToLong(writer -> writer.done.get())
                .sum();
    }

    /// Waits until a server has answered `more` further writes, or until the time is up.
    ///
    /// @return whether the server answered that many in time
    boolean goesOn(URI address, long more, Duration within) throws InterruptedException {
        long wanted = answered(address) + more;
        long deadline = System.nanoTime() + within.toNanos();
        while (answered(address) < wanted && System.nanoTime() < deadline) {
            writers.forEach(Writer::throwFailure);
            Thread.sleep(10);
        }
        return answered(address) >= wanted;
    }

    /// How often a server reported overload.
    long busy() {
        return busy.get();
    }

    /// How often a server reported an unknown outcome.
    long unknown() {
        return unknown.get();
    }

    /// Determines the outcome of the unanswered writes from the restarted server, and sends these writes again.
    ///
    /// @param mayBeDone whether an unanswered write may have been executed
    void settle(URI address, boolean mayBeDone) throws IOException, InterruptedException {
        try (Client client = new Client(address, apiKey)) {
            for (Writer writer : writers) {
                writer.settle(client, mayBeDone);
            }
        }
    }

    /// Asserts that the users of the realm match the confirmed writes: none is missing, different or unexpected.
    ///
    /// @param others the number of journal entries in the realm that do not come from this load
    void compare(URI address, long others) throws IOException {
        Map<String, State> expected = new HashMap<>();
        for (Writer writer : writers) {
            expected.putAll(writer.users);
        }
        Map<String, State> found = new HashMap<>();
        Map<String, Long> byStatus = new TreeMap<>();
        try (Client client = new Client(address, apiKey)) {
            long number = 0;
            String next = "";
            while (next != null) {
                Fields page = client.get("/v1/users?limit=1000" + next).json();
                for (Fields user : page.items("items")) {
                    assertThat(user.number("number")).isEqualTo(++number);
                    found.put(user.text("externalId"), State.of(user));
                    byStatus.merge(user.in("standing").text("status"), 1L, Long::sum);
                }
                assertThat(page.in("page").number("total")).isEqualTo(expected.size());
                Object cursor = page.in("page").any("next");
                next = cursor == null ? null : "&after=" + cursor;
            }
            assertThat(found).isEqualTo(expected);
            for (String status : List.of("active", "fraud", "deactivated", "suspended", "blocked", "removed")) {
                assertThat(client.get("/v1/users?limit=1&status=" + status)
                                .json()
                                .in("page")
                                .number("total"))
                        .as(status)
                        .isEqualTo(byStatus.getOrDefault(status, 0L));
            }
            Fields verified = client.get("/v1/journal/verify").json();
            assertThat(verified.flag("valid")).as("%s", verified).isTrue();
            // Each version of a user adds one journal entry.
            assertThat(verified.number("entries"))
                    .isEqualTo(others
                            + found.values().stream().mapToLong(State::version).sum());
        }
    }

    /// A connection that sends one write at a time.
    private final class Writer {
        private final Random random;
        private final Map<String, State> users = new HashMap<>();
        private final List<String> ids = new ArrayList<>();
        private final AtomicLong done = new AtomicLong();
        private @Nullable URI address;
        private @Nullable Write last;
        private final List<Write> open = new ArrayList<>();
        private volatile @Nullable AssertionError wrong;

        Writer(Random random) {
            this.random = random;
        }

        void write() {
            CountDownLatch waits = begun;
            boolean first = true;
            Write write = null;
            try (Client client = new Client(Objects.requireNonNull(address), apiKey)) {
                while (client.isUsable() && !ending) {
                    write = next();
                    Client.Answer answer = sendUntilKnown(client, write);
                    if (answer.isUnknown()) {
                        leaveOpen(write);
                        write = null;
                        continue;
                    }
                    boolean carriedOut = answered(write, answer);
                    write = null;
                    if (carriedOut && first) {
                        first = false;
                        waits.countDown();
                    }
                }
            } catch (IOException e) {
                if (write != null) {
                    leaveOpen(write);
                }
            } catch (AssertionError | InterruptedException e) {
                wrong = e instanceof AssertionError error ? error : new AssertionError(e);
            } finally {
                if (first) {
                    waits.countDown();
                }
            }
        }

        /// Leaves the write to [#settle]; until then, its user is not written to.
        private void leaveOpen(Write write) {
            open.add(write);
            ids.remove(write.externalId);
        }

        /// Repeats the write while the server is busy or does not know the outcome. Returns a busy response
        /// only if the connection can no longer be used. Returns a response with an unknown outcome only in
        /// that case, or if the write has no key with which it could be repeated.
        private Client.Answer sendUntilKnown(Client client, Write write) throws IOException, InterruptedException {
            boolean mayBeDone = false;
            while (true) {
                Client.Answer answer = write.send(client);
                if (answer.isBusy()) {
                    busy.incrementAndGet();
                    if (!client.isUsable()) {
                        return answer;
                    }
                } else if (answer.isUnknown()) {
                    unknown.incrementAndGet();
                    if (write.key == null || !client.isUsable()) {
                        return answer;
                    }
                    mayBeDone = true;
                } else {
                    if (!mayBeDone) {
                        assertThat(answer.header("Idempotency-Replayed"))
                                .as("was said not to be done: %s: %s", write, answer)
                                .isEmpty();
                    }
                    return answer;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }

        private Write next() {
            String unique = Long.toString(serial.incrementAndGet());
            String key = random.nextInt(3) == 0 ? null : "key-" + unique;
            if (ids.isEmpty() || random.nextInt(3) == 0) {
                String id = "person-" + unique;
                return new Write(
                        id,
                        "POST",
                        "/v1/users",
                        Map.of("externalId", id, "name", "Person " + unique, "email", id + "@example.org"),
                        key,
                        null,
                        new State(1, Map.of()));
            }
            String id = ids.get(random.nextInt(ids.size()));
            State before = Objects.requireNonNull(users.get(id));
            String kind = KINDS.get(random.nextInt(KINDS.size()));
            String label = LABELS.get(random.nextInt(LABELS.size()));
            String hold = kind + "/" + label;
            // Most existing holds are released, so that users do not end up with every hold.
            boolean release = before.holds().containsKey(hold) && random.nextInt(4) > 0;
            return new Write(
                    id,
                    release ? "DELETE" : "PUT",
                    "/v1/users/external:" + id + "/holds/" + kind + "?label=" + label,
                    release ? Map.of("note", "n-" + unique) : Map.of("reason", "r-" + unique),
                    key,
                    before,
                    before.with(hold, release ? null : "r-" + unique));
        }

        /// Checks and remembers the response of an executed write; returns false if the server was busy.
        private boolean answered(Write write, Client.Answer answer) {
            if (answer.isBusy()) {
                return false;
            }
            assertThat(answer.status()).as("%s: %s", write, answer).isEqualTo(write.before == null ? 201 : 200);
            assertThat(answer.header("ETag")).as("%s: %s", write, answer).isEqualTo("\"" + write.after.version + "\"");
            answered.incrementAndGet();
            done.incrementAndGet();
            last = write.key == null ? null : write;
            remember(write);
            return true;
        }

        private void remember(Write write) {
            if (users.put(write.externalId, write.after) == null) {
                ids.add(write.externalId);
            }
        }

        void settle(Client client, boolean mayBeDone) throws IOException, InterruptedException {
            throwFailure();
            for (Write write : open) {
                State found = find(client, write.externalId);
                boolean carriedOut = Objects.equals(found, write.after);
                if (!carriedOut || !mayBeDone) {
                    assertThat(found).as("%s", write).isEqualTo(write.before);
                }
                sendAgain(client, write, carriedOut);
                users.put(write.externalId, write.after);
                ids.add(write.externalId);
            }
            open.clear();
            if (last != null) {
                sendAgain(client, last, true);
                last = null;
            }
        }

        void throwFailure() {
            AssertionError known = wrong;
            if (known != null) {
                throw known;
            }
        }

        /// Sends a write again. A write with a key is sent twice and must be executed only once. A write
        /// without a key is sent only if it was not executed before.
        private void sendAgain(Client client, Write write, boolean done) throws IOException, InterruptedException {
            int times = write.key != null ? 2 : done ? 0 : 1;
            for (int time = 0; time < times; time++) {
                Client.Answer answer = write.send(client);
                while (answer.isBusy()) {
                    Thread.sleep(PAUSE_MILLIS);
                    answer = write.send(client);
                }
                assertThat(answer.status()).as("%s: %s", write, answer).isEqualTo(write.before == null ? 201 : 200);
                assertThat(answer.header("Idempotency-Replayed"))
                        .as("%s: %s", write, answer)
                        .isEqualTo(done || time > 0 ? "true" : "");
            }
            State now = find(client, write.externalId);
            assertThat(now).isNotNull();
            State known = users.get(write.externalId);
            assertThat(now).isEqualTo(known == null || known.version < write.after.version ? write.after : known);
            assertThat(client.get("/v1/users/external:" + write.externalId + "/history?limit=1")
                            .json()
                            .in("page")
                            .number("total"))
                    .isEqualTo(now.version);
        }

        private static @Nullable State find(Client client, String externalId) throws IOException {
            Client.Answer answer = client.get("/v1/users/external:" + externalId);
            return answer.status() == 404 ? null : State.of(answer.json());
        }
    }
}
