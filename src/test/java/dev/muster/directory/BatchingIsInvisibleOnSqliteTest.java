package dev.muster.directory;

import dev.muster.storage.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class BatchingIsInvisibleOnSqliteTest extends BatchingIsInvisible {
    @TempDir
    private Path folder;

    @Override
    Database open() {
        try {
            return Database.sqlite(Files.createTempDirectory(folder, "run"), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    int scenarios() {
        return Boolean.getBoolean("muster.long") ? 200 : 8;
    }
}
