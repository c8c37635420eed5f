package dev.muster.sealing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Reads and writes small text files that contain keys. Such a file is readable only by its owner (mode 0600 or
/// stricter) or a container's secret, synced to disk, and replaced atomically. All errors are
/// [KeyUnavailableException]s.
public final class SecretFile {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int MAX_BYTES = 65_536;

    private SecretFile() {}

    /// Reads the file, whose mode must be as described above.
    public static String read(Path file) {
        try {
            if (isOpenToOthers(file)) {
                throw new KeyUnavailableException(
                        file + " must be accessible to its owner only, with mode 600 or stricter: chmod 600 " + file);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new KeyUnavailableException(file + " is too large to be a key file");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new KeyUnavailableException(file + " does not exist", e);
        } catch (UnsupportedOperationException e) {
            throw new KeyUnavailableException(file + " is on a file system without owners and modes", e);
        } catch (IOException e) {
            throw new KeyUnavailableException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// Whether the mode allows more than 0600. The group may read a file of root on a file system that is mounted
    /// read-only: that is how Kubernetes gives secrets to a container that does not run as root.
    private static boolean isOpenToOthers(Path file) throws IOException {
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        mode.addAll(Files.getPosixFilePermissions(file));
        mode.removeAll(PRIVATE.value());
        return !mode.isEmpty()
                && !(mode.equals(Set.of(PosixFilePermission.GROUP_READ))
                        && Files.getAttribute(file, "unix:uid").equals(0)
                        && Files.getFileStore(file).isReadOnly());
    }

    /// Creates the file, which must not exist yet, and which only its owner can access from the start. A power
    /// failure may leave an incomplete file, which the parser of its content rejects.
    public static void create(Path file, String text) {
        try {
            try (FileChannel channel = openNew(file)) {
                write(channel, text);
            }
            syncFolderOf(file);
        } catch (FileAlreadyExistsException e) {
            throw new KeyUnavailableException(file + " exists already and is not overwritten", e);
        } catch (NoSuchFileException e) {
            throw new KeyUnavailableException(file + " cannot be made: its folder does not exist", e);
        } catch (UnsupportedOperationException e) {
            throw new KeyUnavailableException(file + " is on a file system without owners and modes", e);
        } catch (IOException e) {
            throw new KeyUnavailableException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /// Replaces the file's text atomically: after a power failure, the file contains either the old text or the new
    /// one.
    ///
    /// The new text is first written to a file with `.new` appended to the name. The existence of that file also
    /// prevents a second rotation, which would lose the key that the first has just created.
    ///
    /// @param change the function that computes the new text from the current one
    static void replace(Path path, UnaryOperator<String> change) {
        try {
            // Resolves links, so that the file is replaced rather than the link.
            Path file = path.toRealPath();
            Path next = file.resolveSibling(file.getFileName() + ".new");
            try (FileChannel channel = openNew(next)) {
                writeInto(channel, file, next, change);
            }
        } catch (FileAlreadyExistsException e) {
            throw new KeyUnavailableException(
                    e.getFile() + " exists: another rotation is in progress, or one was interrupted and left it behind",
                    e);
        } catch (NoSuchFileException e) {
            throw new KeyUnavailableException(path + " does not exist", e);
        } catch (IOException e) {
            throw new KeyUnavailableException(path + " cannot be rewritten: " + e.getMessage(), e);
        }
    }

    private static void writeInto(FileChannel channel, Path file, Path next, UnaryOperator<String> change)
            throws IOException {
        try {
            write(channel, change.apply(read(file)));
            if (!Files.getOwner(file).equals(Files.getOwner(next))) {
                // The file may be rotated by root, but read by the server's own user.
                Files.setOwner(next, Files.getOwner(file));
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(next);
            throw e;
        }
        syncFolderOf(file);
    }

    private static FileChannel openNew(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE);
    }

    private static void write(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }

    /// Syncs the file's folder. A new name is on disk only after that.
    private static void syncFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
