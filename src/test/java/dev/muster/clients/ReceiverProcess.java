package dev.muster.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/// A running receiver of webhooks: one of the files in docs/receivers, started as the guide describes.
final class ReceiverProcess implements AutoCloseable {
    static final Path SOURCES = Path.of("docs/receivers").toAbsolutePath();

    /// Long enough even for a busy machine: only a receiver that hangs takes longer.
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final Process process;
    private final Path inbox;
    private final int port;
    private final String path;
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    private ReceiverProcess(List<String> command, Path folder, int port, String path, Map<String, String> environment) {
        this.inbox = folder.resolve("inbox");
        this.port = port;
        this.path = path;
        ProcessBuilder builder = new ProcessBuilder(command.stream()
                .map(part -> part.replace("{port}", Integer.toString(port)))
                .toList());
        builder.directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("INBOX", inbox.toString());
        builder.environment().put("PORT", Integer.toString(port));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::read);
    }

    /// @param folder the folder in which it stores events
    static ReceiverProcess node(Path folder, int port, String secret) {
        return of(List.of("node", copied("node/receiver.mjs").toString()), folder, port, secret);
    }

    /// @param folder the folder in which it stores events
    static ReceiverProcess java(Path folder, int port, String secret) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of("target/generated-clients/lib/receiver").toAbsolutePath() + "/*",
                SOURCES.resolve("java/Receiver.java").toString());
        return of(command, folder, port, secret);
    }

    private static ReceiverProcess of(List<String> command, Path folder, int port, String secret) {
        return new ReceiverProcess(command, folder, port, "/", Map.of("WEBHOOK_SECRET", secret)).ready();
    }

    /// Starts Debian's `webhook`.
    ///
    /// @param folder the folder in which it stores events
    static ReceiverProcess webhook(Path folder, int port, String secret) {
        List<String> command = List.of(
                "webhook",
                "-hooks",
                SOURCES.resolve("webhook/hooks.json").toString(),
                "-template",
                "-verbose",
                "-ip",
                "127.0.0.1",
                "-port",
                "{port}");
        Map<String, String> environment = Map.of(
                "WEBHOOK_SECRET",
                secret,
                "WEBHOOK_COMMAND",
                SOURCES.resolve("webhook/on-event").toString());
        return new ReceiverProcess(command, folder, port, "/hooks/muster", environment).ready();
    }

    /// Copies a script to a folder below the one where Node finds packages, and returns the copy.
    private static Path copied(String script) {
        Path to = NodePackages.install().resolve("receivers").resolve(script);
        try {
            Files.createDirectories(to.getParent());
            return Files.copy(SOURCES.resolve(script), to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }

    /// Waits until the receiver accepts connections.
    private ReceiverProcess ready() {
        await(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return this;
    }

    /// A condition to wait for.
    interface Condition {
        boolean holds() throws IOException;
    }

    /// Waits until a condition holds.
    ///
    /// @throws AssertionError if it does not hold in time, or if the receiver exits
    void await(Condition condition) {
        long until = System.nanoTime() + TIMEOUT.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > until || !process.isAlive()) {
                    throw new AssertionError("the receiver " + (process.isAlive() ? "hangs" : "ended") + ":\n"
                            + String.join("\n", lines));
                }
                Thread.sleep(20);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The URL of the receiver.
    URI url() {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /// The lines that the receiver has printed so far.
    List<String> lines() {
        return List.copyOf(lines);
    }

    /// The folder in which the receiver stores events.
    Path inbox() {
        return inbox;
    }

    /// Returns the names of the events in a folder, sorted.
    static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("done"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
