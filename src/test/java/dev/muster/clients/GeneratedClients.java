package dev.muster.clients;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Creates clients from an OpenAPI document with openapi-generator, and runs the programs in
/// `src/test/clients/generated` that use them. All files are created in `target/generated-clients`, where Maven has put
/// the generator and the libraries of the clients.
final class GeneratedClients {
    private static final Path SOURCES = NodePackages.SOURCES.resolve("generated");
    private static final Path FOLDER = Path.of("target/generated-clients").toAbsolutePath();
    private static final Path LIBRARIES = FOLDER.resolve("lib");

    private GeneratedClients() {}

    /// Returns the document that the server on this port sends.
    static byte[] document(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/openapi.json"))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new AssertionError("no document: " + response);
            }
            return response.body();
        }
    }

    /// Generates these clients in a single run of the generator.
    ///
    /// @param names the names of configurations in `src/test/clients/generated`
    static void generate(byte[] document, String... names) throws IOException {
        Files.createDirectories(FOLDER);
        Files.write(FOLDER.resolve("openapi.json"), document);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The generator runs for a few seconds. With the optimizing compiler, it would take twice as long.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jars("generator").getFirst().toString(),
                "batch",
                "--fail-fast",
                "--threads",
                "1"));
        for (String name : names) {
            deleteAll(FOLDER.resolve(name));
            command.add(SOURCES.resolve(name + ".yaml").toString());
        }
        ClientProcess generator = ClientProcess.run(FOLDER, Map.of(), command);
        if (generator.exitCode() != 0 || !generator.out().contains("finished " + names.length + " generators")) {
            throw new AssertionError("openapi-generator failed:\n" + generator.out() + generator.err());
        }
    }

    /// Compiles a Java client with the program that uses it, and runs the program.
    ///
    /// @param arguments the arguments of the program's method `run`
    /// @return the result of the program
    static String runJava(String name, String... arguments) throws Exception {
        Path classes = FOLDER.resolve(name).resolve("classes");
        List<Path> sources = new ArrayList<>(List.of(SOURCES.resolve(name).resolve("Tour.java")));
        try (Stream<Path> files = Files.walk(FOLDER.resolve(name).resolve("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
        List<Path> libraries = jars(name);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter faults = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(sources);
            List<String> options =
                    new ArrayList<>(List.of("--release", "17", "-proc:none", "-nowarn", "-Xlint:none", "-d"));
            options.add(Files.createDirectories(classes).toString());
            options.add("-classpath");
            options.add(String.join(
                    System.getProperty("path.separator"),
                    libraries.stream().map(Path::toString).toList()));
            if (!compiler.getTask(faults, files, null, options, null, units).call()) {
                throw new AssertionError("the client does not compile:\n" + faults);
            }
        }
        List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
        for (Path library : libraries) {
            urls.add(library.toUri().toURL());
        }
        // This class loader hides our own classes from the client.
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                return (String) loader.loadClass("Tour")
                        .getMethod("run", String.class, String.class)
                        .invoke(null, (Object[]) arguments);
            } catch (InvocationTargetException e) {
                throw new AssertionError("the client failed", e.getCause());
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }

    /// Compiles a TypeScript client with the program that uses it, and runs it with Node.
    ///
    /// @return the output of the program
    static String runTypeScript(String name, String... arguments) throws IOException {
        Path folder = FOLDER.resolve(name);
        for (String file : List.of("tour.ts", "tsconfig.json")) {
            Files.copy(SOURCES.resolve(name).resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path compiler = NodePackages.install().resolve("node_modules/.bin/tsc");
        ClientProcess compiled =
                ClientProcess.run(folder, Map.of(), List.of(compiler.toString(), "--project", "tsconfig.json"));
        if (compiled.exitCode() != 0) {
            throw new AssertionError("the client does not compile:\n" + compiled.out() + compiled.err());
        }
        List<String> command = new ArrayList<>(List.of("node", "out/tour.js"));
        command.addAll(List.of(arguments));
        ClientProcess ran = ClientProcess.run(folder, Map.of(), command);
        if (ran.exitCode() != 0) {
            throw new AssertionError("the client failed:\n" + ran.out() + ran.err());
        }
        return ran.out();
    }

    private static List<Path> jars(String name) throws IOException {
        Path folder = LIBRARIES.resolve(name);
        if (!Files.isDirectory(folder)) {
            throw new AssertionError(
                    "there is no " + folder + ": mvn dependency:copy@generated-clients fetches what is in it");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
