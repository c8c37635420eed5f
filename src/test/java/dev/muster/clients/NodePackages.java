package dev.muster.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Installs the packages of the Node clients in `target/clients`, exactly as in `src/test/clients/package-lock.json`.
/// Install scripts of the packages are not run.
final class NodePackages {
    /// The sources of the clients.
    static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();

    private static final Path FOLDER = Path.of("target/clients").toAbsolutePath();
    private static final String LOCK = "package-lock.json";
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private NodePackages() {}

    /// Installs the packages if they are missing. Tests run in several JVMs: one of them installs while the others
    /// wait.
    ///
    /// @return a folder in which Node finds the packages; scripts below it, at any depth, may require them
    static synchronized Path install() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel file = FileChannel.open(
                            FOLDER.resolve("installing"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = file.lock()) {
                return installed();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path installed() throws IOException {
        Path done = FOLDER.resolve("installed-" + LOCK);
        if (Files.exists(done) && Files.mismatch(done, SOURCES.resolve(LOCK)) < 0) {
            return FOLDER;
        }
        for (String file : List.of("package.json", LOCK, ".npmrc")) {
            Files.copy(SOURCES.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        ClientProcess npm = ClientProcess.run(FOLDER, Map.of(), List.of("npm", "ci", "--ignore-scripts"), TIMEOUT);
        if (npm.exitCode() != 0) {
            throw new AssertionError("npm ci failed:\n" + npm.out() + npm.err());
        }
        Files.copy(SOURCES.resolve(LOCK), done, StandardCopyOption.REPLACE_EXISTING);
        return FOLDER;
    }
}
