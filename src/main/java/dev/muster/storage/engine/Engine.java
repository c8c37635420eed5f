package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;

/// A database engine: its connections, and the turn to write.
public sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresEngine {
    /// The deadline of a read, including the wait for a connection.
    Duration READ_DEADLINE = Duration.ofSeconds(2);

    /// How many reads may run concurrently.
    int READERS = 8;

    DatabaseKind kind();

    /// Opens a connection that may write, with the settings for lanes.
    Session writer();

    /// Opens a connection that may write, for background work.
    Session choreWriter();

    /// Like [#choreWriter], but for rows whose loss only causes work to be repeated. Commits do not wait for the
    /// disk. They survive the end of the process, but the last ones may be lost if the machine or the database
    /// server fails. The next commit on any other connection makes them durable.
    Session progressWriter();

    /// Returns a connection that only reads. It must soon be given back with [#release].
    Session reader(long deadlineNanos);

    /// Takes back a reader connection.
    ///
    /// @param sound false if something failed on it, so that it must not be reused
    void release(Session reader, boolean sound);

    /// How many open connections for reads are not in use.
    int idleReaders();

    /// Waits for the turn to write, if only one writer may have an open transaction at a time.
    default void takeTurn(Session writer) {}

    default void endTurn() {}

    /// Records that a transaction that wrote `rows` rows was committed.
    void recordWrites(int rows);

    /// A number that changes when connections must discard their query plans; constant if plans do not depend
    /// on table sizes.
    default long plans() {
        return 0;
    }

    // Only a local disk is checked, because a database server monitors its own.

    /// Reports that there was no space for a transaction. Must be called before the turn ends. An urgent
    /// transaction can then be retried, because a reserve may have been deleted to free space.
    default void noRoom() {}

    /// Checks the disk after a failure that a full disk may have caused. Acts like [#noRoom] if it is full.
    default void checkDisk() {}

    /// Whether disk space is so low that only urgent writes are allowed.
    default boolean isDiskLow() {
        return false;
    }

    /// Checks that there is enough space to store evidence.
    ///
    /// @param bytes the number of bytes to store
    /// @throws StorageException of kind `FULL` if there is not enough space
    default void checkRoomForEvidence(long bytes) {}

    /// Opens a connection that may write evidence, separate from those of lanes.
    Session evidenceWriter();

    /// Opens a connection that only reads evidence.
    Session evidenceReader();

    @Override
    void close();
}
