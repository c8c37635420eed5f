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

/// A server started by this program. [#close] ends it, and a shutdown hook ends it when this program exits,
/// even by Ctrl-C. Only its process and the descendants of that are killed, by their ids.
final class Child implements AutoCloseable {
    private static final long MOST_LOG_BYTES = 64L << 20;
    private static final int TAIL_BYTES = 4_000;
    private static final int PATIENCE_SECONDS = 20;
    private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Child::killAll, "end children"));
    }

    /// Guarded by `RUNNING`: no child is started while this program ends.
    private static boolean ending;

    private final Process process;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts a command whose output goes to the file `log`. The file is truncated whenever it has grown
    /// large, because a measured server writes gigabytes of access log.
    ///
    /// @param environment variables to add; those of this process that begin with `MUSTER_` or `KC_` are not
    ///     inherited
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
                if (Files.size(log) > MOST_LOG_BYTES) {
                    // The child appends to the file, so it continues at the new end.
                    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                        file.setLength(0);
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            // The folder is gone: the run is over.
            return;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// The last few kilobytes of the output.
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

    /// The process and its descendants.
    Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /// Waits for the process to exit without being asked to.
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

    /// Sends SIGTERM, and then SIGKILL to what is left of the process and its descendants.
    @Override
    public void close() {
        List<ProcessHandle> all = tree().toList();
        process.destroy();
        if (await(PATIENCE_SECONDS) == null) {
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
