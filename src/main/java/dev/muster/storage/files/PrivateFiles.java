package dev.muster.storage.files;

import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Creates files and folders that only their owner can access from the start (modes 600 and 700), whatever the umask.
/// On a file system without POSIX permissions, they are created normally.
public final class PrivateFiles {
    private static final FileAttribute<?>[] NONE = {};
    private static final FileAttribute<?>[] FILE = {attribute("rw-------")};
    private static final FileAttribute<?>[] FOLDER = {attribute("rwx------")};
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    private static FileAttribute<?> attribute(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    /// Opens a file like [FileChannel#open(Path, OpenOption...)]; a new file gets mode 600.
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), hasModes(file) ? FILE : NONE);
    }

    /// Opens a program or library like [#open]; a new file gets mode 700.
    public static FileChannel openExecutable(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), hasModes(file) ? FOLDER : NONE);
    }

    /// Creates a folder with mode 700, and any missing parents, unless it exists.
    public static void createFolder(Path folder) throws IOException {
        // This is checked first, because `createDirectories` fails on a link to a folder.
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, hasModes(folder) ? FOLDER : NONE);
        }
    }

    /// Creates an SQLite database file if it is missing. Removes other users' access to an existing file, such as a
    /// backup restored with `cp`. SQLite gives the files next to it the same mode.
    ///
    /// @throws StorageException of kind `FATAL` if this fails
    public static void createDatabaseFile(Path file) {
        try {
            for (String suffix : List.of("", "-wal", "-shm")) {
                closeToOthers(file.resolveSibling(file.getFileName() + suffix));
            }
            if (!Files.exists(file)) {
                Files.createFile(file, hasModes(file) ? FILE : NONE);
            }
        } catch (IOException e) {
            throw new StorageException(
                    Kind.FATAL, "cannot make " + file + ": " + e.getClass().getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private static void closeToOthers(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !hasModes(file)) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        Set<PosixFilePermission> own = EnumSet.copyOf(mode);
        own.retainAll(OWNER);
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

    private static boolean hasModes(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
