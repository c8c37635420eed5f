package dev.muster.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The result of a client that has exited.
///
/// @param out the standard output
/// @param err the error output
record ClientProcess(int exitCode, String out, String err) {
    /// Long enough even for a busy machine: only a client that hangs takes longer.
    static final Duration TIMEOUT = Duration.ofMinutes(2);

    /// Runs `command` in `folder` and waits until it exits.
    ///
    /// @param environment the variables to add to the environment of the tests
    /// @throws AssertionError if the command does not exit in time; it is then killed
    static ClientProcess run(Path folder, Map<String, String> environment, List<String> command) {
        return run(folder, environment, command, TIMEOUT);
    }

    static ClientProcess run(Path folder, Map<String, String> environment, List<String> command, Duration timeout) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        // Muster is on this machine, so its clients must not use the machine's proxy.
        builder.environment().merge("NO_PROXY", "127.0.0.1", (some, more) -> some + "," + more);
        builder.environment().merge("no_proxy", "127.0.0.1", (some, more) -> some + "," + more);
        try {
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                CompletableFuture<String> out = reading(process.getInputStream());
                CompletableFuture<String> err = reading(process.getErrorStream());
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " does not end:\n" + out.join() + "\n" + err.join());
                }
                return new ClientProcess(process.exitValue(), out.join(), err.join());
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static CompletableFuture<String> reading(InputStream from) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new String(from.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        return "";
                    }
                },
                Thread::startVirtualThread);
    }
}
