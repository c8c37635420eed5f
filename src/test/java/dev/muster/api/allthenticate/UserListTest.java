package dev.muster.api.allthenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.http.json.Json;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.KeyGenerator;
import dev.muster.testing.OnBothDatabases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A list is complete and ordered even if it is longer than one page of the server's reads.
@OnBothDatabases
final class UserListTest {
    private static final int TIMEOUT_MILLIS = 60_000;

    @TempDir
    private Path folder;

    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Actor admin;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                10,
                (core, gate, _) -> List.of(new AllthenticateApi(core.directory(), core.groups(), gate).httpApi()));
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.test(), tenancy.testKey());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isWholeAndInOrder() throws Exception {
        register(2_345);
        // These users are on both sides of a page boundary and at the end of the list.
        for (long number : List.of(1_000L, 1_001L, 2_345L)) {
            execute(UserRef.number(number), new Command.Remove(null, null));
        }
        UUID group = server.execute(tenancy.test(), admin, null, new Command.CreateGroup("Employees", null))
                .group()
                .id();
        for (long number : List.of(999L, 1_002L, 2_344L)) {
            execute(null, new Command.AddMember(group, UserRef.number(number)));
        }
        List<Map<?, ?>> users = users("/multipleusers?user_tag=USER");
        assertThat(users.stream().map(user -> number(user)))
                .isEqualTo(LongStream.rangeClosed(1, 2_344)
                        .filter(number -> number != 1_000 && number != 1_001)
                        .boxed()
                        .toList());
        assertThat(users.stream()
                        .filter(user -> !user.get("groups").equals(List.of()))
                        .map(user -> number(user)))
                .containsExactly(999L, 1_002L, 2_344L);
        assertThat(users("/multipleusers?user_tag=GUEST")).isEmpty();
    }

    /// The list is read from the database while it is being sent, so revoking the key cuts it off, and the client
    /// can tell that it is incomplete.
    @Test
    void endsWithTheKey() throws Exception {
        register(4_000);
        KeyGenerator.GeneratedKey key = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8 << 10);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.getOutputStream()
                    .write(("GET /multipleusers HTTP/1.1\r\nHost: a\r\nX-API-Key: " + key.apiKey() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String begin = new String(in.readNBytes(2_000), StandardCharsets.US_ASCII);
            assertThat(begin).startsWith("HTTP/1.1 200").contains("\"email_id\":1,");
            execute(null, new Command.RevokeKey(key.id(), false));
            String rest = new String(rest(in), StandardCharsets.US_ASCII);
            assertThat(rest).contains("\"email_id\":100,").doesNotContain("\"email_id\":4000,");
            assertThat(rest).doesNotContain("\r\n0\r\n");
        }
    }

    /// Reads until the connection is closed or reset.
    private static byte[] rest(InputStream in) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 << 10];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                read.write(buffer, 0, count);
            }
        } catch (SocketException reset) {
            // A reset also counts as the end of the connection.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return read.toByteArray();
    }

    private void register(int count) throws Exception {
        List<Callable<Void>> registrations = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = "user-" + i;
            registrations.add(() -> {
                execute(
                        null,
                        new Command.Register(
                                new Validator().email(name + "@example.com"),
                                new Validator().identifier(Identifier.Kind.EXTERNAL_ID, name),
                                null,
                                null,
                                null,
                                null,
                                Tag.USER,
                                null));
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // The requests are sent in groups that fit in the realm's queue.
            for (int from = 0; from < count; from += 500) {
                for (Future<Void> done : threads.invokeAll(registrations.subList(from, Math.min(from + 500, count)))) {
                    done.get();
                }
            }
        }
    }

    private void execute(UserRef target, Command command) {
        server.execute(tenancy.test(), admin, target, command);
    }

    private List<Map<?, ?>> users(String target) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + target))
                .header("Authorization", "Bearer " + tenancy.testKey().apiKey())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            Json.Result.Value read = (Json.Result.Value) Json.read(response.body(), Integer.MAX_VALUE);
            return ((List<?>) read.value())
                    .stream().<Map<?, ?>>map(user -> (Map<?, ?>) user).toList();
        }
    }

    private static long number(Map<?, ?> user) {
        return ((BigDecimal) user.get("email_id")).longValueExact();
    }
}
