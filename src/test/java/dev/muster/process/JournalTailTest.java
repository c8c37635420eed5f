package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Main;
import dev.muster.testing.ClassArchive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs `muster journal tail` and `muster events tail` as processes. They print everything exactly once, even if the
/// server is killed and restarted.
@Timeout(300)
class JournalTailTest {
    @TempDir
    private Path folder;

    @Test
    void everyEntryIsPrintedOnceAcrossAKilledServer() throws Exception {
        everythingIsPrinted("journal", "^\\{\"seq\":(\\d+),.*");
    }

    @Test
    void everyEventIsPrintedAcrossAKilledServer() throws Exception {
        everythingIsPrinted("events", "^\\{\"id\":\"evt_.*,\"data\":\\{\"seq\":(\\d+),.*");
    }

    private void everythingIsPrinted(String what, String seq) throws Exception {
        int port = freePort();
        ServerProcess server = ServerProcess.startUnheard(folder.resolve("data"), port, folder.resolve("log-1"));
        String key = Tenancy.make(server.address(), "acme").testKey();
        Process tail = tail(server, key, what, "tail", "--after", "0", "--json");
        try {
            register(server, key, "before", 20);
            awaitLines(21, tail);
            server.kill();
            // A server that restarts between two polls is not missed.
            while (Files.readAllLines(folder.resolve("err")).isEmpty() && tail.isAlive()) {
                Thread.sleep(20);
            }
            ServerProcess again = ServerProcess.startUnheard(folder.resolve("data"), port, folder.resolve("log-2"));
            try {
                register(again, key, "after", 20);
                awaitLines(41, tail);
                assertThat(interrupt(tail)).isEqualTo(130);
            } finally {
                again.close();
            }
        } finally {
            tail.destroyForcibly();
            server.close();
        }
        assertThat(Files.readAllLines(folder.resolve("out")))
                .extracting(line -> Long.parseLong(line.replaceAll(seq, "$1")))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 41).boxed().toList());
        assertThat(Files.readAllLines(folder.resolve("err")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("muster " + what + " tail: ")
                                .endsWith("; trying again"),
                        line -> assertThat(line).isEqualTo("muster " + what + " tail: the server answers again."),
                        line -> assertThat(line).isEqualTo("Go on with --after 41."));
    }

    private void register(ServerProcess server, String key, String name, int users) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            for (int i = 0; i < users; i++) {
                assertThat(client.json("POST", "/v1/users", Map.of("externalId", name + "-" + i))
                                .status())
                        .isEqualTo(201);
            }
        }
    }

    private Process tail(ServerProcess server, String key, String... arguments) throws IOException {
        // If the tests run in the background, this process may ignore SIGINT, and its children would inherit that.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders"));
        command.addAll(ClassArchive.options());
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_"));
        builder.environment().put("MUSTER_URL", server.address().toString());
        builder.environment().put("MUSTER_KEY", key);
        return builder.start();
    }

    private void awaitLines(int count, Process tail) throws Exception {
        while (Files.readAllLines(folder.resolve("out")).size() < count && tail.isAlive()) {
            Thread.sleep(50);
        }
    }

    /// Interrupts the process as Ctrl-C does, and returns its exit code.
    private static int interrupt(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
