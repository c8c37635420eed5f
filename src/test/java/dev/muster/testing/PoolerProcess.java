package dev.muster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Runs Debian's pgbouncer in front of the tests' PostgreSQL. It has fewer connections than clients, so transactions of
/// different clients share a connection.
final class PoolerProcess {
    private static final long TIMEOUT_NANOS = 60_000_000_000L;

    private PoolerProcess() {}

    /// Starts a pooler that ends with the JVM.
    ///
    /// @param postgres the port of PostgreSQL
    /// @return the port of the pooler
    static int start(int postgres) {
        int port = FreePort.find();
        try {
            Path folder = Files.createTempDirectory("pooler");
            Path users = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
            Path settings = Files.writeString(folder.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = 3
                    max_client_conn = 1000
                    server_idle_timeout = 5
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(postgres, port, users));
            Process process = launch(folder, settings);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            await(process, port, folder);
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts pgbouncer, in a user namespace if this process runs as root: pgbouncer refuses to run as root, and in
    /// such a namespace, root is mapped to nobody.
    private static Process launch(Path folder, Path settings) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of("pgbouncer", settings.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().merge("PATH", "/usr/sbin", (path, sbin) -> path + ":" + sbin);
        return builder.start();
    }

    private static void await(Process process, int port, Path folder) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
        while (true) {
            try (var connection = DriverManager.getConnection(url)) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError("pgbouncer does not start: " + Files.readString(folder.resolve("log")), e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
