package dev.muster.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The folder in which a server keeps what is its own: for its owner alone.
public final class DataFolder {
    private static final String THROW_AWAY = "muster-demo-";

    /// From the moment its folder is made, a demonstration that runs has locked it after this time.
    private static final Duration SURELY_LOCKED = Duration.ofMinutes(1);

    private DataFolder() {}

    /// Makes the folder when it is missing.
    ///
    /// @throws Misconfigured when there is no folder that this user can write to
    public static void open(Path folder) {
        if (Files.exists(folder)) {
            if (!Files.isDirectory(folder)) {
                throw new Misconfigured("--data names " + folder + ", which is no folder");
            }
            if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
                throw new Misconfigured("--data names " + folder + ", which this user may not read and write");
            }
            keepToOwner(folder);
            return;
        }
        try {
            Path parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OwnerOnly.FOLDER));
        } catch (IOException e) {
            throw new Misconfigured("--data names " + folder + ", which cannot be made: " + reason(e), e);
        }
    }

    /// Refuses a folder that others can list or write to. An empty one, which is how systemd and Docker hand a
    /// folder over, is taken into use by closing it to others.
    private static void keepToOwner(Path folder) {
        try {
            if (!OwnerOnly.isOpenToOthers(folder)) {
                return;
            }
            if (isEmpty(folder)) {
                try {
                    Files.setPosixFilePermissions(folder, OwnerOnly.FOLDER);
                    return;
                } catch (FileSystemException e) {
                    // Somebody else's folder: told below.
                }
            }
            throw new Misconfigured("--data names " + folder + ", which others can read or write (mode "
                    + OwnerOnly.mode(folder) + "): chmod 700 " + folder
                    + ", or name a folder within it that does not exist yet");
        } catch (IOException e) {
            throw new Misconfigured("--data names " + folder + ", which cannot be read: " + reason(e), e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        }
    }

    /// Makes a folder in the system's place for temporary files, and deletes those of demonstrations that were killed.
    public static Path throwAway() {
        return throwAway(Path.of(System.getProperty("java.io.tmpdir")), Instant.now());
    }

    static Path throwAway(Path temporary, Instant now) {
        try {
            deleteAbandoned(temporary, now.minus(SURELY_LOCKED));
            return Files.createTempDirectory(temporary, THROW_AWAY);
        } catch (IOException e) {
            throw new Misconfigured("no folder can be made in the place for temporary files: " + reason(e), e);
        }
    }

    private static void deleteAbandoned(Path temporary, Instant before) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, THROW_AWAY + "*")) {
            for (Path folder : folders) {
                if (isAbandoned(folder, before)) {
                    delete(folder);
                }
            }
        }
    }

    /// Whether no server works in it: a server holds the lock of its data folder from its start to its end. One that
    /// is just starting may not have it yet.
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

    /// Deletes a folder and all that is in it.
    public static void delete(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // Something else deleted it meanwhile, which is what was wanted.
        }
    }

    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : " " + failure.getMessage());
    }
}
