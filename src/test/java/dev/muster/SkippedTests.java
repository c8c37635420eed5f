package dev.muster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/// Writes every test that was disabled, or aborted by an assumption, to `target/skipped-tests.txt`. The build deletes
/// the file before it starts the first of its test JVMs, and fails in the `verify` phase if the file exists. A listener
/// cannot fail the run itself, because its exceptions are only logged.
public final class SkippedTests implements TestExecutionListener {

    private static final Path FILE = Path.of("target", "skipped-tests.txt");

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            write(test, result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
        }
    }

    private static synchronized void write(TestIdentifier test, String reason) {
        String line = test.getUniqueId() + ": " + reason + System.lineSeparator();
        try {
            Files.writeString(FILE, line, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
