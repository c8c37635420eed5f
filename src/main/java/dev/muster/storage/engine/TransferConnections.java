package dev.muster.storage.engine;

import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Opens the connections with which a whole tenant is read or written. Their statements may take much longer than
/// those of a server.
public final class TransferConnections {
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(10);

    /// How long to wait for the other writer of an embedded database, which is its server.
    private static final int BUSY_MILLIS = 5_000;

    /// Distinguishes the advisory locks of moves from others, such as those of migrations. The second number of a lock
    /// is the hash of the tenant's production realm.
    public static final int MOVE_CLAIMS = 0x4d6f7665;

    private TransferConnections() {}

    /// Opens a connection that reads the register of an embedded database. Its server may be running.
    ///
    /// @throws StorageException of kind `FATAL` if there is no database, or its schema version differs
    public static Session register(Path folder) {
        SqliteLibrary.loadFromTemporary();
        Session session = reader(folder.resolve("muster.db"));
        try {
            Schema.checkSame(session);
            return session;
        } catch (StorageException e) {
            session.close();
            throw e;
        }
    }

    /// Opens a connection that reads the evidence of an embedded database. [#register] must have been called before.
    public static Session evidence(Path folder) {
        return reader(folder.resolve("evidence.db"));
    }

    private static Session reader(Path file) {
        return new SqliteFile(existing(file), new Statements(DatabaseKind.SQLITE)).reader();
    }

    private static Path existing(Path file) {
        if (!Files.isReadable(file)) {
            throw new StorageException(Kind.FATAL, file + " does not exist, or this user may not read it");
        }
        return file;
    }

    /// Opens a connection that writes to a file of an embedded database for a moment at a time. Its server may be
    /// running.
    ///
    /// @param file the name of the file
    public static Session writer(Path folder, String file) {
        SqliteLibrary.loadFromTemporary();
        Path path = existing(folder.resolve(file));
        return new SqliteFile(path, new Statements(DatabaseKind.SQLITE))
                .writer(
                        BUSY_MILLIS,
                        "journal_mode = wal",
                        "synchronous = full",
                        "secure_delete = on",
                        "wal_autocheckpoint = 0");
    }

    /// Creates a file if it is missing, and locks it. Returns null if another process has locked it. The lock ends when
    /// the channel is closed, or with the process.
    public static @Nullable FileChannel lock(Path file) {
        try {
            FileChannel channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return channel;
            }
            channel.close();
            return null;
        } catch (IOException e) {
            throw new StorageException(Kind.FATAL, "cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /// Opens a connection to PostgreSQL for long transactions.
    ///
    /// @throws StorageException of kind `FATAL` if the schema version differs
    public static Session postgres(PostgresEngine engine) {
        Session session = engine.choreWriter();
        try {
            session.connection().setNetworkTimeout(Runnable::run, Math.toIntExact(STATEMENT_TIMEOUT.toMillis()));
            Schema.checkSame(session);
            return session;
        } catch (SQLException e) {
            session.close();
            throw StorageException.of(e);
        } catch (StorageException e) {
            session.close();
            throw e;
        }
    }

    /// Begins a transaction that may take long.
    public static void begin(Session session) {
        session.begin();
        if (session.kind() == DatabaseKind.POSTGRES) {
            session.execute("set local statement_timeout = " + STATEMENT_TIMEOUT.toMillis());
            session.execute("set local idle_in_transaction_session_timeout = " + STATEMENT_TIMEOUT.toMillis());
        }
    }

    /// Begins a transaction that sees one snapshot of a PostgreSQL database.
    public static void beginSnapshot(Session session) {
        begin(session);
        session.execute("set transaction isolation level repeatable read, read only");
    }
}
