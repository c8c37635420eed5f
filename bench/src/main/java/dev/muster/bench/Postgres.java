package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// A PostgreSQL server with the settings of a sensible production server, for all measurements of a run. It uses the
/// installed programs, but a separate cluster.
final class Postgres implements AutoCloseable {
    /// The settings that are passed to the server. All others have their defaults.
    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "wal_level", "replica",
            "max_wal_senders", "10",
            "max_wal_size", "4GB",
            "max_connections", "200",
            "shared_buffers", "256MB");

    /// The user that PostgreSQL runs as if this process runs as root, because PostgreSQL refuses to run as root.
    private static final String USER = "postgres";

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final int TIMEOUT_SECONDS = 60;

    private final Path cluster;
    private final int port;
    private final Child server;

    private Postgres(Path cluster, int port, Child server) {
        this.cluster = cluster;
        this.port = port;
        this.server = server;
    }

    /// @param logs a folder for the server's output
    static Postgres start(Path logs, int port) {
        Path programs = programs();
        try {
            // The cluster is not below the run's folder, because the user `postgres` may have no access to it.
            Path cluster = Files.createTempDirectory("muster-bench-postgres-");
            if (ROOT) {
                Files.setOwner(
                        cluster,
                        cluster.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
            }
            Path data = cluster.resolve("data");
            make(programs, cluster, data, logs.resolve("initdb.log"));
            List<String> command =
                    as(programs.resolve("postgres"), "-D", data.toString(), "-p", Integer.toString(port));
            command.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="));
            SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
            Child server = Child.start(cluster, logs.resolve("postgres.log"), Map.of(), command);
            Postgres postgres = new Postgres(cluster, port, server);
            postgres.await();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the folder of PostgreSQL's programs, as found by `bench/run`.
    private static Path programs() {
        String found = System.getProperty("bench.postgres", "");
        if (found.isEmpty()) {
            throw new Failed("needs PostgreSQL's programs, 15 or newer; install them, for example  apt-get install"
                    + " postgresql, or measure with --database sqlite");
        }
        return Path.of(found);
    }

    private static void make(Path programs, Path cluster, Path data, Path log) {
        List<String> command = as(programs.resolve("initdb"), "-D", data.toString(), "-U", USER);
        command.addAll(List.of("--auth=trust", "--encoding=UTF8", "--no-locale"));
        try (Child making = Child.start(cluster, log, Map.of(), command)) {
            Integer code = making.await(TIMEOUT_SECONDS);
            if (code == null || code != 0) {
                throw new Failed("no cluster of PostgreSQL could be made: " + making.tail());
            }
        }
    }

    private static List<String> as(Path program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups", "--"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void await() {
        long deadline = System.nanoTime() + TIMEOUT_SECONDS * 1_000_000_000L;
        while (true) {
            try (Connection connection = connect()) {
                if (connection.isValid(TIMEOUT_SECONDS)) {
                    return;
                }
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() - deadline > 0) {
                    String said = server.tail();
                    close();
                    throw new Failed("PostgreSQL does not start: " + said, e);
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new Failed("interrupted", e);
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url("postgres") + "?user=" + USER);
    }

    /// Creates an empty database and returns its URL, with user and password.
    String database(String name) {
        query("create database " + name);
        return url(name) + "?user=" + USER + "&password=any";
    }

    /// Returns a URL that contains only host, port and database, as other programs expect it.
    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    String version() {
        return query("show server_version");
    }

    /// Returns the settings as the server reports them.
    SequencedMap<String, String> settings() {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        SETTINGS.keySet().stream().sorted().forEach(name -> settings.put(name, query("show " + name)));
        return settings;
    }

    /// Returns the microseconds of processor time used so far by all processes of the server.
    long micros() {
        return Proc.microsOfFamily(server.pid());
    }

    /// Returns the size of each table of a database in bytes, with indexes and long values.
    Map<String, Long> tableBytes(String database) {
        Map<String, Long> bytes = new HashMap<>();
        String sql = "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r'"
                + " and relnamespace = 'public'::regnamespace";
        try (Connection connection = DriverManager.getConnection(url(database) + "?user=" + USER);
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(sql)) {
            while (tables.next()) {
                bytes.put(tables.getString(1), tables.getLong(2));
            }
            return bytes;
        } catch (SQLException e) {
            throw new Failed(sql + ": " + e.getMessage(), e);
        }
    }

    /// Returns how many bytes have been written to the write-ahead log so far.
    long walBytes() {
        return Long.parseLong(query("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"));
    }

    private String query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet results = statement.getResultSet()) {
                results.next();
                return results.getString(1);
            }
        } catch (SQLException e) {
            throw new Failed(sql + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        server.close();
        try (Stream<Path> files = Files.walk(cluster)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
