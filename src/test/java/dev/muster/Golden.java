package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Golden files, which hold expected outputs and are committed to the repository. Tests compare their output with these
/// files. With `-Dmuster.golden.write=true`, they rewrite the files instead, so that a review shows the changes.
public final class Golden {
    private static final boolean WRITE = Boolean.getBoolean("muster.golden.write");

    private Golden() {}

    /// Compares the text with the file or, in writing mode, writes the file.
    ///
    /// @param file the path relative to the project's folder
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

    /// Writes a file that is not compared, such as a picture. Outside writing mode, does nothing.
    ///
    /// @param file the path relative to the project's folder
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

    /// Returns up to 20 lines, starting at the first difference, because files can be long.
    private static String from(int line, String[] lines) {
        return String.join("\n", Arrays.copyOfRange(lines, line, Math.min(lines.length, line + 20)));
    }
}
