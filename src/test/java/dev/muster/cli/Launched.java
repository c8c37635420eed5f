package dev.muster.cli;

import dev.muster.Main;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/// Runs the launcher `muster`, and the jar that it starts, as processes with the classes under test.
final class Launched {
    private static final int TIMEOUT_SECONDS = 120;

    private final Path root;
    private final Path jar;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> within = List.of();

    /// @param folder the folder in which the launcher is put, with a jar that refers to the class path of this
    /// process
    Launched(Path folder) throws IOException {
        root = folder;
        Files.createDirectories(root.resolve("target"));
        Files.createDirectories(root.resolve(".mvn"));
        Files.copy(Path.of("muster"), root.resolve("muster"));
        for (String sourced : List.of(".mvn/jdk.sh", ".mvn/jvm.sh")) {
            Files.copy(Path.of(sourced), root.resolve(sourced));
        }
        jar = root.resolve("target/muster.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                                .map(entry ->
                                        Path.of(entry).toAbsolutePath().toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.flush();
        }
        // An empty cache that is newer than everything it depends on keeps the launcher from doing a training run.
        Path cache = Files.createFile(root.resolve("target/muster.aot"));
        Files.setLastModifiedTime(cache, FileTime.from(Instant.now().plusSeconds(3600)));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        // A command ends before the second compiler has gained what it costs.
        environment.put("MUSTER_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    }

    Launched with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// Sets a prefix of the command, for example one that gives the process its own disk.
    Launched within(List<String> command) {
        within = command;
        return this;
    }

    /// Runs the launcher, with no locale set.
    Cli.Ran launch(String... arguments) throws IOException {
        return shell("exec ./muster \"$@\"", arguments);
    }

    /// Runs `java -jar`, with no locale set.
    Cli.Ran java(String... arguments) throws IOException {
        return shell("exec \"$JAVA_HOME/bin/java\" -jar target/muster.jar \"$@\"", arguments);
    }

    /// Runs a bash script in the launcher's folder, with the arguments as `$@`. The arguments are in UTF-8 whatever
    /// the locale of this process is, because bash reads them from a file.
    Cli.Ran shell(String script, String... arguments) throws IOException {
        Path file = root.resolve("run.sh");
        String quoted = Arrays.stream(arguments)
                .map(argument -> "'" + argument.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        StringBuilder text = new StringBuilder("cd " + root + " || exit 99\n");
        environment.forEach((name, value) ->
                text.append("export ").append(name).append("='").append(value).append("'\n"));
        text.append("set -- ").append(quoted).append('\n').append(script).append('\n');
        Files.writeString(file, text);
        List<String> command = new ArrayList<>(within);
        command.addAll(List.of("bash", file.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        Path out = root.resolve("out");
        Path err = root.resolve("err");
        builder.redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Process process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
        return new Cli.Ran(process.exitValue(), read(out), read(err), "");
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
