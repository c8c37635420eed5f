package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// A file that a command writes for the eyes of its user alone: complete, or not there at all. What is not a regular
/// file, such as a pipe or a device, is written into and stays what it is.
///
/// @param option what named it
/// @param file where it is, links followed
/// @param replaces whether a file of that name gives way
record OutputFile(String option, Path file, boolean replaces) {
    private static final int MOST_LINKS = 40;

    /// Writes the content, and may tell of it.
    interface Content<T> {
        T writeTo(OutputStream out) throws IOException;
    }

    /// One that takes the place of what has its name.
    static OutputFile of(String option, String name) {
        return new OutputFile(option, writable(option, name), true);
    }

    /// One that is not there yet.
    static OutputFile fresh(String option, String name) {
        OutputFile fresh = new OutputFile(option, writable(option, name), false);
        if (Files.isRegularFile(fresh.file)) {
            throw fresh.taken(null);
        }
        return fresh;
    }

    static Path path(String option, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw CommandException.usage(option + " is no path", e);
        }
    }

    private static Path writable(String option, String name) {
        Path file = target(option, name);
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw CommandException.usage(option + " names " + name + ", where no file can be written");
        }
        return file;
    }

    /// Where links lead, the last file of which need not be there yet.
    private static Path target(String option, String name) {
        Path file = path(option, name).toAbsolutePath();
        try {
            for (int links = 0; links < MOST_LINKS; links++) {
                if (Files.exists(file)) {
                    // What is behind /dev/stdout may have no name of its own.
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

    /// @throws CommandException when it cannot be written, for want of room for instance
    <T> T write(Content<T> content) {
        try {
            return Files.exists(file) && !Files.isRegularFile(file) ? writeInto(content) : writeWhole(content);
        } catch (IOException e) {
            throw new CommandException(Exit.USAGE, option + " " + file + " cannot be written: " + reason(e), e);
        }
    }

    private <T> T writeInto(Content<T> content) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            return content.writeTo(out);
        }
    }

    private static String reason(IOException failure) {
        if (failure instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return String.valueOf(failure.getMessage());
    }

    private <T> T writeWhole(Content<T> content) throws IOException {
        Path part = part();
        try {
            T told;
            try (OutputStream out = Files.newOutputStream(part)) {
                told = content.writeTo(out);
            }
            if (replaces) {
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.move(part, file);
            }
            return told;
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
        return CommandException.usage(option + " names " + file + ", which is there already", cause);
    }
}
