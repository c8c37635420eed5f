package dev.muster.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Makes files and folders that are for their owner alone from their first moment (modes 600 and 700), whatever the
/// process' umask. On a file system without modes they are made as usual.
public final class PrivateFiles {
    private static final FileAttribute<?>[] NONE = {};
    private static final FileAttribute<?>[] FILE = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
    private static final FileAttribute<?>[] FOLDER = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };

    private PrivateFiles() {}

    /// Opens a file, as [FileChannel#open(Path, OpenOption...)] does; one that it creates is of mode 600.
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), hasModes(file) ? FILE : NONE);
    }

    /// Makes a folder of mode 700, and those above it, if there is none.
    public static void makeFolder(Path folder) throws IOException {
        // Asked first, as a link to a folder would be refused.
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, hasModes(folder) ? FOLDER : NONE);
        }
    }

    private static boolean hasModes(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
