package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that say what others depend on. A test compares with them; `-Dmuster.golden.write=true` writes them anew, for
/// a review to see what changed.
public final class Golden {
    private static final boolean WRITE = Boolean.getBoolean("muster.golden.write");

    private Golden() {}

    /// Compares, or writes.
    ///
    /// @param file below the project's folder
    public static void check(Path file, String actual) {
        try {
            if (WRITE) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("write it with -Dmuster.golden.write=true").exists();
            String expected = Files.readString(file);
            if (!actual.equals(expected)) {
                // Names the lines that differ. It ignores a line end at the end, which is why the texts follow.
                assertThat(file).hasContent(actual);
                assertThat(actual).as(file.toString()).isEqualTo(expected);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
