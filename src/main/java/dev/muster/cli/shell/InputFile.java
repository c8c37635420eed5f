package dev.muster.cli.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Reads files that the user names. All methods take the option or variable that named the file, which appears in
/// messages, and throw [CommandException] if the file cannot be used.
public final class InputFile {
    private static final int MAX_SECRET_FILE_BYTES = 4_096;

    private InputFile() {}

    /// Parses a path. The file need not exist.
    public static Path path(String option, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw CommandException.usage(option + " is not a path", e);
        }
    }

    public static Path readable(String option, String name) {
        Path file = path(option, name);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw CommandException.usage(option + " names " + name + ", which cannot be read");
        }
        return file;
    }

    /// Reads the first line of a file that contains a password or a key.
    public static String firstLine(String option, String name) {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > MAX_SECRET_FILE_BYTES) {
                throw CommandException.usage(option + " " + name + " is too large for a password");
            }
            String line = Files.readString(file).lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw CommandException.usage(option + " " + name + " has an empty first line");
            }
            return line;
        } catch (IOException | InvalidPathException e) {
            throw CommandException.usage(option + " " + name + " cannot be read as UTF-8 text", e);
        }
    }
}
