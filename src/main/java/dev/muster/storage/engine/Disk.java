package dev.muster.storage.engine;

import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The disk of the embedded database: its free space, and a reserve file for urgent writes when the disk is full
/// ([dev.muster.model.Command#isUrgent]). The file is deleted when there is no space for a transaction, and recreated
/// when there is space again. In between, the disk is [#isLow] and only urgent writes are allowed. Thread-safe.
final class Disk {
    /// The reserve's size, which is enough for several thousand holds and revocations.
    static final long RESERVE_BYTES = 16L << 20;

    /// The free space required to create the reserve, so that the reserve does not use up all of it.
    private static final long MIN_FREE_FOR_RESERVE = 2 * RESERVE_BYTES;

    /// The size of the smallest disk that gets a reserve. On a smaller one, the reserve would take up too much
    /// space.
    private static final long MIN_DISK_BYTES = 4 * RESERVE_BYTES;

    /// With less free space than this, the database may fail to open, so the reserve is deleted.
    private static final long MIN_TO_START_BYTES = 1 << 20;

    /// How many random bytes the reserve repeats. File systems compress no larger pieces than this at a time.
    private static final int RANDOM_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    private final Path folder;
    private final Path reserve;
    private final long floorBytes;
    private volatile boolean tight;

    private Disk(Path folder, long floorBytes) {
        this.folder = folder;
        this.reserve = folder.resolve("muster.reserve");
        this.floorBytes = floorBytes;
    }

    /// Returns the disk of `folder`. Creates the reserve if it is missing.
    ///
    /// @param floorBytes the bytes that must stay free when evidence is stored
    static Disk of(Path folder, long floorBytes) {
        Disk disk = new Disk(folder, floorBytes);
        if (disk.isReserveWhole()) {
            disk.giveUpReserveIfFull();
        } else if (folder.toFile().getTotalSpace() >= MIN_DISK_BYTES) {
            disk.tight = disk.free() < MIN_FREE_FOR_RESERVE || !disk.createReserve();
            if (disk.tight) {
                LOG.error("only {} bytes are free in {}; writes are refused until there is more", disk.free(), folder);
            }
        }
        return disk;
    }

    /// Whether the reserve is complete. It is incomplete if a server ended while writing it.
    private boolean isReserveWhole() {
        try {
            return Files.exists(reserve) && Files.size(reserve) == RESERVE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private long free() {
        return folder.toFile().getUsableSpace();
    }

    /// Checks that there is enough space to store evidence.
    ///
    /// @param bytes the number of bytes to store
    /// @throws StorageException of kind `FULL` if there is not enough space
    void checkRoomForEvidence(long bytes) {
        if (isLow() || free() - bytes < floorBytes) {
            throw new StorageException(Kind.FULL, "less than " + floorBytes + " bytes would be left free on the disk");
        }
    }

    /// Whether the reserve has been given up, so that only urgent writes are allowed. First tries to recreate it if
    /// there is space again.
    boolean isLow() {
        return tight && !isRoomAgain();
    }

    private synchronized boolean isRoomAgain() {
        if (tight && free() >= MIN_FREE_FOR_RESERVE && createReserve()) {
            tight = false;
            LOG.info("there is room to write again in {}", folder);
        }
        return !tight;
    }

    /// Deletes the reserve after a write failed for lack of space. Idempotent.
    synchronized void giveUpReserve() {
        try {
            if (Files.deleteIfExists(reserve)) {
                tight = true;
                LOG.error(
                        "no room to write in {}: only holds, revocations and sign-outs are carried out until there is",
                        folder);
            }
        } catch (IOException e) {
            LOG.error("cannot delete {}: {}", reserve, e.toString());
        }
    }

    /// Calls [#giveUpReserve] if the disk is almost full.
    void giveUpReserveIfFull() {
        if (!tight && free() < MIN_TO_START_BYTES) {
            giveUpReserve();
        }
    }

    /// Creates the reserve and fills it with random bytes, which file systems cannot compress or store sparsely.
    private boolean createReserve() {
        // Repeated, because drawing 16 MB of random bytes takes longer than writing them.
        byte[] some = new byte[RANDOM_BYTES];
        new SplittableRandom().nextBytes(some);
        try (OutputStream out = Channels.newOutputStream(PrivateFiles.open(
                reserve, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))) {
            for (long left = RESERVE_BYTES; left > 0; left -= some.length) {
                out.write(some);
            }
            return true;
        } catch (IOException e) {
            LOG.warn("cannot make {}: {}", reserve, e.toString());
            try {
                Files.deleteIfExists(reserve);
            } catch (IOException again) {
                LOG.warn("cannot delete {}: {}", reserve, again.toString());
            }
            return false;
        }
    }
}
