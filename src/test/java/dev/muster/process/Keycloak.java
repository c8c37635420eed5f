package dev.muster.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A Keycloak server in a separate process with an in-memory database. It runs from the distribution that Maven puts
/// into `target/keycloak`.
final class Keycloak implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADMIN = "admin";
    private static final String PASSWORD = "for this test alone";
    private static final int TIMEOUT_SECONDS = 300;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final URI address;
    private String token = "";
    private long tokenEndsNanos = System.nanoTime();

    private Keycloak(Process process, int port) {
        this.process = process;
        this.address = URI.create("http://127.0.0.1:" + port);
    }

    /// Starts Keycloak and waits for its first response.
    static Keycloak start(Path folder, int port, int managementPort) throws Exception {
        Path home = unpacked();
        ProcessBuilder command = new ProcessBuilder(
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start",
                "--db-url=jdbc:h2:mem:keycloak;NON_KEYWORDS=VALUE;DB_CLOSE_DELAY=-1",
                "--http-enabled=true",
                "--hostname-strict=false",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-port=" + managementPort);
        Map<String, String> environment = command.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("KC_CACHE", "local");
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
        // The distribution is already built for H2. Building it again would take longer than the start itself. The
        // server runs for only half a minute, so an optimizing compiler does not pay off.
        environment.put("JAVA_OPTS_APPEND", "-Dkc.config.built=true -XX:TieredStopAtLevel=1");
        Path log = folder.resolve("keycloak.log");
        Keycloak keycloak = new Keycloak(
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start(), port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!keycloak.answers()) {
            if (!keycloak.process.isAlive() || System.nanoTime() > deadline) {
                keycloak.close();
                throw new AssertionError("Keycloak does not start: " + Files.readString(log));
            }
            Thread.sleep(200);
        }
        return keycloak;
    }

    /// Returns the folder of the distribution, and unpacks the distribution first if necessary.
    private static Path unpacked() throws IOException {
        Path target = Path.of("target", "keycloak");
        try (var files = Files.list(target)) {
            for (Path zip :
                    files.filter(file -> file.toString().endsWith(".zip")).toList()) {
                String name = zip.getFileName()
                        .toString()
                        .replace("-quarkus-dist", "")
                        .replace(".zip", "");
                Path home = target.resolve(name);
                if (!Files.exists(home.resolve("bin/kc.sh"))) {
                    unpack(zip, target);
                }
                return home.toAbsolutePath();
            }
        }
        throw new AssertionError("no distribution of Keycloak in " + target + ": run ./verify");
    }

    private static void unpack(Path zip, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(in)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("leads elsewhere: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                }
            }
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(address.resolve("/realms/master")).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    String issuer(String realm) {
        return address + "/realms/" + realm;
    }

    /// Returns a token for Keycloak's administrator. A token is valid for a minute and reused for 20 seconds,
    /// because each new token costs a slow password hash.
    private String token() throws Exception {
        if (System.nanoTime() - tokenEndsNanos > 0) {
            token = freshToken();
            tokenEndsNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        }
        return token;
    }

    private String freshToken() throws Exception {
        String form = Map.of(
                        "grant_type", "password", "client_id", "admin-cli", "username", ADMIN, "password", PASSWORD)
                .entrySet()
                .stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpResponse<String> reply = client.send(
                HttpRequest.newBuilder(address.resolve("/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(reply.body()).path("access_token").asString();
    }

    /// Calls the admin API.
    ///
    /// @param body the value to send as JSON; null for no body
    JsonNode call(String method, String path, Object body) throws Exception {
        HttpResponse<String> reply = client.send(
                HttpRequest.newBuilder(address.resolve("/admin/realms" + path))
                        .header("Authorization", "Bearer " + token())
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (reply.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + ": " + reply.statusCode() + " " + reply.body());
        }
        return reply.body().isEmpty() ? JSON.nullNode() : JSON.readTree(reply.body());
    }

    /// Returns the only element of the list at this path.
    JsonNode one(String path) throws Exception {
        JsonNode found = call("GET", path, null);
        if (found.size() != 1) {
            throw new AssertionError(path + ": " + found);
        }
        return found.get(0);
    }

    @Override
    public void close() {
        client.close();
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }
}
