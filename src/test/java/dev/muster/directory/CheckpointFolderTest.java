package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// If a full disk or a crash left a partial line behind, the next line is still written correctly.
class CheckpointFolderTest {
    @TempDir
    private Path folder;

    @Test
    void halfALineIsTakenAway() throws IOException {
        Path file = folder.resolve("realm-7.txt");
        CheckpointFolder checkpoints = new CheckpointFolder(folder);
        checkpoints.add(7, "first");
        Files.writeString(file, "first\nhalf a li");
        checkpoints.add(7, "second");
        checkpoints.add(8, "another's");
        assertThat(file).hasContent("first\nsecond\n");
        Files.writeString(file, "hal");
        checkpoints.add(7, "third");
        assertThat(file).hasContent("third\n");
    }
}
