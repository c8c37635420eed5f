package dev.muster.bench;

import dev.muster.directory.lane.LaneAlone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs [LaneAlone] in a separate process, with the Java options of the server.
final class LaneProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private LaneProcess(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// @param muster the process id of a running Muster
    /// @param users the initial number of users
    /// @param database the URL of an empty PostgreSQL database; null for the embedded one
    static LaneProcess start(long muster, int users, Path data, @Nullable String database) {
        List<String> words = Arrays.asList(Proc.command(muster));
        List<String> command = new ArrayList<>();
        for (String word : words.subList(0, words.indexOf("-jar"))) {
            // Muster's cache was created for another main class.
            if (!word.startsWith("-XX:AOTCache")) {
                command.add(word);
            }
        }
        command.addAll(List.of(
                "-Dlogback.configurationFile=bench-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                LaneAlone.class.getName(),
                Integer.toString(users),
                data.toString()));
        if (database != null) {
            command.add(database);
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end lane"));
            LaneProcess lane = new LaneProcess(process);
            if (!lane.line().equals("ready")) {
                throw new Failed("the lane alone did not start");
            }
            return lane;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Measures the changes per second when they are committed in groups of `size`.
    ///
    /// @param work the kind of change: `register` or `hold`
    Sample measure(String work, int size, Duration howLong) {
        try {
            process.getOutputStream()
                    .write((work + " " + size + " " + howLong.toMillis() + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            String[] figures = line().split(" ", 2);
            return Sample.rate(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]), size);
        } catch (IOException e) {
            throw new Failed("the lane alone has ended", e);
        }
    }

    private String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new Failed("the lane alone has ended");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
