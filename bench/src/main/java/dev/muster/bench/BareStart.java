package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Starts a [BareServer] with the Java options of a running Muster, which are read from its process. If Muster has an
/// AOT cache, the bare server gets one too.
final class BareStart {
    private static final String CACHE = "-XX:AOTCache=";
    private final List<String> java;
    private final Path folder;

    private BareStart(List<String> java, Path folder) {
        this.java = java;
        this.folder = folder;
    }

    /// @param muster the process id of a running Muster
    static BareStart like(long muster, Path root, Path folder) {
        String[] command = Proc.command(muster);
        List<String> java = new ArrayList<>();
        boolean cached = false;
        for (String word :
                Arrays.asList(command).subList(0, Arrays.asList(command).indexOf("-jar"))) {
            if (word.startsWith(CACHE)) {
                cached = true;
            } else {
                java.add(word);
            }
        }
        // The class path contains only jars, because a folder would invalidate the cache.
        java.addAll(List.of(
                "-cp", root.resolve("target/muster.jar") + ":" + root.resolve("bench/target/muster-bench.jar")));
        BareStart bare = new BareStart(java, folder);
        return cached ? bare.trained(root.resolve("bench/target")) : bare;
    }

    /// Returns a variant with an AOT cache, which is created by starting and stopping the server once. The cache is
    /// kept next to the server's jar.
    private BareStart trained(Path target) {
        Path cache = target.resolve("bare-" + Integer.toHexString(java.hashCode()) + ".aot");
        if (Files.isRegularFile(cache)) {
            return new BareStart(with(CACHE + cache), folder);
        }
        List<String> command = with("-XX:AOTCacheOutput=" + cache);
        command.addAll(List.of(BareServer.class.getName(), "0", "once"));
        try (Child training = Child.start(folder, folder.resolve("bare.log"), Map.of(), command)) {
            Integer code = training.await(240);
            if (code == null || code != 0 || !Files.isRegularFile(cache)) {
                throw new Failed("the bare server's cache could not be made: " + training.tail());
            }
        }
        return new BareStart(with(CACHE + cache), folder);
    }

    private List<String> with(String option) {
        List<String> all = new ArrayList<>(java);
        all.add(1, option);
        return all;
    }

    /// Starts the server and returns the milliseconds until its first response.
    double millis(int port) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(BareServer.class.getName(), Integer.toString(port)));
        long began = System.nanoTime();
        try (Child server = Child.start(folder, folder.resolve("bare.log"), Map.of(), command)) {
            return FirstAnswer.millis(server, port, "/health/ready", 60, began);
        }
    }

    /// Creates the folder for the bare server's files.
    static Path folderIn(Path run) {
        try {
            return Files.createDirectories(run.resolve("bare"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
