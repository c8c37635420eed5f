package dev.muster.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A PostgreSQL server with the settings of a sane production server, for everything that is measured in a run.
final class Postgres implements AutoCloseable {
    /// What is set, beside what the server's own defaults are. The library would set some of these to what is fast and
    /// not safe.
    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "wal_level", "replica",
            "max_wal_senders", "10",
            "max_wal_size", "4GB",
            "max_connections", "200",
            "shared_buffers", "256MB");

    private final EmbeddedPostgres server;
    private final long pid;

    private Postgres(EmbeddedPostgres server, long pid) {
        this.server = server;
        this.pid = pid;
    }

    static Postgres start(Path folder, int port) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setServerConfig("listen_addresses", "127.0.0.1");
        SETTINGS.forEach(builder::setServerConfig);
        try {
            EmbeddedPostgres server = builder.start();
            long pid = Long.parseLong(
                    Files.readAllLines(folder.resolve("postmaster.pid")).getFirst());
            return new Postgres(server, pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The URL of a new, empty database.
    String database(String name) {
        query("create database " + name);
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + name + "?user=postgres&password=postgres";
    }

    /// Where it listens: host, port and a database's name, as other programs want it.
    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
    }

    String version() {
        return query("show server_version");
    }

    /// The settings as the server has them.
    SequencedMap<String, String> settings() {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        SETTINGS.keySet().stream().sorted().forEach(name -> settings.put(name, query("show " + name)));
        return settings;
    }

    /// Microseconds of processor time that the server has used so far, all its processes together.
    long micros() {
        return Proc.microsOfFamily(pid);
    }

    private String query(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
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
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
