package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Describes the machine of a run, and the versions of everything involved.
final class Machine {
    private Machine() {}

    static SequencedMap<String, String> facts(Path root) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", host());
        facts.put(
                "processor",
                line(Path.of("/proc/cpuinfo"), "model name") + ", "
                        + Runtime.getRuntime().availableProcessors() + " cores");
        facts.put("load before", first(Path.of("/proc/loadavg")));
        facts.put("memory", line(Path.of("/proc/meminfo"), "MemTotal"));
        facts.put("kernel", output(root, "uname", "-sr"));
        facts.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put(
                "wrk", output(root, "wrk", "-v").lines().findFirst().orElse("").replaceAll(" Copyright.*", ""));
        String commit = output(root, "git", "rev-parse", "--short=12", "HEAD");
        boolean dirty = !output(root, "git", "status", "--porcelain", "--", ".", ":!docs/BENCHMARKS*")
                .isEmpty();
        facts.put("commit", commit.isEmpty() ? "unknown" : commit + (dirty ? ", with changes" : ""));
        return facts;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private static String first(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String line(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /// Returns the output of a command, or an empty string if the command does not exist or fails.
    private static String output(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            // An exit code of 1 counts as success, because wrk exits with 1 after it has printed its version.
            return process.waitFor() <= 1 ? output : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
