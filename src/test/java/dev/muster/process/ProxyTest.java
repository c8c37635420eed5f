package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.ProxyProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs Muster behind Debian's proxies, both with a minimal configuration and with the unchanged configuration blocks
/// of `docs/operating.md`.
final class ProxyTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final String PUBLIC = "https://example.org/muster";

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static Tenancy tenancy;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"), "--public-url", PUBLIC, "--trusted-proxies", "127.0.0.1");
        // The server announces its address before it logs that it has started.
        while (!server.output().contains("\"event\":\"started\"")) {
            Thread.onSpinWait();
        }
        URI direct = direct();
        tenancy = Tenancy.make(direct, "acme");
        try (Client admin = new Client(direct, tenancy.testKey())) {
            for (int i = 0; i < 120; i++) {
                assertThat(admin.json("POST", "/v1/users", Map.of("externalId", "first-" + i))
                                .status())
                        .isEqualTo(201);
            }
            assertThat(admin.json(
                                    "POST",
                                    "/v1/operators",
                                    Map.of("username", "ada", "password", PASSWORD, "role", "admin"))
                            .status())
                    .isEqualTo(201);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Returns the address that the server listens on. It is taken from the log, because the server announces its
    /// public address.
    private static URI direct() {
        Matcher port =
                Pattern.compile("\"addresses\":\\[\"http://[^\"]*:([0-9]+)\"").matcher(server.output());
        assertThat(port.find()).as(server.output()).isTrue();
        return URI.create("http://127.0.0.1:" + port.group(1));
    }

    private static String documented(String language) throws IOException {
        String page = Files.readString(Path.of("docs/operating.md"));
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).as(language).isTrue();
        return block.group(1).replace("127.0.0.1:8080", "127.0.0.1:" + direct().getPort());
    }

    /// Uses a bare `proxy_pass`, which means HTTP/1.0, and gzip for JSON, which makes entity tags weak.
    @Test
    void nginxAsItComes() throws Exception {
        for (String path : List.of("/muster/", "/")) {
            // If the upstream address has a path, nginx strips the path of the location; otherwise it keeps it.
            String upstream = "http://127.0.0.1:" + direct().getPort() + (path.equals("/") ? "" : "/");
            try (ProxyProcess nginx = ProxyProcess.nginx(port -> """
                    gzip on;
                    gzip_types application/json;
                    gzip_min_length 1;
                    server {
                        listen 127.0.0.1:%d;
                        location %s {
                            proxy_pass %s;
                        }
                    }
                    """.formatted(port, path, upstream))) {
                everything(nginx.address(), true);
            }
        }
    }

    @Test
    void nginxAsDocumented() throws Exception {
        try (ProxyProcess nginx = ProxyProcess.nginx(
                port -> documented("nginx").replace("listen 80;", "listen 127.0.0.1:" + port + ";"))) {
            everything(nginx.address(), false);
        }
    }

    /// HAProxy's health checks are HTTP/1.0 requests without a `Host` header.
    @Test
    void haproxyAsDocumented() throws Exception {
        try (ProxyProcess haproxy =
                ProxyProcess.haproxy(port -> documented("haproxy").replace("bind :80", "bind 127.0.0.1:" + port))) {
            assertThat(haproxy.checkOf("muster", "one")).isEqualTo("L7OK 200");
            everything(haproxy.address(), false);
        }
    }

    @Test
    void caddyAsDocumented() throws Exception {
        try (ProxyProcess caddy = ProxyProcess.caddy(
                port -> documented("caddyfile").replace("muster.example.org", "http://127.0.0.1:" + port))) {
            everything(caddy.address(), false);
        }
    }

    /// Does everything that a client does behind a proxy.
    ///
    /// @param weak whether the proxy compresses, which makes entity tags weak
    private static void everything(URI proxy, boolean weak) throws IOException {
        try (Client admin = new Client(proxy, tenancy.testKey())) {
            Client.Answer made =
                    admin.json("POST", "/muster/v1/users", Map.of("name", "Ann", "username", "ann" + proxy.getPort()));
            assertThat(made.status()).as("%s", made).isEqualTo(201);
            String location = made.header("Location");
            assertThat(location).startsWith("/muster/v1/users/");
            Client.Answer found = admin.send("GET", location, new byte[0], "Accept-Encoding: gzip");
            assertThat(found.header("ETag")).isEqualTo(weak ? "W/\"1\"" : "\"1\"");
            Client.Answer changed =
                    admin.json("PATCH", location, Map.of("name", "Anna"), "If-Match: " + found.header("ETag"));
            assertThat(changed.status()).as("%s", changed).isEqualTo(200);
            Client.Answer stale =
                    admin.json("PATCH", location, Map.of("name", "Eve"), "If-Match: " + found.header("ETag"));
            assertThat(stale.status()).as("%s", stale).isEqualTo(412);
            Client.Answer list = admin.get("/muster/v1/users?limit=100");
            Matcher next = Pattern.compile("<([^>]+)>; rel=\"next\"").matcher(list.header("Link"));
            assertThat(next.find()).as("%s", list.headers()).isTrue();
            assertThat(admin.get(next.group(1)).json().items("items")).hasSizeGreaterThan(20);
            long entries = admin.get("/muster/v1/journal/head").json().number("seq");
            assertThat(admin.get("/muster/v1/journal/export").text().lines())
                    .hasSizeGreaterThanOrEqualTo((int) entries);
            assertThat(admin.get("/muster/openapi.json").text()).contains("\"servers\":[{\"url\":\"" + PUBLIC + "\"}]");
        }
        console(proxy);
    }

    private static void console(URI proxy) throws IOException {
        Client.Answer door = Client.once(proxy, null, "GET", "/muster/console", new byte[0]);
        assertThat(door.header("Location")).isEqualTo("/muster/console/sign-in");
        Client.Answer page = Client.once(proxy, null, "GET", "/muster/console/sign-in", new byte[0]);
        assertThat(page.text())
                .contains("action=\"/muster/console/sign-in\"", "href=\"/muster/console/assets/console.css");
        byte[] form =
                Browser.form(Map.of("partner", "acme", "environment", "test", "username", "ada", "password", PASSWORD));
        Client.Answer in = Client.once(
                proxy, null, "POST", "/muster/console/sign-in", form, Browser.FORM, "Origin: https://example.org");
        assertThat(in.status()).as("%s", in).isEqualTo(303);
        assertThat(in.header("Location")).isEqualTo("/muster/console/acme/test/overview");
        assertThat(in.header("Set-Cookie"))
                .startsWith("__Secure-muster=")
                .endsWith("; Path=/muster; Secure; HttpOnly; SameSite=Lax");
        String cookie = "Cookie: " + in.header("Set-Cookie").replaceAll(";.*", "");
        Client.Answer users = Client.once(proxy, null, "GET", "/muster/console/acme/test/users", new byte[0], cookie);
        assertThat(users.status()).isEqualTo(200);
        Matcher links = Pattern.compile("\\s(?:href|action|src|hx-get|data-htmx)=\"([^\"#]+)")
                .matcher(users.text());
        int count = 0;
        while (links.find()) {
            assertThat(links.group(1)).startsWith("/muster/console/");
            count++;
        }
        assertThat(count).isGreaterThan(20);
        Client.Answer lost = Client.once(proxy, null, "GET", "/muster/console/acme/test/jobs?review=open", new byte[0]);
        String there = "/muster/console/sign-in?next=%2Fmuster%2Fconsole%2Facme%2Ftest%2Fjobs%3Freview%3Dopen";
        assertThat(lost.header("Location")).isEqualTo(there);
        Client.Answer back = Client.once(proxy, null, "GET", there, new byte[0], cookie);
        assertThat(back.header("Location")).isEqualTo("/muster/console/acme/test/jobs?review=open");
    }
}
