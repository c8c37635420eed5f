package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Golden files: expected outputs, kept in the repository. Tests compare with them; with
/// `-Dmuster.golden.write=true` they write them again, so that a review shows the changes.
public final class Golden {
    private static final boolean WRITE = Boolean.getBoolean("muster.golden.write");

    private Golden() {}

    /// Compares with the file, or writes it.
    ///
    /// @param file relative to the project's folder
    public static void check(Path file, String actual) {
        try {
            if (WRITE) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("write it with -Dmuster.golden.write=true").exists();
            String[] expected = Files.readString(file).split("\n", -1);
            String[] lines = actual.split("\n", -1);
            int line = Arrays.mismatch(expected, lines);
            if (line >= 0) {
                assertThat(from(line, lines))
                        .as("%s, from line %s", file, line + 1)
                        .isEqualTo(from(line, expected));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In writing mode, writes a file that is not compared, such as a picture.
    ///
    /// @param file relative to the project's folder
    public static void write(Path file, byte[] bytes) {
        if (WRITE) {
            try {
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// A few lines from the first difference, because files can be long.
    private static String from(int line, String[] lines) {
        return String.join("\n", Arrays.copyOfRange(lines, line, Math.min(lines.length, line + 20)));
    }
}
