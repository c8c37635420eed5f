package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Main;
import dev.muster.TestDatabase;
import dev.muster.sealing.MasterKeys;
import dev.muster.testing.ClassArchive;
import dev.muster.testing.SchemaTemplate;
import dev.muster.testing.SmallDisk;
import dev.muster.testing.TestPostgres;
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

/// A `muster serve` process that listens on any free port. Its data folder outlives it.
final class ServerProcess implements AutoCloseable {
    static final String ROOT_KEY = "root-key-of-a-test-0123456789-0123456789";

    /// Long enough even for a busy machine: only a server that hangs takes longer.
    private static final long TIMEOUT_SECONDS = 120;

    /// Marks the lines of the access log. A load writes many of them, and most tests do not need them.
    private static final String ACCESS = "\"logger\":\"muster.access\"";

    private static final Pattern ANNOUNCED = Pattern.compile("Muster listens on (\\S+).*");
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // No server remains running after an aborted test.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    /// The launcher's option for the number of carrier threads, with the value it has on two cores.
    private static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=4";

    private final Path data;
    private final Map<String, String> environment;
    private final List<String> options;

    /// A prefix of the command, for example one that gives the process its own disk.
    private final List<String> within;

    private final ConcurrentLinkedQueue<String> out = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> err = new ConcurrentLinkedQueue<>();
    /// Most servers end within seconds, so less of their code is worth compiling.
    private List<String> flags = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=4",
            "-XX:+UseCompactObjectHeaders",
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

    /// Starts a server with the root key [#ROOT_KEY]; returns once it is ready.
    static ServerProcess start(Path data, String... options) {
        return start(data, Map.of("MUSTER_ROOT_KEY", ROOT_KEY), options);
    }

    /// @param environment the variables whose names begin with `MUSTER_`; none of them are inherited
    static ServerProcess start(Path data, Map<String, String> environment, String... options) {
        return start(data, environment, List.of(), options);
    }

    /// Starts a server whose data folder is on its own small disk.
    static ServerProcess start(SmallDisk disk, String... options) {
        return start(disk.folder(), Map.of("MUSTER_ROOT_KEY", ROOT_KEY), disk.within(), options);
    }

    /// @param within a prefix of the command, such as `unshare`
    static ServerProcess start(Path data, Map<String, String> environment, List<String> within, String... options) {
        List<String> all = new ArrayList<>(List.of("serve", "--data", data.toString(), "--port", "0"));
        all.addAll(List.of(options));
        if (!all.contains("--admin-port")) {
            all.addAll(List.of("--admin-port", "0"));
        }
        ServerProcess server = new ServerProcess(data, environment, all, within);
        server.prepare();
        server.start();
        return server;
    }

    /// Starts a server without data, which has to make its keys and its schema itself.
    static ServerProcess startEmpty(Path data, Map<String, String> environment) {
        List<String> options = List.of("serve", "--data", data.toString(), "--port", "0", "--admin-port", "0");
        ServerProcess server = new ServerProcess(data, environment, options, List.of());
        server.start();
        return server;
    }

    /// Creates the current schema, and the master key of an embedded database, unless there is a data folder already.
    /// Creating the schema with Flyway would take a third of the start.
    private void prepare() {
        if (Files.exists(data) || !within.isEmpty()) {
            return;
        }
        String url = environment.get("MUSTER_DATABASE");
        if (url == null) {
            SchemaTemplate.prepare(data);
            if (!environment.containsKey("MUSTER_MASTER_KEY_FILE")) {
                masterKey(data.resolve("master.key"));
            }
        } else if (TestPostgres.isAt(url)) {
            SchemaTemplate.prepare(url);
        }
    }

    /// Starts a server with the database of this test run, see [dev.muster.testing.OnBothDatabases].
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

    /// Starts one of several servers on a PostgreSQL database.
    ///
    /// @param masterKey the master key file, which all of them share like [#ROOT_KEY]
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

    /// Creates a master key file.
    static Path masterKey(Path file) {
        MasterKeys.createFile(file, new SecureRandom());
        return file;
    }

    /// The result of a process that exited by itself.
    record Ended(int exitCode, List<String> out, List<String> err) {}

    /// Runs a command that is expected to exit. Free ports are configured in case it starts serving instead.
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
            address = announced.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            close();
            throw new AssertionError("the server did not start:\n" + output(), e);
        }
    }

    /// Restarts the server with the same data. The previous process must have ended.
    void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("it still runs");
        }
        start();
    }

    private List<Thread> launch(CompletableFuture<URI> announced) {
        // Each server has its own temporary folder, so that LeftoversTest sees what the server leaves there.
        Path temporary = temporary();
        List<String> command = new ArrayList<>(within);
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "--enable-native-access=ALL-UNNAMED"));
        command.addAll(ClassArchive.options());
        command.add(Main.class.getName());
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

    /// The current address. Its port changes with each start.
    URI address() {
        return address;
    }

    Path data() {
        return data;
    }

    /// The process's folder for temporary files.
    Path temporary() {
        return data.resolveSibling(data.getFileName() + ".tmp");
    }

    long pid() {
        return process.pid();
    }

    /// The whole output, including that of earlier starts, but without the access log.
    String output() {
        return String.join("\n", out) + "\n" + String.join("\n", err);
    }

    /// Includes the access log in [#output] from now on.
    void keepAccessLog() {
        accessLogKept = true;
    }

    /// Starts a server with the JVM flags of the launchers instead of those for tests.
    static ServerProcess startAsLaunched(Path data) {
        List<String> options = List.of("serve", "--data", data.toString(), "--port", "0", "--admin-port", "0");
        ServerProcess server = new ServerProcess(data, Map.of("MUSTER_ROOT_KEY", ROOT_KEY), options, List.of());
        server.flags =
                Stream.concat(launcherFlags().stream(), Stream.of(CARRIERS)).toList();
        server.start();
        return server;
    }

    /// Returns the JVM flags of the launchers, which are in `.mvn/jvm.sh`: one per line after `muster_flags="`.
    private static List<String> launcherFlags() {
        try {
            String launcher = Files.readString(Path.of(".mvn/jvm.sh"));
            List<String> flags = launcher.substring(launcher.indexOf("muster_flags=\""))
                    .lines()
                    .skip(1)
                    .map(line -> line.strip().replace("\"", ""))
                    .takeWhile(line -> line.startsWith("-"))
                    .toList();
            assertThat(flags).contains("-XX:+UseSerialGC");
            return flags;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The resident memory of the process in bytes.
    long rss() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /// Closes the reading end of the process's output.
    void closeOutput() throws IOException {
        process.getInputStream().close();
        process.getErrorStream().close();
    }

    /// Starts a server whose output goes to a file. Its port must be given, because nothing reads the address that
    /// it prints.
    static ServerProcess startUnheard(Path data, int port, Path output) throws InterruptedException {
        return startUnheard(data, List.of(), port, output);
    }

    /// Like [#startUnheard(Path, int, Path)], with the data on its own disk.
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

    /// Sends SIGKILL and waits for the exit. To the process, this is like a power cut.
    void kill() {
        process.destroyForcibly();
        await();
    }

    /// Sends SIGTERM; [#await] waits for the exit.
    void terminate() {
        // `Process.destroy` would close the output and lose its last lines.
        process.toHandle().destroy();
    }

    /// Sends SIGSTOP, which suspends the process wherever it is.
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

    /// Waits for the process to exit and returns its exit code.
    int await() {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the server does not end:\n" + output());
            }
            RUNNING.remove(process);
            for (Thread reader : readers) {
                reader.join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
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
