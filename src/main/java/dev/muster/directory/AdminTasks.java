package dev.muster.directory;

import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tasks on the whole database while it is in use: backups of the embedded database and rotation of the master key.
/// Only root may use them, because they affect every realm.
public final class AdminTasks {
    private static final int SLICE = 200;
    private static final int PAGE_BYTES = 4096;
    private static final Logger LOG = LoggerFactory.getLogger(AdminTasks.class);

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final RandomGenerator random;
    private final Core.Paths paths;
    private final ConcurrentHashMap<String, Running> backups = new ConcurrentHashMap<>();
    private final Semaphore permit = new Semaphore(1);

    AdminTasks(
            Database database,
            ChoreStore storage,
            RealmKeys realmKeys,
            ReadClock now,
            RandomGenerator random,
            Core.Paths paths) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.now = now;
        this.random = random;
        this.paths = paths;
    }

    /// A running or finished backup.
    ///
    /// @param pages the approximate size of the database, in pages of 4 KiB, when the backup started
    /// @param pagesLeft the approximate number of pages that remain to be written
    /// @param problem the error message; null if the backup has not failed
    public record Backup(
            String id,
            State state,
            Path file,
            long bytes,
            long pages,
            long pagesLeft,
            @Nullable String problem) {
        public enum State {
            RUNNING,
            DONE,
            FAILED
        }
    }

    /// The result of rotating the master key.
    ///
    /// @param masterKey the id of the new master key
    /// @param realms the number of realms whose keys are now wrapped with the new key
    public record Rotation(String masterKey, long realms) {}

    private static final class Running {
        private final String id;
        private final Path file;
        private final long pages;
        private volatile Backup.State state = Backup.State.RUNNING;
        private volatile @Nullable String problem;

        Running(String id, Path file, long pages) {
            this.id = id;
            this.file = file;
            this.pages = pages;
        }

        Backup snapshot() {
            long bytes = 0;
            try {
                bytes = Files.exists(file) ? Files.size(file) : 0;
            } catch (IOException e) {
                // The next call tries again.
            }
            long left = state == Backup.State.DONE ? 0 : Math.max(0, pages - bytes / PAGE_BYTES);
            return new Backup(id, state, file, bytes, pages, left, problem);
        }
    }

    /// Starts a backup of the whole database to a new file, without blocking reads and writes. Refuses: Invalid on
    /// PostgreSQL, InUse while another backup is running, Busy if the file cannot be created.
    public Result<Backup> startBackup(Actor actor) {
        return StorageFailures.asRoot(actor, this::startBackup);
    }

    private Result<Backup> startBackup() {
        if (paths.database().isEmpty()) {
            return Result.refused(new Refusal.Invalid(
                    "", "not_embedded", "PostgreSQL is backed up with its own tools: see docs/operating.md."));
        }
        if (!permit.tryAcquire()) {
            return Result.refused(new Refusal.InUse("the backup in progress"));
        }
        Running backup;
        try {
            backup = begin(paths.database().get());
        } catch (IOException e) {
            permit.release();
            LOG.error("a backup cannot be started", e);
            return Result.refused(new Refusal.Busy(Duration.ofSeconds(10)));
        }
        backups.put(backup.id, backup);
        Thread.ofPlatform().name("backup").start(() -> write(backup));
        return Result.ok(backup.snapshot());
    }

    private Running begin(Path source) throws IOException {
        PrivateFiles.createFolder(paths.backups());
        String id = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")
                .format(now.instant().atOffset(ZoneOffset.UTC));
        Path file = paths.backups().resolve("muster-" + id + ".db");
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return new Running(id, file, Files.size(source) / PAGE_BYTES);
    }

    private void write(Running backup) {
        try {
            storage.backup(backup.file);
            Files.setPosixFilePermissions(backup.file, PosixFilePermissions.fromString("rw-------"));
            backup.state = Backup.State.DONE;
        } catch (StorageException | IOException e) {
            LOG.error("a backup failed", e);
            // A partial backup is useless and may have filled the disk.
            delete(backup.file);
            delete(ChoreStore.evidenceOf(backup.file));
            backup.problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
            backup.state = Backup.State.FAILED;
        } finally {
            permit.release();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.error("a partial backup could not be deleted: {}", file, e);
        }
    }

    /// The state of a backup that was started since the server started. Refuses: NotFound.
    public Result<Backup> backup(Actor actor, String id) {
        return StorageFailures.asRoot(actor, () -> {
            Running backup = backups.get(id);
            return backup == null ? Result.refused(new Refusal.NotFound("backup", id)) : Result.ok(backup.snapshot());
        });
    }

    /// Puts a new master key first in the key file and wraps every realm's keys with it. The old key stays in the
    /// file because older backups need it. The operation can be repeated after an interruption. Refuses: Invalid
    /// if the key file cannot be written, or if the database is shared: then other servers have files of their
    /// own, which need the key first ([#useMasterKey]).
    public Result<Rotation> rotateMasterKey(Actor actor) {
        return StorageFailures.asRoot(actor, () -> {
            if (database.isShared()) {
                return Result.refused(new Refusal.Invalid(
                        "",
                        "shared",
                        "Servers on PostgreSQL have a key file each, which they do not write. Add a key to all of them"
                                + " (muster master-key add), then use it (muster master-key use)."));
            }
            try {
                MasterKeys next = MasterKeys.rotateFile(paths.masterKeys(), random);
                realmKeys.masterKeys().replace(next);
                return Result.ok(new Rotation(next.currentId(), rewrapAll(next)));
            } catch (KeyUnavailableException e) {
                LOG.error("the master key cannot be rotated", e);
                return Result.refused(new Refusal.Invalid(
                        "", "key_file", "The server cannot write its master key file; its log says why."));
            }
        });
    }

    /// Reads the key file again, and wraps every realm's keys with one of its master keys. Never writes the file.
    /// Other servers need the key in their files by then. Can be repeated after an interruption. Refuses: NotFound
    /// if the key is not in the file, Invalid if the file cannot be read.
    ///
    /// @param id the id of the master key, as [MasterKeys#ids] returns it
    public Result<Rotation> useMasterKey(Actor actor, String id) {
        return StorageFailures.asRoot(actor, () -> {
            try {
                MasterKeys next = realmKeys.masterKeys().use(id);
                return next == null
                        ? Result.refused(new Refusal.NotFound("master key", id))
                        : Result.ok(new Rotation(next.currentId(), rewrapAll(next)));
            } catch (KeyUnavailableException e) {
                LOG.error("the master keys cannot be read", e);
                return Result.refused(new Refusal.Invalid(
                        "", "key_file", "The server cannot read its master key file; its log says why."));
            }
        });
    }

    private long rewrapAll(MasterKeys keys) {
        long realms = 0;
        long after = -1;
        List<RealmRow> slice;
        do {
            long from = after;
            slice = database.read(reads -> reads.realms().realms(from, SLICE));
            for (RealmRow row : slice) {
                long realm = row.realm().id();
                after = realm;
                try {
                    keys.rewrap(realm, row.wrappedKey(), random).ifPresent(wrapped -> storage.rewrap(realm, wrapped));
                    realms++;
                } catch (TamperedException | KeyUnavailableException e) {
                    // A key that cannot be unwrapped cannot be rewrapped. Continue with the other realms.
                    LOG.error("realm {}: its key was not rewrapped: {}", realm, e.getMessage());
                }
            }
        } while (slice.size() == SLICE);
        return realms;
    }
}
