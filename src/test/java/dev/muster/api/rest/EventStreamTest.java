package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.directory.Core;
import dev.muster.directory.events.EventQuery;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.http.LiveClient;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Caller;
import dev.muster.security.KeyGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests server-sent events, and requests that wait for events, over real connections.
@Timeout(120)
final class EventStreamTest {
    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;
    private Core core;
    private TestServer.Tenancy tenancy;
    private Actor admin;
    private String key;

    @BeforeEach
    void start() {
        server = new TestServer(folder, InstantSource.system(), 1_000, (made, gate, keyGenerator) -> {
            core = made;
            return List.of(RestApi.of(made, gate, keyGenerator, null));
        });
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.test(), tenancy.testKey());
        key = tenancy.testKey().apiKey();
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        server.close();
    }

    private UUID register(String name) {
        Identifier email = new Validator().email(name + "@example.com");
        return server.execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(email, null, null, null, null, null, Tag.USER, null))
                .user()
                .id();
    }

    private void suspend(UUID user) {
        server.execute(
                tenancy.test(),
                admin,
                UserRef.id(user),
                new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, null, null, null));
    }

    private HttpRequest.Builder request(String target, String credential) {
        return HttpRequest.newBuilder(server.address().resolve(target)).header("Authorization", "Bearer " + credential);
    }

    /// An open stream.
    private static final class Stream implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Stream(HttpResponse<InputStream> response) {
            this.response = response;
            this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /// Returns the lines of the next event, joined by `|` and with the data shortened to its id; null at
        /// the end of the stream.
        String next() {
            List<String> event = new ArrayList<>();
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.isEmpty()) {
                        return String.join("|", event);
                    }
                    event.add(line.replaceFirst("data: \\{\"id\":\"([^\"]*)\".*", "data: $1"));
                }
            } catch (IOException e) {
                // The connection was cut off, which counts as the end of the stream.
            }
            return null;
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                // The connection is already closed.
            }
        }
    }

    private Stream open(HttpRequest.Builder request) throws IOException, InterruptedException {
        Stream stream = new Stream(http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        assertThat(stream.response.statusCode()).isEqualTo(200);
        return stream;
    }

    private HttpResponse<String> get(String target, String credential) throws IOException, InterruptedException {
        return http.send(request(target, credential).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String id(long seq) {
        return "evt_" + tenancy.test() + "_" + seq;
    }

    @Test
    void aStreamSaysWhereItBeginsAndSendsWhatHappens() throws Exception {
        register("ana");
        try (Stream stream = open(request("/v1/events/stream?after=head", key))) {
            assertThat(stream.response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            assertThat(stream.response.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(stream.response.headers().firstValue("X-Accel-Buffering"))
                    .hasValue("no");
            assertThat(stream.next()).isEqualTo("retry: 3000|id: 2|event: stream.started|data: {\"after\":2}");
            register("bob");
            assertThat(stream.next()).isEqualTo("id: 3|event: user.registered|data: " + id(3));
            register("cem");
            assertThat(stream.next()).isEqualTo("id: 4|event: user.registered|data: " + id(4));
        }
    }

    /// If an entry has two events and the connection breaks between them, the client must get both again.
    @Test
    void onlyTheLastEventOfAnEntryMovesThePosition() throws Exception {
        suspend(register("ana"));
        try (Stream stream = open(request("/v1/events/stream?after=2", key))) {
            assertThat(stream.next()).endsWith("data: {\"after\":2}");
            assertThat(stream.next()).isEqualTo("event: user.hold.placed|data: " + id(3));
            assertThat(stream.next()).isEqualTo("id: 3|event: user.standing.changed|data: " + id(3) + "_s");
        }
        try (Stream stream = open(request("/v1/events/stream?after=0&type=user.hold.*,user.registered", key))) {
            assertThat(stream.next()).endsWith("data: {\"after\":0}");
            assertThat(stream.next()).isEqualTo("id: 2|event: user.registered|data: " + id(2));
            assertThat(stream.next()).isEqualTo("id: 3|event: user.hold.placed|data: " + id(3));
        }
    }

    @Test
    void theHeaderOfAResumingClientGoesBeforeTheParameter() throws Exception {
        register("ana");
        register("bob");
        try (Stream stream = open(request("/v1/events/stream?after=0", key).header("Last-Event-ID", "2"))) {
            assertThat(stream.next()).endsWith("data: {\"after\":2}");
            assertThat(stream.next()).isEqualTo("id: 3|event: user.registered|data: " + id(3));
        }
    }

    @Test
    void aStreamHasOnlyItsOwnRealmsEvents() throws Exception {
        register("ana");
        String production = tenancy.productionKey().apiKey();
        try (Stream stream = open(request("/v1/events/stream?payload=full", production))) {
            assertThat(stream.next()).endsWith("data: {\"after\":0}");
            assertThat(stream.next()).isEqualTo("id: 1|event: key.created|data: evt_" + tenancy.production() + "_1");
            register("bob");
            server.makeKey(tenancy.production(), Environment.PRODUCTION, Role.VIEWER);
            assertThat(stream.next()).isEqualTo("id: 2|event: key.created|data: evt_" + tenancy.production() + "_2");
        }
    }

    @Test
    void theSamePayloadIsTheSameInTheFeedAndInTheStream() throws Exception {
        suspend(register("ana"));
        for (String payload : List.of("thin", "full")) {
            String feed = get("/v1/events?payload=" + payload, key).body();
            try (Stream stream = open(request("/v1/events/stream?payload=" + payload, key))) {
                for (int i = 0; i < 5; i++) {
                    String line = stream.lines.readLine();
                    while (!line.startsWith("data: ")) {
                        line = stream.lines.readLine();
                    }
                    if (i > 0) {
                        assertThat(feed).contains(line.substring("data: ".length()));
                    }
                }
            }
        }
    }

    @Test
    void aRevokedKeyEndsItsStreams() throws Exception {
        KeyGenerator.GeneratedKey other = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        try (Stream stream = open(request("/v1/events/stream?after=head", other.apiKey()));
                Stream mine = open(request("/v1/events/stream?after=head", key))) {
            assertThat(stream.next()).contains("stream.started");
            server.execute(tenancy.test(), admin, null, new Command.RevokeKey(other.id(), false));
            register("ana");
            assertThat(stream.next()).isNull();
            assertThat(mine.next()).contains("stream.started");
            assertThat(mine.next()).contains("event: key.revoked");
            assertThat(mine.next()).contains("event: user.registered");
        }
    }

    /// The expiry of a key is not recorded in the journal when it happens, so no entry wakes the stream.
    @Test
    void anExpiredKeyEndsItsStreams() throws Exception {
        KeyGenerator.GeneratedKey other = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        server.execute(
                tenancy.test(),
                admin,
                null,
                new Command.ExpireKey(other.id(), server.clock().instant().plusSeconds(3)));
        try (Stream stream = open(request("/v1/events/stream?after=head", other.apiKey()))) {
            assertThat(stream.next()).contains("stream.started");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void anOperatorWithoutRightsGetsNoMore() throws Exception {
        String token = server.signIn(tenancy.test(), tenancy.testKey(), "ada", Role.VIEWER)
                .accessToken();
        try (Stream stream = open(request("/v1/events/stream?after=head", token))) {
            assertThat(stream.next()).contains("stream.started");
            server.execute(
                    tenancy.test(),
                    admin,
                    null,
                    new OperatorCommand.DisableOperator(new Validator()
                            .identifier(Identifier.Kind.USERNAME, "ada")
                            .key()));
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void theNinthStreamOfAKeyIsRefusedUntilOneEnds() throws Exception {
        List<Stream> open = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            open.add(open(request("/v1/events/stream?after=head", key)));
        }
        HttpResponse<String> ninth = get("/v1/events/stream?after=head", key);
        assertThat(ninth.statusCode()).isEqualTo(429);
        assertThat(ninth.headers().firstValue("Retry-After")).isPresent();
        open.getFirst().close();
        while (core.events().streams() == 8) {
            Thread.sleep(5);
        }
        open(request("/v1/events/stream?after=head", key)).close();
        open.forEach(Stream::close);
        while (core.events().streams() > 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void aStoppingServerEndsItsStreams() throws Exception {
        Stream stream = open(request("/v1/events/stream?after=head", key));
        assertThat(stream.next()).contains("stream.started");
        server.close();
        assertThat(stream.next()).isNull();
    }

    @Test
    void aSilentStreamSendsCommentsWithItsPosition() throws Exception {
        Semaphore signal = new Semaphore(0);
        EventQuery query = new EventQuery(0L, EventTypes.of("job.*"), Payload.THIN);
        StringBuilder sent = new StringBuilder();
        Semaphore over = new Semaphore(0);
        Caller caller = new Caller(core.credentials().realm(tenancy.test()), admin);
        try (EventStream stream = new EventStream(
                TestServer.ok(core.events().subscribe(admin, tenancy.test(), query, signal::release)),
                signal,
                Payload.THIN,
                () -> Result.ok(caller),
                Duration.ofMillis(1))) {
            stream.sendTo(new LiveClient() {
                @Override
                public void send(byte[] bytes) {
                    sent.append(new String(bytes, StandardCharsets.UTF_8));
                    over.release();
                }

                @Override
                public boolean isOver() {
                    return over.availablePermits() >= 3;
                }

                @Override
                public void onEnd(Runnable wake) {
                    wake.run();
                }
            });
        }
        assertThat(sent.toString())
                .isEqualTo("retry: 3000\nid: 0\nevent: stream.started\ndata: {\"after\":0}\n\n:\nid: 1\n\n:\n\n");
    }

    @Test
    void aWaitingRequestIsAnsweredWhenSomethingHappens() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = http.sendAsync(
                request("/v1/events?after=1&wait=30", key).build(), HttpResponse.BodyHandlers.ofString());
        while (core.events().waiting() == 0) {
            Thread.sleep(5);
        }
        assertThat(waiting).isNotDone();
        register("ana");
        assertThat(waiting.get().body())
                .contains("\"type\":\"user.registered\"")
                .endsWith("\"page\":{\"next\":2,\"head\":2}}");
        while (core.events().waiting() > 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void aWaitingRequestWhoseTypesDoNotMatchKeepsWaiting() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = http.sendAsync(
                request("/v1/events?after=1&wait=30&type=user.hold.placed", key).build(),
                HttpResponse.BodyHandlers.ofString());
        while (core.events().waiting() == 0) {
            Thread.sleep(5);
        }
        UUID user = register("ana");
        register("bob");
        suspend(user);
        assertThat(waiting.get().body()).contains(id(4)).endsWith("\"page\":{\"next\":4,\"head\":4}}");
        assertThat(get("/v1/events?after=4&wait=1", key).body())
                .isEqualTo("{\"items\":[],\"page\":{\"next\":4,\"head\":4}}");
    }

    /// Requests that wait do not count towards the limit of four lists rendered at a time.
    @Test
    void waitingRequestsTakeNoPlaceOfOthersLists() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(http.sendAsync(
                    request("/v1/events?after=1&wait=30", key).build(), HttpResponse.BodyHandlers.ofString()));
        }
        while (core.events().waiting() < 8) {
            Thread.sleep(5);
        }
        assertThat(get("/v1/users", key).statusCode()).isEqualTo(200);
        register("ana");
        for (CompletableFuture<HttpResponse<String>> each : waiting) {
            assertThat(each.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aKeyThatEndsWhileItWaitsGetsNothing() throws Exception {
        KeyGenerator.GeneratedKey other = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        CompletableFuture<HttpResponse<String>> waiting = http.sendAsync(
                request("/v1/events?after=2&wait=30", other.apiKey()).build(), HttpResponse.BodyHandlers.ofString());
        while (core.events().waiting() == 0) {
            Thread.sleep(5);
        }
        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(other.id(), false));
        assertThat(waiting.get().statusCode()).isEqualTo(401);
    }
}
