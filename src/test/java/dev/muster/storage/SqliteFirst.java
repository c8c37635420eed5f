package dev.muster.storage;

import dev.muster.storage.engine.SqliteLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/// Loads SQLite's native library as the server does, before any test opens a database file using only the driver. The
/// driver would load its own copy, and a process with two copies crashes.
public final class SqliteFirst implements TestExecutionListener {
    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        try {
            Path folder = Files.createTempDirectory("sqlite");
            SqliteLibrary.load(folder);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
