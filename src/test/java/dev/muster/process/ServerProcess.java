package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Main;
import dev.muster.TestDatabase;
import dev.muster.sealing.MasterKeys;
import dev.muster.testing.SmallDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `muster serve` as a process of its own, on any free port, over a data folder that outlives it.
final class ServerProcess implements AutoCloseable {
    static final String ROOT_KEY = "root-key-of-a-test-0123456789-0123456789";

    /// What a machine may need that has much else to do; only a server that hangs is stopped by it.
    private static final long PATIENCE_SECONDS = 120;

    /// Marks the lines of the access log. A load makes many of them, and most tests do not ask for them.
    private static final String ACCESS = "\"logger\":\"muster.access\"";

    private static final Pattern ANNOUNCED = Pattern.compile("Muster listens on (\\S+).*");
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // A test that is cut off leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    /// As many as the launcher gives on two cores.
    private static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=4";

    private final Path data;
    private final Map<String, String> environment;
    private final List<String> options;

    /// What stands before the command, such as what gives it a disk of its own.
    private final List<String> within;

    private final ConcurrentLinkedQueue<String> out = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> err = new ConcurrentLinkedQueue<>();
    private List<String> flags = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-Xshare:auto",
            CARRIERS);
    private volatile boolean accessLogKept;
    private List<Thread> readers = List.of();
    private Process process;
    private URI address;

    private ServerProcess(Path data, Map<String, String> environment, List<String> options, List<String> within) {
        this.data = data;
        this.environment = environment;
        this.options = options;
        this.within = within;
    }

    /// A server that answers, with the root key [#ROOT_KEY].
    static ServerProcess start(Path data, String... options) {
        return start(data, Map.of("MUSTER_ROOT_KEY", ROOT_KEY), options);
    }

    /// @param environment its variables whose names begin with `MUSTER_`
    static ServerProcess start(Path data, Map<String, String> environment, String... options) {
        return start(data, environment, List.of(), options);
    }

    /// With all of a small disk for its data folder.
    static ServerProcess start(SmallDisk disk, String... options) {
        return start(disk.folder(), Map.of("MUSTER_ROOT_KEY", ROOT_KEY), disk.within(), options);
    }

    private static ServerProcess start(
            Path data, Map<String, String> environment, List<String> within, String... options) {
        List<String> all = new ArrayList<>(List.of("serve", "--data", data.toString(), "--port", "0"));
        all.addAll(List.of(options));
        if (!all.contains("--admin-port")) {
            all.addAll(List.of("--admin-port", "0"));
        }
        ServerProcess server = new ServerProcess(data, environment, all, within);
        server.start();
        return server;
    }

    /// A server over the database that this run of the tests is about: see [dev.muster.testing.OnBothDatabases].
    static ServerProcess startOnTestDatabase(Path data) {
        String url = TestDatabase.newPostgres();
        if (url == null) {
            return start(data);
        }
        Path masterKey = masterKey(data.resolveSibling("master.key"));
        String readers = TestDatabase.readers(url);
        return readers == null
                ? startOnPostgres(data, url, masterKey)
                : startOnPostgres(data, url, masterKey, "--postgres-readers", readers);
    }

    /// One of the servers over a PostgreSQL database.
    ///
    /// @param masterKey which all of them have, as they have [#ROOT_KEY]
    static ServerProcess startOnPostgres(Path data, String url, Path masterKey, String... options) {
        return start(
                data,
                Map.of(
                        "MUSTER_ROOT_KEY",
                        ROOT_KEY,
                        "MUSTER_DATABASE",
                        url,
                        "MUSTER_MASTER_KEY_FILE",
                        masterKey.toString()),
                options);
    }

    /// Makes one.
    static Path masterKey(Path file) {
        MasterKeys.createFile(file, new SecureRandom());
        return file;
    }

    /// What became of a process that ended by itself.
    record Ended(int exitCode, List<String> out, List<String> err) {}

    /// Runs a command that is expected to end. Should it serve all the same, it does so on ports that disturb nobody.
    static Ended run(Path folder, Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(Map.of("MUSTER_PORT", "0", "MUSTER_ADMIN_PORT", "0"));
        all.putAll(environment);
        ServerProcess server = new ServerProcess(folder.resolve("data"), all, List.of(arguments), List.of());
        try {
            List<Thread> readers = server.launch(new CompletableFuture<>());
            int exitCode = server.await();
            for (Thread reader : readers) {
                reader.join();
            }
            return new Ended(exitCode, List.copyOf(server.out), List.copyOf(server.err));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            server.close();
        }
    }

    private void start() {
        CompletableFuture<URI> announced = new CompletableFuture<>();
        launch(announced);
        try {
            address = announced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            close();
            throw new AssertionError("the server did not start:\n" + output(), e);
        }
    }

    /// Again, over the same data; the process before must have ended.
    void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("it still runs");
        }
        start();
    }

    private List<Thread> launch(CompletableFuture<URI> announced) {
        // Of its own, so that LeftoversTest sees what a server leaves there.
        Path temporary = temporary();
        List<String> command = new ArrayList<>(within);
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                // It is whole, or the one jar whose manifest names the rest: java takes both.
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_"));
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(temporary);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        Process started = process;
        readers = List.of(
                Thread.ofVirtual().start(() -> {
                    read(started.getInputStream(), out, announced);
                    announced.completeExceptionally(new IOException("it ended"));
                }),
                Thread.ofVirtual().start(() -> read(started.getErrorStream(), err, announced)));
        return readers;
    }

    private void read(InputStream from, ConcurrentLinkedQueue<String> to, CompletableFuture<URI> announced) {
        try (BufferedReader lines = new BufferedReader(new java.io.InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (accessLogKept || !line.contains(ACCESS)) {
                    to.add(line);
                }
                Matcher matcher = ANNOUNCED.matcher(line);
                if (matcher.matches()) {
                    announced.complete(URI.create(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            // The process was killed.
        }
    }

    /// Where it answers now: another port after each start.
    URI address() {
        return address;
    }

    Path data() {
        return data;
    }

    /// Its folder for temporary files.
    Path temporary() {
        return data.resolveSibling(data.getFileName() + ".tmp");
    }

    long pid() {
        return process.pid();
    }

    /// All that it has printed, over all its lives, but for the access log.
    String output() {
        return String.join("\n", out) + "\n" + String.join("\n", err);
    }

    /// From now on [#output] has the access log too.
    void keepAccessLog() {
        accessLogKept = true;
    }

    /// With the flags of the JVM that the launcher `muster` gives, instead of those of a test.
    static ServerProcess startAsLaunched(Path data) {
        List<String> options = List.of("serve", "--data", data.toString(), "--port", "0", "--admin-port", "0");
        ServerProcess server = new ServerProcess(data, Map.of("MUSTER_ROOT_KEY", ROOT_KEY), options, List.of());
        server.flags =
                Stream.concat(launcherFlags().stream(), Stream.of(CARRIERS)).toList();
        server.start();
        return server;
    }

    /// As they stand in the launcher, a line each from `flags=(` to `)`.
    private static List<String> launcherFlags() {
        try {
            String launcher = Files.readString(Path.of("muster"));
            List<String> flags = launcher.substring(launcher.indexOf("flags=("), launcher.indexOf("\n)"))
                    .lines()
                    .skip(1)
                    .map(String::strip)
                    .filter(line -> line.startsWith("-"))
                    .toList();
            assertThat(flags).contains("-XX:+UseSerialGC");
            return flags;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How much memory of the machine it has, in bytes.
    long rss() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /// Nobody reads what it prints any more.
    void closeOutput() throws IOException {
        process.getInputStream().close();
        process.getErrorStream().close();
    }

    /// One whose output goes into a file, so that it cannot say where it listens.
    static ServerProcess startUnheard(Path data, int port, Path output) throws InterruptedException {
        return startUnheard(data, List.of(), port, output);
    }

    /// As [#startUnheard(Path, int, Path)], with its data on a disk of its own.
    static ServerProcess startUnheard(SmallDisk disk, int port, Path output) throws InterruptedException {
        return startUnheard(disk.folder(), disk.within(), port, output);
    }

    private static ServerProcess startUnheard(Path data, List<String> disk, int port, Path output)
            throws InterruptedException {
        List<String> options =
                List.of("serve", "--data", data.toString(), "--port", Integer.toString(port), "--admin-port", "0");
        List<String> within = new ArrayList<>(disk);
        within.addAll(List.of("sh", "-c", "exec \"$@\" >" + output + " 2>&1", "sh"));
        ServerProcess server = new ServerProcess(data, Map.of("MUSTER_ROOT_KEY", ROOT_KEY), options, within);
        server.address = URI.create("http://127.0.0.1:" + port);
        server.launch(new CompletableFuture<>());
        while (!server.answers()) {
            assertThat(server.process.isAlive()).isTrue();
            Thread.sleep(50);
        }
        return server;
    }

    private boolean answers() {
        try {
            return Client.once(address, null, "GET", "/health/ready", new byte[0])
                            .status()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /// Like a power cut, as far as the process can tell.
    void kill() {
        process.destroyForcibly();
        await();
    }

    /// SIGTERM; [#await] waits for the end.
    void terminate() {
        // Not of the process itself: that would close its output, and what it says at its end would be lost.
        process.toHandle().destroy();
    }

    /// SIGSTOP: it stands still in the middle of whatever it does.
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " ended with " + code);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits for its end, and gives its exit code.
    int await() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the server does not end:\n" + output());
            }
            RUNNING.remove(process);
            for (Thread reader : readers) {
                reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
