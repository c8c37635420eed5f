package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;

/// A kind of database: its connections, and the turn to write.
public sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresEngine {
    /// The deadline of a read, including the wait for a connection.
    Duration READ_DEADLINE = Duration.ofSeconds(2);

    /// How many reads may run concurrently.
    int READERS = 8;

    DatabaseKind kind();

    /// A new connection that may write, with the settings of lanes.
    Session writer();

    /// A new connection that may write, for background work.
    Session choreWriter();

    /// Like [#choreWriter], for rows whose loss only causes work to be repeated. Commits do not wait for the disk.
    /// They survive the end of the process, but the last ones may be lost if the machine or the database server
    /// fails. The next commit of any other connection makes them durable.
    Session progressWriter();

    /// A connection that only reads; return it soon.
    Session reader(long deadlineNanos);

    /// Returns a reader connection.
    ///
    /// @param sound false if something failed on it, so that it must not be reused
    void giveBack(Session reader, boolean sound);

    /// How many open connections for reads are not in use.
    int idleReaders();

    /// Waits for the turn to write, if only one writer may have a transaction at a time.
    default void takeTurn(Session writer) {}

    default void endTurn() {}

    /// Records that a transaction which wrote `rows` rows was committed.
    void wrote(int rows);

    /// A number that changes when connections must discard their query plans; constant if plans do not depend
    /// on table sizes.
    default long plans() {
        return 0;
    }

    // Only a local disk is checked. A database server monitors its own.

    /// Reports, before the turn ends, that there was no space for a transaction. An urgent one can then be
    /// retried: space may have been freed from a reserve.
    default void noRoom() {}

    /// After a failure that may be due to a full disk: checks the disk, and acts like [#noRoom] if it is
    /// full.
    default void lookForRoom() {}

    /// Whether disk space is so low that only urgent writes are allowed.
    default boolean isTight() {
        return false;
    }

    /// Refuses evidence if there is not enough space.
    ///
    /// @param bytes how many bytes will be stored
    /// @throws StorageException of kind `FULL`
    default void checkRoomForEvidence(long bytes) {}

    /// A new connection that may write evidence, separate from those of lanes.
    Session evidenceWriter();

    /// A new connection that only reads evidence.
    Session evidenceReader();

    @Override
    void close();
}
