package dev.muster.storage;

import dev.muster.storage.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/// The embedded database: one file, one process, one transaction that writes at a time.
final class SqliteFile implements Engine {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");
    private static final int CHECKPOINT_PAGES = 8_000;
    private static final long RESTART_BYTES = 64L << 20;

    /// How many steps of SQLite's machine a reading statement goes before the time is looked at: about a millisecond.
    private static final int STEPS = 20_000;

    private final Path file;
    private final FileChannel lock;
    private final Statements statements = new Statements(DatabaseKind.SQLITE);
    private final IdleSessions readers = new IdleSessions();
    private final Semaphore turn = new Semaphore(1, true);
    private final SqliteEvidence evidence;
    private final Disk disk;

    // The WAL, as far as it can be told from outside: all only touched by whom the turn belongs to.
    // Higher than it mostly comes to, so that the first interval, from which it is learnt, is not too long.
    private double pagesPerRow = 8;
    private long rowsSinceCheckpoint;
    private long pagesAtCheckpoint;
    private boolean wantsRoom;

    private SqliteFile(Path folder, Path file, FileChannel lock, Disk disk) {
        this.file = file;
        this.disk = disk;
        this.lock = lock;
        evidence = SqliteEvidence.open(folder, statements);
    }

    /// @param floorBytes how much of the disk must stay free when evidence is stored
    static SqliteFile open(Path folder, long floorBytes) {
        makeFolder(folder);
        FileChannel lock = lock(folder);
        try {
            Disk disk = Disk.of(folder, floorBytes);
            SqliteLibrary.load(folder.toAbsolutePath());
            Path file = folder.resolve("muster.db");
            makeFile(file);
            SqliteFile sqlite = new SqliteFile(folder, file, lock, disk);
            sqlite.makeSchema();
            return sqlite;
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    /// For its owner alone, whatever the folder allows; SQLite gives the files beside it the same mode. A file that is
    /// there already, such as a backup that was put back by `cp`, is taken away from others.
    static void makeFile(Path file) {
        try {
            for (String suffix : List.of("", "-wal", "-shm")) {
                takeFromOthers(file.resolveSibling(file.getFileName() + suffix));
            }
            if (!Files.exists(file)) {
                if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                } else {
                    Files.createFile(file);
                }
            }
        } catch (IOException e) {
            throw new StorageException(Kind.FATAL, "cannot make " + file + ": " + reason(e), e);
        }
    }

    private static void takeFromOthers(Path file) throws IOException {
        if (!Files.isRegularFile(file)
                || !file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        Set<PosixFilePermission> own = EnumSet.copyOf(mode);
        own.retainAll(OWN);
        if (own.equals(mode)) {
            return;
        }
        try {
            Files.setPosixFilePermissions(file, own);
        } catch (FileSystemException e) {
            throw new StorageException(
                    Kind.FATAL, file + " is open to others and this user may not change that: chmod 600 " + file, e);
        }
    }

    private static void makeFolder(Path folder) {
        try {
            PrivateFiles.makeFolder(folder);
        } catch (IOException e) {
            throw new StorageException(Kind.FATAL, "cannot make the data folder " + folder + ": " + reason(e), e);
        }
    }

    private static FileChannel lock(Path folder) {
        Path file = folder.resolve("muster.lock");
        FileChannel channel;
        try {
            channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StorageException(Kind.FATAL, "cannot write to the data folder " + folder + ": " + reason(e), e);
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
            throw new StorageException(Kind.FATAL, "cannot lock " + file + ": " + reason(e), e);
        }
    }

    private static StorageException inUse(Path folder, @Nullable Throwable cause) {
        StorageException e = new StorageException(
                Kind.FATAL, "another process is using the data folder " + folder + " (muster.lock)");
        if (cause != null) {
            e.initCause(cause);
        }
        return e;
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The process ends or gives up the folder: the system releases the lock with it.
        }
    }

    private void makeSchema() {
        try (Session session = writer()) {
            int version = Schema.of(session.connection(), DatabaseKind.SQLITE);
            if (version < Schema.VERSION) {
                SQLiteDataSource source = new SQLiteDataSource();
                source.setUrl("jdbc:sqlite:" + file);
                Schema.migrate(source, DatabaseKind.SQLITE);
                version = Schema.of(session.connection(), DatabaseKind.SQLITE);
            }
            Schema.check(version);
        } catch (SQLException e) {
            throw unusable(Failures.of(e));
        } catch (StorageException e) {
            throw unusable(e);
        }
    }

    private StorageException unusable(StorageException e) {
        return new StorageException(e.kind(), file + " cannot be used: " + e.getMessage(), e);
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @Override
    public Session writer() {
        Session session = upkeepWriter();
        // A lane changes pages of many indexes in one transaction; everybody else has the 2 MB that SQLite gives.
        session.execute("pragma cache_size = -16384");
        return session;
    }

    @Override
    public Session upkeepWriter() {
        SQLiteConfig config = new SQLiteConfig();
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(1000);
        return open(
                config,
                "pragma journal_mode = wal",
                "pragma synchronous = full",
                "pragma secure_delete = on",
                "pragma wal_autocheckpoint = 0",
                "pragma journal_size_limit = " + RESTART_BYTES);
    }

    @Override
    public Session reader(long deadlineNanos) {
        Session idle = readers.take();
        Session session = idle == null ? openReader() : idle;
        session.deadline(deadlineNanos);
        return session;
    }

    private Session openReader() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(2000);
        Session session = open(config, "pragma query_only = on");
        try {
            ProgressHandler.setHandler(session.connection(), STEPS, new ProgressHandler() {
                @Override
                protected int progress() {
                    return session.isOverdue() ? 1 : 0;
                }
            });
        } catch (SQLException e) {
            session.close();
            throw Failures.of(e);
        }
        return session;
    }

    private Session open(SQLiteConfig config, String... pragmas) {
        // A session is for one thread at a time: SQLite need not lock at every column that is read.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        config.setGetGeneratedKeys(false);
        Connection connection;
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "cannot open " + file, e);
        }
        Session session = new Session(connection, statements, DatabaseKind.SQLITE);
        try {
            for (String pragma : pragmas) {
                session.execute(pragma);
            }
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public void giveBack(Session reader, boolean sound) {
        if (sound) {
            readers.giveBack(reader);
        } else {
            reader.close();
        }
    }

    @Override
    public int idleReaders() {
        return readers.size();
    }

    /// Between two transactions is where the WAL is written back: who waits for the one before has been answered.
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
                // A WAL that grew until the disk was full holds the very room that is wanted.
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
    public void wrote(int rows) {
        rowsSinceCheckpoint += rows;
    }

    /// Statistics are fixed: see the schema.
    @Override
    public long plans() {
        return 0;
    }

    @Override
    public void noRoom() {
        // The next transaction writes the WAL back first, which may make room too.
        wantsRoom = true;
        disk.giveUpReserve();
    }

    /// That the WAL's index could not grow is not told apart from other failures.
    @Override
    public void lookForRoom() {
        disk.giveUpReserveIfFull();
    }

    @Override
    public boolean isTight() {
        return disk.isTight();
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

    /// The driver does not tell how long the WAL is, so it is reckoned from the rows written, by what the checkpoint
    /// before taught.
    private void checkpoint(Session writer, boolean restart) {
        Wal wal = checkpoint(writer, restart ? "truncate" : "passive");
        long written = wal.pages >= pagesAtCheckpoint ? wal.pages - pagesAtCheckpoint : wal.pages;
        if (written > 0 && rowsSinceCheckpoint > 0) {
            pagesPerRow = (pagesPerRow + (double) written / rowsSinceCheckpoint) / 2;
        }
        // A WAL that was written back whole begins anew with the next transaction.
        pagesAtCheckpoint = wal.isWrittenBack() ? 0 : wal.pages;
        rowsSinceCheckpoint = 0;
    }

    /// @param pages in the WAL
    /// @param back how many of them have been written back into the database
    private record Wal(long pages, long back) {
        boolean isWrittenBack() {
            return pages == back;
        }
    }

    private static Wal checkpoint(Session writer, String mode) {
        try (Statement statement = writer.connection().createStatement();
                // busy, pages in the WAL, pages written back
                ResultSet results = statement.executeQuery("pragma wal_checkpoint(" + mode + ")")) {
            results.next();
            return new Wal(Math.max(0, results.getLong(2)), Math.max(0, results.getLong(3)));
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    private long walBytes() {
        try {
            return Files.size(file.resolveSibling(file.getFileName() + "-wal"));
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
