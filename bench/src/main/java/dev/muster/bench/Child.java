package dev.muster.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server started by this program. [#close] ends the server, and a shutdown hook does so when this program exits,
/// even after Ctrl-C. Only the server's process and its descendants are killed, by their ids.
final class Child implements AutoCloseable {
    private static final long MAX_LOG_BYTES = 64L << 20;
    private static final int TAIL_BYTES = 4_000;
    private static final int TIMEOUT_SECONDS = 20;
    private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Child::killAll, "end children"));
    }

    /// Whether this program is ending, so that no more children may be started. Guarded by `RUNNING`.
    private static boolean ending;

    private final Process process;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts a command whose output is written to the file `log`. A measured server writes gigabytes of access
    /// log, so the file is truncated whenever it has grown large.
    ///
    /// @param environment the variables to add; variables of this process that begin with `MUSTER_` or `KC_` are
    ///     not inherited
    static Child start(Path folder, Path log, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_") || name.startsWith("KC_"));
        builder.environment().putAll(environment);
        synchronized (RUNNING) {
            if (ending) {
                throw new Failed("this program is ending");
            }
            return started(builder, log);
        }
    }

    private static Child started(ProcessBuilder builder, Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Child child = new Child(builder.start(), log);
            RUNNING.add(child);
            Thread.ofPlatform().daemon().name("log of " + child.pid()).start(child::keepLogSmall);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keepLogSmall() {
        try {
            while (process.isAlive()) {
                Thread.sleep(500);
                if (Files.size(log) > MAX_LOG_BYTES) {
                    // The child opened the file for appending, so it continues at the new end.
                    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                        file.setLength(0);
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            // The folder was deleted because the run is over.
            return;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Returns the last few kilobytes of the output.
    String tail() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            byte[] bytes = new byte[TAIL_BYTES];
            int length = Math.max(0, file.read(bytes));
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its log " + log + " cannot be read)";
        }
    }

    /// Returns the process and its descendants.
    Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /// Waits for the process to exit by itself.
    ///
    /// @return the exit code, or null if it did not exit in time
    @Nullable
    Integer await(int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : null;
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    /// Sends SIGTERM to the process, and then SIGKILL to whatever remains of it and its descendants.
    @Override
    public void close() {
        List<ProcessHandle> all = tree().toList();
        process.destroy();
        if (await(TIMEOUT_SECONDS) == null) {
            process.destroyForcibly();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        RUNNING.remove(this);
    }

    private static void killAll() {
        synchronized (RUNNING) {
            ending = true;
            RUNNING.forEach(Child::kill);
        }
    }

    private void kill() {
        tree().toList().forEach(ProcessHandle::destroyForcibly);
    }
}
