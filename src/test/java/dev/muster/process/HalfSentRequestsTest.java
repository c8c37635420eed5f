package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An attacker without a credential starts requests and does not finish them. Clients with a key at another address
/// still get a response to every request.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class HalfSentRequestsTest {
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("127.0.0.2");
    private static final String PASSWORD = "a password of somebody's";

    @TempDir
    private Path folder;

    /// The part of each request that an attacker sends. Together, the requests take up 35 MB or more, or use nearly
    /// all allowed connections.
    enum Flood {
        BODIES_BEYOND_THE_LIMIT(300, "POST /smileid/v1/upload", "Content-Length: 1048576\r\n\r\n", 200_000),
        BODIES_WITHIN_THE_LIMIT(900, "POST /smileid/v1/upload", "Content-Length: 65536\r\n\r\n", 60_000),
        HEADS(1_600, "GET /" + "x".repeat(15_000), "X-Long: ", 15_000),
        BODIES_OF_ONE_BYTE(1_950, "POST /smileid/v1/job_status", "Content-Length: 100\r\n\r\n", 1);

        private final int connections;
        private final String request;

        Flood(int connections, String line, String head, int more) {
            this.connections = connections;
            this.request = line + " HTTP/1.1\r\nHost: a\r\n" + head + "x".repeat(more);
        }
    }

    @ParameterizedTest
    @EnumSource
    void leaveRoomForLargeRequestsOfOthers(Flood flood) throws Exception {
        try (ServerProcess server = ServerProcess.startAsLaunched(folder.resolve("data"))) {
            URI address = server.address();
            String key = Tenancy.make(address, "acme").testKey();
            byte[] standings = standings();
            try (Attack _ = new Attack(address, flood)) {
                for (int i = 0; i < 20; i++) {
                    try (Client neighbour = new Client(address, key, ELSEWHERE)) {
                        Client.Answer answer = neighbour.send("POST", "/v1/standings", standings, Client.JSON);
                        assertThat(answer.status())
                                .as("request %d: %s", i, answer)
                                .isEqualTo(200);
                    }
                }
            }
        }
    }

    /// Returns a body of a thousand references, about 36 kB long.
    private static byte[] standings() {
        List<String> refs = IntStream.range(0, 1_000)
                .mapToObj("external:a-reference-of-some-%05d"::formatted)
                .toList();
        return Json.write(Map.of("refs", refs));
    }

    /// A flood that continues until it is closed. Requests that are refused or cut off are repeated after a short
    /// pause.
    private static final class Attack implements AutoCloseable {
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();
        private final CountDownLatch begun;
        private volatile boolean over;

        /// Returns once all requests have been started.
        Attack(URI address, Flood flood) throws InterruptedException {
            begun = new CountDownLatch(flood.connections);
            for (int i = 0; i < flood.connections; i++) {
                Thread.ofVirtual().start(() -> keepUp(address, flood));
            }
            begun.await();
        }

        private void keepUp(URI address, Flood flood) {
            Runnable once = new FutureTask<>(begun::countDown, null);
            while (!over) {
                try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                    open.add(socket);
                    socket.getOutputStream().write(flood.request.getBytes(StandardCharsets.US_ASCII));
                    once.run();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    open.remove(socket);
                } catch (IOException e) {
                    // The server closed the connection, or the attack is over.
                    once.run();
                }
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
        }

        @Override
        public void close() throws IOException {
            over = true;
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    // Slow bodies

    /// A request whose body is sent slowly.
    private record Slow(String line, byte[] body, List<String> headers) {}

    /// A request with a valid credential in a header, a cookie or the URL may be sent slowly. A request with its
    /// credential in the body may not.
    @Test
    void areCutWhenTheyAreSlowUnlessTheirCredentialIsGood() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            URI address = server.address();
            Map<String, Slow> proven = proven(address);
            Map<String, Slow> unproven = unproven(address);
            Map<String, String> answers = new ConcurrentHashMap<>();
            List<Thread> senders = new ArrayList<>();
            for (Map<String, Slow> requests : List.of(proven, unproven)) {
                requests.forEach((name, request) ->
                        senders.add(Thread.ofVirtual().start(() -> answers.put(name, answer(address, request)))));
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(answers).containsOnlyKeys(names(proven, unproven));
            proven.keySet()
                    .forEach(name -> assertThat(answers.get(name)).as(name).containsPattern("^HTTP/1.1 (200|201|303)"));
            unproven.keySet()
                    .forEach(name -> assertThat(answers.get(name)).as(name).startsWith("HTTP/1.1 408"));
        }
    }

    private static List<String> names(Map<String, Slow> some, Map<String, Slow> others) {
        List<String> names = new ArrayList<>(some.keySet());
        names.addAll(others.keySet());
        return names;
    }

    private static Map<String, Slow> proven(URI address) throws IOException {
        String key = Tenancy.make(address, "acme").testKey();
        try (Client client = new Client(address, key)) {
            client.json("POST", "/v1/users", Map.of("externalId", "ann"));
            client.json("POST", "/v1/users", Map.of("externalId", "cay"));
            client.json("POST", "/v1/operators", Map.of("username", "ada", "password", PASSWORD, "role", "manager"));
            Client.Answer signer =
                    client.json("POST", "/v1/keys", Map.of("name", "signer", "role", "manager", "signing", true));
            assertThat(signer.status()).as("%s", signer).isEqualTo(201);
            Fields made = signer.json();
            Client.Answer tokens = client.json(
                    "POST",
                    "/dpop/v1/api/generate-token",
                    Map.of("apiKey", made.text("apiKey"), "apiSecret", made.text("apiSecret")));
            String token = tokens.json().in("data").in("credentials").text("accessToken");
            Map<String, String> login = Map.of("username", "ada", "password", PASSWORD);
            Client.Answer signedIn = client.json("POST", "/api/v1/user/login/", login, "apikey: " + key);
            String access = signedIn.json().text("access");
            Browser browser = Browser.signedIn(address, "acme", "test", "ada", PASSWORD);
            Map<String, Slow> proven = new LinkedHashMap<>();
            proven.put("rest", json("POST /v1/users", Map.of("externalId", "bob"), "Authorization: Bearer " + key));
            proven.put(
                    "signet",
                    json(
                            "POST /partner/v1/register-user",
                            Map.of("name", "Bob", "email", "bob@example.org"),
                            "Authorization: Bearer " + token));
            proven.put(
                    "allthenticate",
                    json("POST /modifyrank", Map.of("admin_user_id", 1, "rank", "ADMIN"), "X-API-Key: " + key));
            proven.put("epixel sign-in", json("POST /api/v1/user/login/", login, "apikey: " + key));
            proven.put(
                    "epixel block",
                    json(
                            "POST /api/v1/block/user/",
                            Map.of("unique_id", "ann"),
                            "apikey: " + key,
                            "Authorization: Bearer " + access));
            byte[] policy = Browser.form(Map.of("name", "Doors", "resources", "door"));
            List<String> ofBrowser = new ArrayList<>(browser.headers());
            ofBrowser.add(Browser.FORM);
            proven.put("console", new Slow("POST /console/acme/test/policies", policy, ofBrowser));
            proven.put("upload", new Slow("PUT " + uploadUrl(client, made.text("apiSecret")), zip(), List.of()));
            return proven;
        }
    }

    private static String uploadUrl(Client client, String secret) throws IOException {
        Map<String, Object> call = Signing.signed(
                secret,
                "smile_client_id",
                "acme",
                Map.of("partner_params", Map.of("user_id", "cay", "job_id", "job", "job_type", 1)));
        Client.Answer reserved = client.send("POST", "/smileid/v1/upload", Json.write(call), Client.JSON);
        assertThat(reserved.status()).as("%s", reserved).isEqualTo(200);
        return URI.create(reserved.json().text("upload_url")).getPath();
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("info.json"));
            zip.write("{\"images\":[{\"image_type_id\":0,\"image\":\"\",\"file_name\":\"selfie.jpg\"}]}"
                    .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("selfie.jpg"));
            byte[] picture = new byte[2_000];
            new Random(1).nextBytes(picture);
            zip.write(picture);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static Map<String, Slow> unproven(URI address) {
        Map<String, Slow> unproven = new LinkedHashMap<>();
        for (String path : List.of(
                "/api/v2/partner/enrollee",
                "/smileid/v1/upload",
                "/smileid/v1/job_status",
                "/dpop/v1/api/generate-token")) {
            unproven.put(path, json("POST " + path, Map.of("much", "x".repeat(1_000))));
        }
        byte[] form = Browser.form(Map.of("partner", "acme", "username", "ada", "password", "x".repeat(1_000)));
        unproven.put(
                "console sign-in",
                new Slow("POST /console/sign-in", form, List.of(Browser.FORM, "Origin: " + address)));
        return unproven;
    }

    private static Slow json(String line, Map<String, ?> body, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add(Client.JSON);
        return new Slow(line, Json.write(body), all);
    }

    /// Sends the body in pieces over five seconds, as long as the server accepts it, and returns the response.
    private static String answer(URI address, Slow request) {
        StringBuilder head = new StringBuilder(request.line + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n");
        request.headers.forEach(header -> head.append(header).append("\r\n"));
        head.append("Connection: close\r\nContent-Length: ")
                .append(request.body.length)
                .append("\r\n\r\n");
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
            int pieces = 10;
            for (int i = 0; i < pieces && in.available() == 0; i++) {
                int from = request.body.length * i / pieces;
                int to = request.body.length * (i + 1) / pieces;
                socket.getOutputStream().write(request.body, from, to - from);
                Thread.sleep(i == pieces - 1 ? Duration.ZERO : Duration.ofMillis(500));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.line, e);
        }
    }
}
