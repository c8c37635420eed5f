package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.ProxyProcess;
import dev.muster.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs the examples of `deploy/proxy` in front of a server, with another address and certificate.
@Timeout(300)
final class DeployedProxiesTest {
    private static final Path EXAMPLES = Path.of("deploy/proxy");

    /// The address of the client. It is not the proxy's, which the server trusts.
    private static final String CLIENT = "127.0.0.2";

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static String key;
    private static TestCertificate certificate;
    private static Path both;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(
                folder.resolve("data"), "--public-url", "https://muster.example.org", "--trusted-proxies", "127.0.0.1");
        while (!server.output().contains("\"event\":\"started\"")) {
            Thread.onSpinWait();
        }
        key = Tenancy.make(URI.create("http://" + upstream()), "acme").testKey();
        certificate = TestCertificate.make(folder, "EC");
        both = Files.writeString(
                folder.resolve("both.pem"),
                Files.readString(certificate.chain()) + Files.readString(certificate.key()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String upstream() {
        Matcher port =
                Pattern.compile("\"addresses\":\\[\"http://[^\"]*:([0-9]+)\"").matcher(server.output());
        assertThat(port.find()).as(server.output()).isTrue();
        return "127.0.0.1:" + port.group(1);
    }

    private static String example(String name) throws IOException {
        String text = Files.readString(EXAMPLES.resolve(name));
        assertThat(text).contains("127.0.0.1:8080");
        return text.replace("127.0.0.1:8080", upstream());
    }

    /// Replaces something that must be there.
    private static String with(String text, String old, String replacement) {
        assertThat(text).contains(old);
        return text.replace(old, replacement);
    }

    @Test
    void nginx() throws Exception {
        try (ProxyProcess nginx = ProxyProcess.nginx(port -> {
            String text = with(example("nginx.conf"), "listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;");
            text = with(text, "/etc/nginx/muster.crt", certificate.chain().toString());
            return with(text, "/etc/nginx/muster.key", certificate.key().toString());
        })) {
            everythingWorks(URI.create("https://127.0.0.1:" + nginx.address().getPort()));
        }
    }

    @Test
    void haproxy() throws Exception {
        try (ProxyProcess haproxy = ProxyProcess.haproxy(port -> with(
                example("haproxy.cfg"),
                "bind :443 ssl crt /etc/haproxy/muster.pem",
                "bind 127.0.0.1:" + port + " ssl crt " + both))) {
            assertThat(haproxy.checkOf("muster", "one")).isEqualTo("L7OK 200");
            everythingWorks(URI.create("https://127.0.0.1:" + haproxy.address().getPort()));
        }
    }

    /// Without TLS, because Caddy would ask an authority for a certificate.
    @Test
    void caddy() throws Exception {
        try (ProxyProcess caddy = ProxyProcess.caddy(
                port -> with(example("Caddyfile"), "\nmuster.example.org {", "\nhttp://127.0.0.1:" + port + " {"))) {
            everythingWorks(caddy.address());
        }
    }

    @Test
    void caddyAcceptsItsFileAsItIs() throws Exception {
        Path out = folder.resolve("caddy.out");
        ProcessBuilder validate = new ProcessBuilder(
                        "caddy",
                        "validate",
                        "--adapter",
                        "caddyfile",
                        "--config",
                        EXAMPLES.resolve("Caddyfile").toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        validate.environment().put("HOME", folder.toString());
        validate.environment().put("XDG_DATA_HOME", folder.resolve("caddy").toString());
        validate.environment().put("XDG_CONFIG_HOME", folder.resolve("caddy").toString());
        assertThat(validate.start().waitFor()).as(Files.readString(out)).isZero();
        assertThat(Files.readString(out)).contains("Valid configuration").doesNotContain("not formatted");
    }

    private static void everythingWorks(URI proxy) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(certificate.client())
                .localAddress(InetAddress.getByName(CLIENT))
                .build()) {
            HttpResponse<String> ready = client.send(
                    HttpRequest.newBuilder(proxy.resolve("/health/ready")).build(), BodyHandlers.ofString());
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(ready.headers().allValues("Strict-Transport-Security")).containsExactly("max-age=31536000");
            eventsArriveAtOnce(client, proxy);
            largeBodiesPass(client, proxy);
            theClientsAddressIsKnown(client, proxy);
        }
    }

    private static HttpRequest.Builder request(URI proxy, String path) {
        return HttpRequest.newBuilder(proxy.resolve(path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json");
    }

    private static void eventsArriveAtOnce(HttpClient client, URI proxy) throws Exception {
        HttpResponse<InputStream> stream =
                client.send(request(proxy, "/v1/events/stream").build(), BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        String user = "ann" + UUID.randomUUID().toString().replace("-", "");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            HttpResponse<String> made = client.send(
                    request(proxy, "/v1/users")
                            .POST(BodyPublishers.ofString("{\"username\":\"" + user + "\"}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            String line;
            do {
                line = lines.readLine();
                assertThat(line).isNotNull();
            } while (!line.contains("user.registered"));
        }
    }

    /// A body of a megabyte, the most that a list may have.
    private static void largeBodiesPass(HttpClient client, URI proxy) throws Exception {
        String refs = "{\"refs\":[" + " ".repeat(1_040_000) + "\"external:none\"]}";
        HttpResponse<String> standings = client.send(
                request(proxy, "/v1/standings")
                        .POST(BodyPublishers.ofString(refs))
                        .build(),
                BodyHandlers.ofString());
        assertThat(standings.statusCode())
                .as(standings.body())
                .isNotEqualTo(413)
                .isLessThan(500);
    }

    /// An address that the client itself claims is not believed.
    private static void theClientsAddressIsKnown(HttpClient client, URI proxy) throws Exception {
        String wrong = "mst_test_wrong" + UUID.randomUUID().toString().replace("-", "");
        HttpResponse<String> refused = client.send(
                HttpRequest.newBuilder(proxy.resolve("/v1/users"))
                        .header("Authorization", "Bearer " + wrong)
                        .header("X-Forwarded-For", "203.0.113.9")
                        .build(),
                BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        String requestId = refused.headers().firstValue("X-Request-Id").orElseThrow();
        Pattern line = Pattern.compile("\\{[^\n]*\"logger\":\"muster.security\"[^\n]*" + requestId + "[^\n]*");
        Matcher logged = line.matcher(server.output());
        while (!logged.find()) {
            Thread.sleep(20);
            logged = line.matcher(server.output());
        }
        assertThat(logged.group()).contains("\"address\":\"" + CLIENT + "\"");
    }
}
