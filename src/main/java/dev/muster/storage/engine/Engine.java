package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;

/// A database: its connections, and whose turn it is to write.
public sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresEngine {
    /// How long a read may take, its waiting for a connection included.
    Duration READ_DEADLINE = Duration.ofSeconds(2);

    /// How many reads may run at once.
    int READERS = 8;

    DatabaseKind kind();

    /// A new connection that may write, with the settings of lanes.
    Session writer();

    /// A new connection that may write, for what is done beside requests.
    Session choreWriter();

    /// A connection that only reads, to be given back soon.
    Session reader(long deadlineNanos);

    /// Takes a reading connection back.
    ///
    /// @param sound false when something failed on it, so that it must not be used again
    void giveBack(Session reader, boolean sound);

    /// How many open connections for reads are not in use.
    int idleReaders();

    /// Waits until this writer may begin a transaction, if only one writer may have one.
    default void takeTurn(Session writer) {}

    default void endTurn() {}

    /// Notes that a transaction which wrote so many rows was committed.
    void wrote(int rows);

    /// A number that changes when connections must discard their plans; constant where plans do not depend on
    /// how many rows there are.
    default long plans() {
        return 0;
    }

    // The disk is checked where it is this machine's. A database server watches its own.

    /// Reports, before the turn ends, that there was no room for a transaction. An urgent one is then worth
    /// another try: room may have been made, from a reserve.
    default void noRoom() {}

    /// As [#noRoom], after a failure that may be due to a full disk: looks at the disk.
    default void lookForRoom() {}

    /// Whether there is so little room that only what is urgent may be written.
    default boolean isTight() {
        return false;
    }

    /// Refuses evidence for which there is no room.
    ///
    /// @param bytes how much is about to be stored
    /// @throws StorageException of kind `FULL`
    default void checkRoomForEvidence(long bytes) {}

    /// A new connection that may write evidence, apart from those of lanes.
    Session evidenceWriter();

    /// A new connection that only reads evidence.
    Session evidenceReader();

    @Override
    void close();
}
