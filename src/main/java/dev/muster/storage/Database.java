package dev.muster.storage;

import java.nio.file.Path;
import java.time.Duration;

/// The register's storage: an embedded SQLite file or a PostgreSQL database. For any number of threads.
public final class Database implements AutoCloseable {
    /// How long a read may take.
    static final Duration DEADLINE = Duration.ofSeconds(2);

    /// How many reads may run at once.
    static final int READERS = 8;

    private final Engine engine;

    private Database(Engine engine) {
        this.engine = engine;
    }

    /// Opens or makes the SQLite database `muster.db` in a folder, and keeps a second process out.
    public static Database sqlite(Path folder) {
        return new Database(SqliteFile.open(folder));
    }

    /// Connects to PostgreSQL 15 or newer. In an empty database the schema is made.
    ///
    /// @param url `jdbc:postgresql://…`
    public static Database postgres(String url) {
        return new Database(PostgresServer.open(url));
    }

    /// Brings the schema of a PostgreSQL database to the version that this program needs.
    public static void migrate(String url) {
        PostgresServer.migrate(url);
    }

    public <T extends @org.jspecify.annotations.Nullable Object> T read(java.util.function.Function<Reads, T> reading) {
        throw new UnsupportedOperationException();
    }

    public <T extends @org.jspecify.annotations.Nullable Object> T readMany(
            java.util.function.Function<Reads, T> reading) {
        throw new UnsupportedOperationException();
    }
    /// A connection of its own for one lane.
    public LaneStore lane() {
        return new LaneStore(engine);
    }

    @Override
    public void close() {
        engine.close();
    }
}
