package dev.muster.storage.engine;

import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.IdleSessions;
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
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteDataSource;

/// The embedded database. It is stored in one folder, used by one process, and has one writing transaction at a time.
public final class SqliteEngine implements Engine {
    private static final int CHECKPOINT_PAGES = 8_000;
    private static final long RESTART_BYTES = 64L << 20;

    /// How many steps of SQLite's virtual machine a read runs before its deadline is checked again. They take about
    /// a millisecond.
    private static final int STEPS_PER_CHECK = 20_000;

    private final FileChannel lock;
    private final Disk disk;
    private final SqliteFile file;
    private final SqliteEvidence evidence;
    private final IdleSessions readers = new IdleSessions();
    private final Semaphore turn = new Semaphore(1, true);

    // The following fields estimate the WAL's length. They are accessed only by the writer that has the turn.

    /// The number of WAL pages per written row. It starts higher than usual, so that the first interval between
    /// checkpoints, which corrects it, is not too long.
    private double pagesPerRow = 8;

    private long rowsSinceCheckpoint;
    private long pagesAtCheckpoint;
    private boolean wantsRoom;

    private SqliteEngine(Path folder, long floorBytes, FileChannel lock) {
        this.lock = lock;
        disk = Disk.of(folder, floorBytes);
        SqliteLibrary.load(folder.toAbsolutePath());
        Statements statements = new Statements(DatabaseKind.SQLITE);
        file = new SqliteFile(folder.resolve("muster.db"), statements);
        evidence = new SqliteEvidence(folder, statements);
        createSchema();
    }

    /// Opens or creates the files of an embedded database in a folder, and locks the folder against other
    /// processes.
    ///
    /// @param floorBytes the bytes of disk space that must stay free when evidence is stored
    public static SqliteEngine open(Path folder, long floorBytes) {
        try {
            PrivateFiles.createFolder(folder);
        } catch (IOException e) {
            throw failed("make the data folder " + folder, e);
        }
        FileChannel lock = lock(folder);
        try {
            return new SqliteEngine(folder, floorBytes, lock);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static FileChannel lock(Path folder) {
        Path file = folder.resolve("muster.lock");
        FileChannel channel;
        try {
            channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed("write to the data folder " + folder, e);
        }
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
            release(channel);
            throw inUse(folder, null);
        } catch (OverlappingFileLockException e) {
            release(channel);
            throw inUse(folder, e);
        } catch (IOException e) {
            release(channel);
            throw failed("lock " + file, e);
        }
    }

    private static StorageException failed(String what, IOException e) {
        return new StorageException(
                Kind.FATAL, "cannot " + what + ": " + e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    }

    private static StorageException inUse(Path folder, @Nullable Throwable cause) {
        return new StorageException(
                Kind.FATAL, "another process is using the data folder " + folder + " (muster.lock)", cause);
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The operating system releases the lock when the process ends.
        }
    }

    private void createSchema() {
        try (Session session = writer()) {
            int version = Schema.of(session);
            if (version < Schema.VERSION) {
                SQLiteDataSource source = new SQLiteDataSource();
                source.setUrl("jdbc:sqlite:" + file.path());
                Schema.migrate(source, DatabaseKind.SQLITE);
                version = Schema.of(session);
            }
            Schema.check(version);
        } catch (StorageException e) {
            throw file.unusable(e);
        }
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @Override
    public Session writer() {
        Session session = choreWriter();
        // A lane changes pages of many indexes in each transaction. Other connections use SQLite's default cache size
        // of 2 MB.
        session.execute("pragma cache_size = -16384");
        return session;
    }

    @Override
    public Session choreWriter() {
        return writer("full");
    }

    /// The next commit of a lane also syncs the commits of this connection, because all connections share one WAL.
    @Override
    public Session progressWriter() {
        return writer("normal");
    }

    private Session writer(String synchronous) {
        return file.writer(
                1000,
                "journal_mode = wal",
                "synchronous = " + synchronous,
                "secure_delete = on",
                "wal_autocheckpoint = 0",
                "journal_size_limit = " + RESTART_BYTES);
    }

    @Override
    public Session reader(long deadlineNanos) {
        Session idle = readers.take();
        Session session = idle == null ? openReader() : idle;
        session.deadline(deadlineNanos);
        return session;
    }

    private Session openReader() {
        Session session = file.reader();
        try {
            ProgressHandler.setHandler(session.connection(), STEPS_PER_CHECK, new ProgressHandler() {
                @Override
                protected int progress() {
                    return session.isOverdue() ? 1 : 0;
                }
            });
        } catch (SQLException e) {
            session.close();
            throw StorageException.of(e);
        }
        return session;
    }

    @Override
    public void release(Session reader, boolean sound) {
        if (sound) {
            readers.release(reader);
        } else {
            reader.close();
        }
    }

    @Override
    public int idleReaders() {
        return readers.size();
    }

    /// Waits for the turn, and checkpoints the WAL if it has grown long. This is done between two transactions,
    /// when the callers of the previous one have already been answered.
    @Override
    public void takeTurn(Session writer) {
        try {
            turn.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.CONFLICT, "interrupted while waiting for the turn to write", e);
        }
        try {
            if (wantsRoom) {
                // The WAL may be what filled the disk.
                checkpoint(writer, true);
                wantsRoom = false;
            } else if (rowsSinceCheckpoint * pagesPerRow >= CHECKPOINT_PAGES) {
                checkpoint(writer, walBytes() > RESTART_BYTES);
            }
        } catch (RuntimeException e) {
            if (e instanceof StorageException failure && failure.kind() == Kind.FULL) {
                noRoom();
            }
            turn.release();
            throw e;
        }
    }

    @Override
    public void endTurn() {
        turn.release();
    }

    @Override
    public void recordWrites(int rows) {
        rowsSinceCheckpoint += rows;
    }

    @Override
    public void noRoom() {
        // The next transaction starts with a checkpoint, which may also free space.
        wantsRoom = true;
        disk.giveUpReserve();
    }

    /// Checks the disk after any failure, because SQLite does not report specifically that the WAL's index cannot
    /// grow.
    @Override
    public void checkDisk() {
        disk.giveUpReserveIfFull();
    }

    @Override
    public boolean isDiskLow() {
        return disk.isLow();
    }

    @Override
    public void checkRoomForEvidence(long bytes) {
        disk.checkRoomForEvidence(bytes);
    }

    @Override
    public Session evidenceWriter() {
        return evidence.writer();
    }

    @Override
    public Session evidenceReader() {
        return evidence.reader();
    }

    /// Checkpoints the WAL. The driver does not report the WAL's length at each commit, so the length is estimated
    /// from the rows written and corrected at each checkpoint.
    private void checkpoint(Session writer, boolean restart) {
        Wal wal = checkpoint(writer, restart ? "truncate" : "passive");
        long written = wal.pages >= pagesAtCheckpoint ? wal.pages - pagesAtCheckpoint : wal.pages;
        if (written > 0 && rowsSinceCheckpoint > 0) {
            pagesPerRow = (pagesPerRow + (double) written / rowsSinceCheckpoint) / 2;
        }
        // After a complete checkpoint, the next transaction restarts the WAL.
        pagesAtCheckpoint = wal.pages == wal.back ? 0 : wal.pages;
        rowsSinceCheckpoint = 0;
    }

    /// @param pages the number of pages in the WAL
    /// @param back the number of those pages that have been written back to the database
    private record Wal(long pages, long back) {}

    private static Wal checkpoint(Session writer, String mode) {
        // The columns are: busy, pages in the WAL, pages written back.
        return Objects.requireNonNull(writer.ask(
                "pragma wal_checkpoint(" + mode + ")",
                row -> new Wal(Math.max(0, row.skip(1).number()), Math.max(0, row.number()))));
    }

    private long walBytes() {
        try {
            return Files.size(file.path().resolveSibling("muster.db-wal"));
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        readers.close();
        release(lock);
    }
}
