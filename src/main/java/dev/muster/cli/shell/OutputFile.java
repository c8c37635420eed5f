package dev.muster.cli.shell;

import dev.muster.cli.shell.CommandException.Exit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// A file that a command writes atomically and that only its owner can read. Pipes and devices are written directly.
///
/// @param option the option that named the file, for messages
/// @param file the path, with links resolved
/// @param replaces whether the file may replace an existing one
public record OutputFile(String option, Path file, boolean replaces) {
    private static final int MAX_LINKS = 40;

    /// Writes the content.
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// A file that may replace an existing one.
    public static OutputFile of(String option, String name) {
        return new OutputFile(option, writable(option, name), true);
    }

    /// A file that must not exist yet.
    public static OutputFile fresh(String option, String name) {
        OutputFile fresh = new OutputFile(option, writable(option, name), false);
        if (Files.isRegularFile(fresh.file)) {
            throw fresh.taken(null);
        }
        return fresh;
    }

    private static Path writable(String option, String name) {
        Path file = target(option, name);
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw CommandException.usage(option + " names " + name + ", where no file can be written");
        }
        return file;
    }

    /// Resolves links. The target need not exist.
    private static Path target(String option, String name) {
        Path file = InputFile.path(option, name).toAbsolutePath();
        try {
            for (int links = 0; links < MAX_LINKS; links++) {
                if (Files.exists(file)) {
                    // The target of /dev/stdout may have no path.
                    return Files.isRegularFile(file) ? file.toRealPath() : file;
                }
                if (!Files.isSymbolicLink(file)) {
                    return file;
                }
                file = file.resolveSibling(Files.readSymbolicLink(file));
            }
        } catch (IOException e) {
            throw CommandException.usage(option + " names " + name + ", which cannot be followed", e);
        }
        throw CommandException.usage(option + " names " + name + ", a link to itself");
    }

    /// Writes the file.
    ///
    /// @throws CommandException if the file cannot be written, for example because the disk is full
    public void write(Content content) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
                    content.writeTo(out);
                }
            } else {
                writeWhole(content);
            }
        } catch (IOException e) {
            throw new CommandException(Exit.USAGE, option + " " + file + " cannot be written: " + reason(e), e);
        }
    }

    private static String reason(IOException failure) {
        if (failure instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return String.valueOf(failure.getMessage());
    }

    private void writeWhole(Content content) throws IOException {
        Path part = part();
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                content.writeTo(out);
            }
            if (replaces) {
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.move(part, file);
            }
        } catch (FileAlreadyExistsException e) {
            throw taken(e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path part() {
        try {
            return Files.createTempFile(
                    file.getParent(),
                    file.getFileName() + ".",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw CommandException.usage(option + " cannot be written into " + file.getParent(), e);
        }
    }

    private CommandException taken(@Nullable Throwable cause) {
        return CommandException.usage(option + " names " + file + ", which already exists", cause);
    }
}
