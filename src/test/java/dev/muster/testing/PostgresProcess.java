package dev.muster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A separate PostgreSQL server that can be stopped without a checkpoint, killed, and restarted with the same data.
public final class PostgresProcess implements AutoCloseable {
    /// This is long enough for a busy machine.
    private static final long TIMEOUT_SECONDS = 120;

    private static final String LOCAL = "127.0.0.1";

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // The hook ensures that an aborted test leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(PostgresProcess::quit)));
    }

    private final Path data;
    private final Path log;
    private final String address;
    private final int port;
    private final List<String> settings;

    /// A prefix of the command, for example one that gives the process its own network.
    private final List<String> within;

    private Process postmaster;

    private PostgresProcess(Path folder, int port, List<String> settings) {
        this(folder, LOCAL, port, settings, List.of());
    }

    private PostgresProcess(Path folder, String address, int port, List<String> settings, List<String> within) {
        this.data = folder.resolve("postgres");
        this.log = folder.resolve("postgres.log");
        this.address = address;
        this.port = port;
        this.settings = settings;
        this.within = within;
    }

    /// Starts a new, empty server on a free port.
    ///
    /// @param folder the folder for the server's data and log
    /// @param settings settings such as `fsync=off`
    public static PostgresProcess start(Path folder, String... settings) {
        PostgresProcess server = new PostgresProcess(folder, FreePort.find(), List.of(settings));
        server.initialise();
        server.start();
        return server;
    }

    /// Creates a primary and a standby of it, which follows by streaming replication once both are started.
    ///
    /// @param folder the folder for both servers' data and logs
    /// @param hosts a host for each of them; null if both listen on the loopback address
    /// @param standbySettings settings of the standby only
    /// @param primarySettings settings of the primary only
    static List<PostgresProcess> prepareTwo(
            Path folder, @Nullable BridgedHosts hosts, List<String> standbySettings, String... primarySettings)
            throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        PostgresProcess primary = on(hosts, 0, first, List.of(primarySettings));
        primary.initialise();
        if (hosts != null) {
            Files.writeString(
                    primary.data.resolve("pg_hba.conf"),
                    "host all,replication all samenet trust\n",
                    StandardOpenOption.APPEND);
        }
        List<String> settings = new ArrayList<>(standbySettings);
        settings.addAll(List.of(
                "primary_conninfo=host=" + primary.address + " port=" + primary.port
                        + " user=postgres application_name=standby",
                // A standby must allow as many as the primary, or as initdb if that has not been started yet.
                "max_connections=100"));
        PostgresProcess standby = on(hosts, 1, second, settings);
        // A server that has not been started yet may be copied.
        Process copy = new ProcessBuilder("cp", "-a", primary.data.toString(), standby.data.toString())
                .inheritIO()
                .start();
        if (await(copy) != 0) {
            throw new AssertionError("the data could not be copied");
        }
        Files.createFile(standby.data.resolve("standby.signal"));
        return List.of(primary, standby);
    }

    private static PostgresProcess on(@Nullable BridgedHosts hosts, int index, Path folder, List<String> settings) {
        if (hosts == null) {
            return new PostgresProcess(folder, FreePort.find(), settings);
        }
        BridgedHosts.Host host = hosts.host(index);
        return new PostgresProcess(folder, host.address(), FreePort.find(), settings, host.within());
    }

    public int port() {
        return port;
    }

    /// The address and port as in a URL.
    String authority() {
        return address + ":" + port;
    }

    /// The URL of the server's only database, for its superuser.
    public String url() {
        return "jdbc:postgresql://" + authority() + "/postgres?user=postgres";
    }

    private void initialise() {
        try {
            Process initdb = run(
                    "initdb",
                    "--pgdata=" + data,
                    "--username=postgres",
                    "--auth=trust",
                    "--encoding=UTF-8",
                    "--no-sync");
            if (await(initdb) != 0) {
                throw new AssertionError(Files.readString(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts the server with the existing data and waits until it responds, which takes a little longer after the
    /// server was killed.
    public void start() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        try {
            launch();
            while (!answers()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("PostgreSQL does not start:\n" + Files.readString(log));
                }
                if (!postmaster.isAlive()) {
                    RUNNING.remove(postmaster);
                    launch();
                }
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void launch() throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-D", data.toString(), "-p", Integer.toString(port), "-h", address, "-k", "", "-N", "60"));
        for (String setting : settings) {
            arguments.addAll(List.of("-c", setting));
        }
        postmaster = run("postgres", arguments.toArray(new String[0]));
        RUNNING.add(postmaster);
    }

    private boolean answers() {
        try (var connection = DriverManager.getConnection(url())) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /// Runs a program of PostgreSQL, in a user namespace if this process runs as root: PostgreSQL refuses to run as
    /// root, and in such a namespace, root is mapped to nobody.
    private Process run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(within);
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(TestPostgres.programs().resolve(program).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /// Stops the server like `pg_ctl stop -m immediate`: immediately and without a checkpoint, so that the next
    /// start runs recovery.
    public void stopHard() {
        quit(postmaster);
        await(postmaster);
        RUNNING.remove(postmaster);
    }

    /// Kills the postmaster like `kill -9`. The other processes end when they notice, at different times.
    public void kill() {
        postmaster.destroyForcibly();
        await(postmaster);
        RUNNING.remove(postmaster);
    }

    /// Kills all processes of the server like `kill -9`, so that none of them can answer any more.
    public void killAll() {
        if (postmaster == null || !postmaster.isAlive()) {
            return;
        }
        List<ProcessHandle> children = postmaster.descendants().toList();
        kill();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /// Suspends all processes of the server. It still accepts connections, because the kernel does so.
    public void freeze() {
        signal("STOP", postmaster.pid());
        postmaster.descendants().forEach(child -> signal("STOP", child.pid()));
    }

    /// Resumes all processes of a frozen server.
    public void thaw() {
        signal("CONT", postmaster.pid());
        postmaster.descendants().forEach(child -> signal("CONT", child.pid()));
    }

    /// Everything that the server has logged.
    public String logged() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void quit(Process process) {
        signal("QUIT", process.pid());
    }

    static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int await(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(process.info() + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stopHard();
    }
}
