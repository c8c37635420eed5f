package dev.muster.storage;

import java.nio.file.Path;

/// The register's storage: an embedded SQLite file or a PostgreSQL database.
public final class Database implements AutoCloseable {
    /// Opens or makes the SQLite database `muster.db` in a folder, and keeps a second process out.
    public static Database sqlite(Path folder) {
        throw new UnsupportedOperationException();
    }

    /// Connects to PostgreSQL 15 or newer. In an empty database the schema is made.
    ///
    /// @param url `jdbc:postgresql://…`
    public static Database postgres(String url) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
