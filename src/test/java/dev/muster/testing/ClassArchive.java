package dev.muster.testing;

import dev.muster.Main;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// Packs Muster's classes into a jar with an AOT cache. Tests start hundreds of processes, and without a cache, each
/// would spend most of its startup CPU time on loading and verifying classes.
///
/// All JVMs that run tests at the same time share the cache, and later runs reuse it until the next compilation.
public final class ClassArchive {
    private static final Path PLACE = Path.of("target", "class-archive").toAbsolutePath();

    /// This is long enough even on a busy machine.
    private static final long TIMEOUT_SECONDS = 300;

    private static final Pattern LISTENS = Pattern.compile("Muster listens on (\\S+).*");

    private ClassArchive() {}

    private static final class Made {
        static final List<String> OPTIONS = make();
    }

    /// Returns the `java` options for the class path and the cache. A JVM ignores the cache if its other options do
    /// not match.
    public static List<String> options() {
        return Made.OPTIONS;
    }

    private static List<String> make() {
        try {
            List<Path> path = classPath();
            Path classes = path.stream()
                    .filter(each -> Files.exists(each.resolve("dev/muster/Main.class")))
                    .findFirst()
                    .orElseThrow();
            List<Path> jars = path.stream().filter(Files::isRegularFile).toList();
            Files.createDirectories(PLACE);
            Path folder = PLACE.resolve(version(classes, jars));
            Path jar = folder.resolve("muster.jar");
            String all = Stream.concat(
                            Stream.of(jar), jars.stream().map(each -> isSigned(each) ? unsigned(folder, each) : each))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
            Path archive = folder.resolve("muster.aot");
            try (FileChannel lock = FileChannel.open(
                            PLACE.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                if (!Files.exists(archive)) {
                    deleteEarlier();
                    Files.createDirectories(folder);
                    pack(classes, jar);
                    for (Path each :
                            jars.stream().filter(ClassArchive::isSigned).toList()) {
                        copyWithoutSignature(each, unsigned(folder, each));
                    }
                    Path made = folder.resolve("made.aot");
                    train(made, List.of("-cp", all, "-XX:AOTCacheOutput=" + made));
                    if (!Files.exists(made)) {
                        return List.of("-cp", all);
                    }
                    Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return List.of("-XX:AOTCache=" + archive, "-Xlog:cds*=off", "-Xlog:aot*=off", "-cp", all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the class path of this process. Surefire passes a single jar whose manifest lists the other entries.
    private static SequencedSet<Path> classPathOf(Path entry) throws IOException {
        SequencedSet<Path> all = new LinkedHashSet<>(List.of(entry));
        if (entry.getFileName().toString().startsWith("surefirebooter")) {
            try (JarFile jar = new JarFile(entry.toFile())) {
                String named = jar.getManifest().getMainAttributes().getValue("Class-Path");
                for (String each : named.split(" ", -1)) {
                    all.add(Path.of(entry.toUri().resolve(URI.create(each))));
                }
            }
            all.remove(entry);
        }
        return all;
    }

    private static List<Path> classPath() throws IOException {
        SequencedSet<Path> all = new LinkedHashSet<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                all.addAll(classPathOf(Path.of(entry).toAbsolutePath()));
            }
        }
        return List.copyOf(all);
    }

    /// Whether this is Bouncy Castle's jar, the only signed one. A cache contains no classes of signed jars, and
    /// loading the first of them verifies the signature. The distributed package has no signature in it either; see
    /// docs/decisions/042.
    private static boolean isSigned(Path jar) {
        return jar.getFileName().toString().startsWith("bcprov-");
    }

    private static Path unsigned(Path folder, Path jar) {
        return folder.resolve(jar.getFileName());
    }

    private static void copyWithoutSignature(Path signed, Path to) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        try (JarFile from = new JarFile(signed.toFile(), false);
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(to), manifest)) {
            for (JarEntry entry : Collections.list(from.entries())) {
                if (entry.getName().endsWith(".class")) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    try (InputStream content = from.getInputStream(entry)) {
                        content.transferTo(out);
                    }
                }
            }
        }
    }

    /// Returns the version of the cache, which changes with each compilation and with the JVM and the libraries.
    private static String version(Path classes, List<Path> jars) throws IOException {
        CRC32 sum = new CRC32();
        sum.update((jars + System.getProperty("java.vm.version")).getBytes(StandardCharsets.UTF_8));
        for (Path file : files(classes)) {
            String state = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
            sum.update(state.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().toHexDigits(sum.getValue());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void pack(Path classes, Path jar) {
        int code = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.err,
                        System.err,
                        "--create",
                        "--no-compress",
                        "--no-manifest",
                        "--file=" + jar,
                        "-C",
                        classes.toString(),
                        ".");
        if (code != 0) {
            throw new AssertionError("jar ended with " + code);
        }
    }

    private static void deleteEarlier() throws IOException {
        try (Stream<Path> all = Files.walk(PLACE)) {
            for (Path each : all.filter(file -> !file.equals(PLACE) && !file.endsWith("lock"))
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.delete(each);
            }
        }
    }

    /// Starts a server, sends it a few requests and stops it. When it exits, the server writes the classes that it
    /// has loaded to the cache.
    private static void train(Path made, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+UseCompactObjectHeaders"));
        command.addAll(List.of("-Xlog:cds*=off", "-Xlog:aot*=off", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of(Main.class.getName(), "serve", "--demo", "--port", "0", "--admin-port", "0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_"));
        Process server = builder.start();
        try (InputStream said = server.getInputStream();
                BufferedReader lines = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8))) {
            StringBuilder output = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                Matcher listening = LISTENS.matcher(line);
                if (listening.matches()) {
                    ask(URI.create(listening.group(1)));
                    // `Process.destroy` would close the server's output, whose last lines would be lost.
                    server.toHandle().destroy();
                }
            }
            // The exit code depends on how far the server had started when the signal arrived, but the cache does not.
            if (!server.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || !Files.exists(made)) {
                System.err.println("no AOT cache was made, so the tests take longer:\n" + output);
                Files.deleteIfExists(made);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            server.destroyForcibly();
        }
    }

    /// Sends requests that are refused or return a page, which loads most of the classes that handle requests.
    private static void ask(URI server) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String target : List.of("/v1/users?limit=1", "/console/sign-in", "/openapi.json", "/health/ready")) {
                HttpRequest request = HttpRequest.newBuilder(server.resolve(target))
                        .header("Authorization", "Bearer none")
                        .build();
                client.send(request, HttpResponse.BodyHandlers.discarding());
            }
        }
    }
}
