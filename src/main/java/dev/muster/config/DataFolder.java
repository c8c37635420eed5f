package dev.muster.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/// A server's data folder, which only its owner may read and write.
public final class DataFolder {
    private static final String DEMO_PREFIX = "muster-demo-";

    /// How long a demonstration may take to lock its folder after creating it.
    private static final Duration LOCK_GRACE = Duration.ofMinutes(1);

    private DataFolder() {}

    /// Creates the folder if it is missing, and checks who can access it.
    ///
    /// @throws ConfigurationException if it cannot be created, is not a folder, can be read or written by others,
    ///     or cannot be read and written by this user
    public static void open(Path folder) {
        if (Files.exists(folder)) {
            if (!Files.isDirectory(folder)) {
                throw new ConfigurationException("--data names " + folder + ", which is not a folder");
            }
            if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
                throw new ConfigurationException("--data names " + folder + ", which this user may not read and write");
            }
            restrictToOwner(folder);
            return;
        }
        try {
            Path parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OwnerOnly.FOLDER));
        } catch (IOException e) {
            throw new ConfigurationException("--data names " + folder + ", which cannot be created: " + reason(e), e);
        }
    }

    /// Refuses a folder that others can list or write to. If the folder is empty, changes its mode instead, because
    /// systemd and Docker create such folders.
    private static void restrictToOwner(Path folder) {
        try {
            if (!OwnerOnly.isOpenToOthers(folder)) {
                return;
            }
            if (isEmpty(folder)) {
                try {
                    Files.setPosixFilePermissions(folder, OwnerOnly.FOLDER);
                    return;
                } catch (FileSystemException e) {
                    // The folder belongs to another user and is refused below.
                }
            }
            throw new ConfigurationException("--data names " + folder + ", which others can read or write (mode "
                    + OwnerOnly.mode(folder) + "): chmod 700 " + folder
                    + ", or name a folder within it that does not exist yet");
        } catch (IOException e) {
            throw new ConfigurationException("--data names " + folder + ", which cannot be read: " + reason(e), e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        }
    }

    /// Creates a temporary folder for a demonstration, and deletes the folders of demonstrations that were
    /// killed.
    public static Path createTemporary() {
        return createTemporary(Path.of(System.getProperty("java.io.tmpdir")), Instant.now());
    }

    static Path createTemporary(Path temporary, Instant now) {
        try {
            deleteAbandoned(temporary, now.minus(LOCK_GRACE));
            return Files.createTempDirectory(temporary, DEMO_PREFIX);
        } catch (IOException e) {
            throw new ConfigurationException("no folder can be created for temporary files: " + reason(e), e);
        }
    }

    private static void deleteAbandoned(Path temporary, Instant before) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, DEMO_PREFIX + "*")) {
            for (Path folder : folders) {
                if (isAbandoned(folder, before)) {
                    delete(folder);
                }
            }
        }
    }

    /// Whether no server uses the folder. A running server holds the lock of its data folder. A starting server may
    /// not have acquired the lock yet, so a new folder does not count as abandoned.
    private static boolean isAbandoned(Path folder, Instant before) {
        Path lock = folder.resolve("muster.lock");
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                            .getName()
                            .equals(System.getProperty("user.name"))
                    || Files.getLastModifiedTime(folder).toInstant().isAfter(before)) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
                return channel.tryLock() != null;
            }
        } catch (NoSuchFileException e) {
            return true;
        } catch (OverlappingFileLockException | IOException e) {
            return false;
        }
    }

    /// Deletes a folder and everything in it.
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : " " + failure.getMessage());
    }
}
