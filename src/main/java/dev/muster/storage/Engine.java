package dev.muster.storage;

/// What SQLite and PostgreSQL do each in their own way, apart from the texts of statements: connections and turns.
sealed interface Engine extends AutoCloseable permits SqliteFile, PostgresServer {
    DatabaseKind kind();

    /// A new connection that may write, with the settings of lanes.
    Session writer();

    /// A new connection that may write, for what is done beside requests.
    Session upkeepWriter();

    /// A connection that only reads, to be given back soon.
    Session reader(long deadlineNanos);

    /// Takes a reading connection back.
    ///
    /// @param sound false when something failed on it, so that nobody should use it again
    void giveBack(Session reader, boolean sound);

    /// How many open connections that only read are in use by none.
    int idleReaders();

    /// Waits for this writer's turn to have a transaction, where only one may.
    void takeTurn(Session writer);

    void endTurn();

    /// Notes that a transaction which wrote so many rows was committed.
    void wrote(int rows);

    /// Another number when the plans of statements that a connection knows of are too old; always the same where
    /// plans do not depend on how many rows there are.
    long plans();

    /// Says that there was no room for a transaction, by whom the turn belongs to. What is urgent is worth another try:
    /// room may have been made, from a reserve.
    void noRoom();

    /// As [#noRoom], after a failure that may have come of it: looks at the disk.
    void lookForRoom();

    /// Whether there is so little room that only what is urgent may be written.
    boolean isTight();

    /// Refuses evidence for which there is no room.
    ///
    /// @param bytes how much is about to be stored
    /// @throws StorageException of kind `FULL`
    void checkRoomForEvidence(long bytes);

    /// A new connection that may write evidence, apart from those of lanes.
    Session evidenceWriter();

    /// A new connection that only reads evidence.
    Session evidenceReader();

    @Override
    void close();
}
