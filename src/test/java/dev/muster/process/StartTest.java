package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.ServeCalled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests how a server handles its options and its data folder at startup.
@Timeout(600)
class StartTest {
    private static final int USAGE = 2;
    private static final Map<String, String> ROOT = Map.of("MUSTER_ROOT_KEY", ServerProcess.ROOT_KEY);

    @TempDir
    private Path folder;

    // Refused starts

    @Test
    void wrongOptionsAreTold() {
        processRefused(Map.of(), "--nonsense", "--data", data(), "--nonsense");
        refused(Map.of(), "nonsense", "--data", data(), "nonsense");
        refused(Map.of(), "--port must be a port", "--data", data(), "--port", "65536");
        refused(Map.of(), "--port must be a port", "--data", data(), "--port", "http");
        refused(Map.of(), "--admin-port must be a port", "--data", data(), "--admin-port", "-1");
        refused(Map.of(), "another port", "--data", data(), "--port", "4711", "--admin-port", "4711");
        refused(Map.of(), "--host must be", "--data", data(), "--host", "no such host");
        refused(Map.of(), "--public-url must be", "--data", data(), "--public-url", "muster.example.org");
        refused(Map.of(), "--trusted-proxies must be", "--data", data(), "--trusted-proxies", "10.0.0.0/33");
        refused(Map.of(), "--database must begin", "--data", data(), "--database", "jdbc:mysql://db/muster");
        refused(Map.of(), "exclude each other", "--data", data(), "--demo");
        refused(Map.of("MUSTER_BENCH", "perhaps"), "MUSTER_BENCH must be true or false", "--data", data());
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void secretsThatAreMissingOrTooShortAreTold() {
        processRefused(Map.of("MUSTER_ROOT_KEY", "x".repeat(31)), "at least 32 characters", "--data", data());
        refused(Map.of("MUSTER_ROOT_KEY", "ü".repeat(40)), "printable ASCII", "--data", data());
        String database = "jdbc:postgresql://127.0.0.1:1/muster";
        refused(Map.of(), "MUSTER_ROOT_KEY must be given", "--data", data(), "--database", database);
        refused(ROOT, "--master-key-file must be given", "--data", data(), "--database", database);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aDataFolderThatIsOfNoUseIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        refused(Map.of(), "is not a folder", "--data", file.toString());
        refused(Map.of(), "cannot be created", "--data", file.resolve("data").toString());
        Path closed = Files.createDirectory(folder.resolve("closed"));
        closed.toFile().setWritable(false);
        // The operating system's root user can write to every folder.
        if (!Files.isWritable(closed)) {
            refused(Map.of(), "may not read and write", "--data", closed.toString());
        }
        Path rubbish = ownFolder("rubbish");
        Files.writeString(rubbish.resolve("muster.db"), "rubbish ".repeat(10_000));
        refused(Map.of(), "master.key is missing", "--data", rubbish.toString());
        assertThat(rubbish.resolve("master.key")).doesNotExist();
        write(rubbish.resolve("master.key"), "rw-------", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        processRefused(Map.of(), "muster.db cannot be used: SQLite: SQLITE_NOTADB", "--data", rubbish.toString());
        Path occupied = Files.createDirectory(ownFolder("occupied").resolve("muster.db"));
        write(occupied.resolveSibling("master.key"), "rw-------", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        refused(Map.of(), "muster.db", "--data", occupied.getParent().toString());
        refused(Map.of(), "must not be empty", "--data", "");
    }

    @Test
    void dataThatOthersCanReadIsTold() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        write(open.resolve("master.key"), "rw-------", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        refused(ROOT, "(mode 755): chmod 700 " + open, "--data", open.toString());
        ServeCalled migrated = ServeCalled.with(Map.of(), "migrate", "--data", open.toString());
        assertThat(migrated.exitCode()).isEqualTo(USAGE);
        assertThat(open.resolve("muster.db")).doesNotExist();
    }

    @Test
    void aFolderAndFilesThatWereHandedOverAreClosedToOthers() throws IOException {
        // The folder has the mode with which Docker and systemd create it.
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(mode(data)).isEqualTo("rwx------");
            server.kill();
            // The files have the modes they may have after a restore with `cp`. A killed server also leaves the WAL
            // files behind.
            List<Path> files =
                    List.of(data.resolve("muster.db"), data.resolve("muster.db-wal"), data.resolve("evidence.db"));
            for (Path file : files) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
            }
            server.restart();
            for (Path file : files) {
                assertThat(mode(file)).as("%s", file).isEqualTo("rw-------");
            }
        }
    }

    @Test
    void dangerousSettingsAreLoggedOnce() throws IOException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--host", "0.0.0.0")) {
            assertThat(server.output().lines().filter(line -> line.contains("\"WARN\"")))
                    .singleElement()
                    .asString()
                    .contains("listening on 0.0.0.0 without TLS");
        }
    }

    @Test
    void keyFilesThatOthersCanReadOrThatHoldNoKeyAreTold() throws IOException {
        Path key = folder.resolve("own.key");
        refused(Map.of(), "does not exist", "--data", data(), "--master-key-file", key.toString());
        write(key, "rw-r--r--", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        refused(Map.of(), "chmod 600", "--data", data(), "--master-key-file", key.toString());
        write(key, "rw-------", "");
        refused(Map.of(), "holds no master key", "--data", data(), "--master-key-file", key.toString());
        write(key, "rw-------", "rubbish\n");
        refused(Map.of(), "line 1", "--data", data(), "--master-key-file", key.toString());
        Path rootKey = folder.resolve("data/root.key");
        // The file that a process leaves behind if it is killed while it writes its root key. An empty key must not
        // become valid.
        write(rootKey, "rw-------", "");
        processRefused(Map.of(), "holds no root key", "--data", data());
        write(rootKey, "rw-r-----", "a root key of more than thirty-two characters");
        refused(Map.of(), "chmod 600", "--data", data());
    }

    @Test
    void aMasterKeyThatDoesNotOpenTheDataIsTold() throws IOException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Tenancy.make(server.address(), "acme");
        }
        Path key = folder.resolve("another.key");
        write(key, "rw-------", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        processRefused(ROOT, "master key", "--data", data(), "--master-key-file", key.toString());
    }

    @Test
    void aKeyThatOthersCanReadIsToldBeforeTheDatabaseIsOpened() throws IOException {
        for (String name : List.of("security-log.key", "checkpoint.key")) {
            Path data = ownFolder("with-" + name);
            write(data.resolve(name), "rw-r--r--", "no matter what");
            refused(ROOT, "chmod 600 " + data.resolve(name), "--data", data.toString(), "--port", "0");
            assertThat(data.resolve("muster.db")).doesNotExist();
        }
    }

    @Test
    void filesInTheDataFolderBelongToTheOwnerAlone() throws IOException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.startEmpty(data, ROOT)) {
            Tenancy.make(server.address(), "acme");
            server.terminate();
            assertThat(server.await()).isZero();
            List<Path> all;
            try (Stream<Path> files = Files.walk(data)) {
                all = files.toList();
            }
            assertThat(all)
                    .contains(
                            data.resolve("checkpoints/realm-0.txt"),
                            data.resolve("muster.lock"),
                            data.resolve("muster.reserve"))
                    .allSatisfy(file -> {
                        if (!file.endsWith("checkpoint.key.pub")) {
                            assertThat(mode(file)).isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
                        }
                    });
        }
    }

    @Test
    void aPortOrAFolderThatIsTakenIsTold() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Path fresh = folder.resolve("fresh");
            processRefused(Map.of(), "cannot listen on", "--data", fresh.toString(), "--port", port);
            assertThat(fresh).as("no keys for a server that did not start").isEmptyDirectory();
            refused(ROOT, "cannot listen on 127.0.0.1:" + port, "--data", data(), "--port", port);
            refused(ROOT, "cannot listen on 127.0.0.1:" + port, "--data", data(), "--port", "0", "--admin-port", port);
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            processRefused(ROOT, "another process is using the data folder", "--data", data(), "--port", "0");
            try (Client client = new Client(server.address(), null)) {
                assertThat(client.get("/health/ready").status()).isEqualTo(200);
            }
        }
    }

    /// Asserts that the server refuses to start, with one readable line and the exit code for usage errors.
    private static void refused(Map<String, String> environment, String words, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("MUSTER_PORT", "0", "MUSTER_ADMIN_PORT", "0"));
        all.putAll(environment);
        ServeCalled called = ServeCalled.with(all, serve(options));
        assertRefused(words, called.exitCode(), called.out(), called.err());
    }

    /// Like `refused`, but in a separate process, whose log must contain neither an error nor a stack trace.
    private void processRefused(Map<String, String> environment, String words, String... options) {
        ServerProcess.Ended ended = ServerProcess.run(folder.resolve("run"), environment, serve(options));
        assertRefused(words, ended.exitCode(), ended.out(), ended.err());
    }

    private static String[] serve(String... options) {
        return Stream.concat(Stream.of("serve"), Stream.of(options)).toArray(String[]::new);
    }

    private static void assertRefused(String words, int exitCode, List<String> out, List<String> err) {
        assertThat(exitCode).as("%s %s", out, err).isEqualTo(USAGE);
        assertThat(err).hasSize(1);
        assertThat(err.getFirst()).startsWith("muster serve: ").contains(words);
        assertThat(out).noneMatch(line -> line.contains("\"ERROR\"") || line.startsWith("\tat"));
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private Path ownFolder(String name) throws IOException {
        return Files.createDirectory(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void write(Path file, String mode, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    // Successful starts

    @Test
    void theRootKeyIsMadeForItsOwnerAloneAndNeverPrinted() throws IOException {
        Path data = folder.resolve("data");
        String text;
        try (ServerProcess server = ServerProcess.startEmpty(data, Map.of())) {
            Path file = data.resolve("root.key");
            assertThat(mode(file)).isEqualTo("rw-------");
            assertThat(mode(data.resolve("muster.db"))).isEqualTo("rw-------");
            assertThat(mode(data.resolve("master.key"))).isEqualTo("rw-------");
            assertThat(mode(data)).isEqualTo("rwx------");
            text = Files.readString(file).strip();
            assertThat(text).hasSizeGreaterThanOrEqualTo(32);
            assertThat(tenants(server, text)).isEqualTo(200);
            assertThat(tenants(server, ServerProcess.ROOT_KEY)).isEqualTo(401);
            assertThat(tenants(server, "")).isEqualTo(401);
            server.terminate();
            assertThat(server.await()).isZero();
            server.restart();
            assertThat(tenants(server, text)).isEqualTo(200);
            assertThat(server.output()).contains(file.toString()).doesNotContain(text);
        }
        // A configured root key takes precedence over the generated one.
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(tenants(server, ServerProcess.ROOT_KEY)).isEqualTo(200);
            assertThat(tenants(server, text)).isEqualTo(401);
            assertThat(server.output()).doesNotContain(ServerProcess.ROOT_KEY).doesNotContain("root.key");
        }
    }

    private static int tenants(ServerProcess server, String rootKey) throws IOException {
        try (Client client = new Client(server.address(), rootKey)) {
            return client.get("/v1/tenants").status();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void pingIsThereForMeasurementsOnly() throws IOException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                Client client = new Client(server.address(), null)) {
            assertThat(client.get("/bench/ping").status()).isEqualTo(404);
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--bench");
                Client client = new Client(server.address(), null)) {
            Client.Answer answer = client.get("/bench/ping");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).hasSize(230);
            assertThat(answer.json().text("ping")).isEqualTo("muster");
        }
    }

    @Test
    void metricsAreOnTheAdminPortOnlyAndNameNoRealm() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        URI admin = URI.create("http://127.0.0.1:" + port);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--admin-port", "" + port)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            try (Client client = new Client(server.address(), key);
                    Client metrics = new Client(admin, null)) {
                assertThat(client.json("POST", "/v1/users", Map.of("externalId", "ann"))
                                .status())
                        .isEqualTo(201);
                assertThat(client.get("/metrics").status()).isEqualTo(404);
                assertThat(metrics.get("/v1/users").status()).isEqualTo(404);
                Client.Answer scraped = metrics.get("/metrics");
                assertThat(scraped.status()).isEqualTo(200);
                assertThat(scraped.text())
                        .contains("muster_lane_commit_seconds_count")
                        .doesNotContain("acme")
                        .doesNotContain("ann\"");
            }
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            assertThat(server.output()).contains("Muster listens on").doesNotContain("metrics on port");
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--host", "0.0.0.0")) {
            assertThat(server.address()).as("an address that can be opened").hasHost("127.0.0.1");
            assertThat(server.output()).contains("and on all other addresses of this machine");
        }
    }

    @Test
    void httpsFromPemFiles() throws Exception {
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor()).as(said).isZero();
        refused(ROOT, "--tls-key", "--data", data(), "--tls-cert", certificate.toString());
        refused(ROOT, "", "--data", data(), "--tls-cert", key.toString(), "--tls-key", key.toString());
        try (ServerProcess server = ServerProcess.start(
                folder.resolve("data"), "--tls-cert", certificate.toString(), "--tls-key", key.toString())) {
            assertThat(server.address()).hasScheme("https");
            try (Client client = new Client(server.address(), ServerProcess.ROOT_KEY, trusting(certificate))) {
                assertThat(client.get("/health/ready").status()).isEqualTo(200);
                assertThat(client.json("POST", "/v1/tenants", Map.of("name", "Acme"))
                                .status())
                        .isEqualTo(201);
            }
            try (Client plain = new Client(server.address(), null)) {
                assertThatThrownBy(() -> plain.get("/health/ready")).isInstanceOf(IOException.class);
            }
        }
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void aRestartKeepsEverything() throws IOException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            String token;
            String user;
            String head;
            try (Client client = new Client(server.address(), key)) {
                Fields made = client.json("POST", "/v1/keys", Map.of("name", "second", "role", "manager"))
                        .json();
                token = client.json(
                                "POST",
                                "/dpop/v1/api/generate-token",
                                Map.of("apiKey", made.text("apiKey"), "apiSecret", made.text("apiSecret")))
                        .json()
                        .in("data")
                        .in("credentials")
                        .text("accessToken");
                assertThat(client.json(
                                        "POST",
                                        "/v1/users",
                                        Map.of("externalId", "ann", "email", "Ann@Example.org", "name", "Ann"))
                                .status())
                        .isEqualTo(201);
                client.json("PUT", "/v1/users/external:ann/cards", Map.of("cards", List.of(Map.of("number", "0042"))));
                client.json("PUT", "/v1/users/external:ann/holds/blocked?label=legal", Map.of("reason", "court"));
                user = withoutTime(client.get("/v1/users/external:ann"));
                head = client.get("/v1/journal/head").text();
            }
            server.terminate();
            assertThat(server.await()).isZero();
            server.restart();
            for (String credential : List.of(key, token)) {
                try (Client client = new Client(server.address(), credential)) {
                    assertThat(withoutTime(client.get("/v1/users/email:ann@example.org")))
                            .isEqualTo(user);
                    assertThat(client.get("/v1/journal/head").text()).isEqualTo(head);
                    assertThat(client.get("/v1/journal/verify").json().flag("valid"))
                            .isTrue();
                }
            }
            assertThat(user).contains("0042", "court");
        }
    }

    /// Returns the response without the time at which the standing was read.
    private static String withoutTime(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.text().replaceFirst("\"at\":\"[^\"]*\"}}$", "");
    }
}
