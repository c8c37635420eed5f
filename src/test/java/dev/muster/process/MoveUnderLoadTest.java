package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.Main;
import dev.muster.ServeCalled;
import dev.muster.directory.transfer.MoveStep;
import dev.muster.directory.transfer.TenantMove;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantSource;
import dev.muster.storage.transfer.TenantTarget;
import dev.muster.testing.ClassArchive;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A tenant is moved between two PostgreSQL databases with different master keys, by the command, while servers run on
/// both.
@UsesPostgres
@Timeout(600)
final class MoveUnderLoadTest {
    private static final int CONNECTIONS = 8;

    @TempDir
    private Path folder;

    private String first;
    private String second;
    private Path firstKey;
    private Path secondKey;

    @BeforeEach
    void create() {
        first = TestPostgres.newDatabase();
        second = TestPostgres.newDatabase();
        firstKey = ServerProcess.masterKey(folder.resolve("first.key"));
        secondKey = ServerProcess.masterKey(folder.resolve("second.key"));
    }

    private Map<String, String> environment() {
        return Map.of(
                "MUSTER_DATABASE", first, "MUSTER_MASTER_KEY_FILE", firstKey.toString(), "MUSTER_TO_DATABASE", second);
    }

    private List<String> arguments() {
        return List.of("tenant", "move", "acme", "--to-master-key-file", secondKey.toString());
    }

    /// Waits until a server refuses reads too, which it does within a second, because it caches that it has the realm.
    private static void awaitRefusal(ServerProcess server, String key) throws Exception {
        try (Client client = new Client(server.address(), key)) {
            Client.Answer answer = client.send("GET", "/v1/users/number:1", new byte[0]);
            while (answer.status() == 200) {
                Thread.sleep(50);
                answer = client.send("GET", "/v1/users/number:1", new byte[0]);
            }
            assertThat(answer.status()).as("%s", answer).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
    }

    /// One of the two servers is suspended during the whole move, with requests under way.
    @Test
    void noAnsweredWriteIsLostOrDoubled() throws Exception {
        try (ServerProcess one = ServerProcess.startOnPostgres(folder.resolve("one"), first, firstKey);
                ServerProcess other = ServerProcess.startOnPostgres(folder.resolve("other"), first, firstKey);
                ServerProcess third = ServerProcess.startOnPostgres(folder.resolve("third"), second, secondKey)) {
            String key = Tenancy.make(one.address(), "acme").productionKey();
            Load load = new Load(key, CONNECTIONS, 5);
            load.start(one.address(), other.address());
            load.awaitAnswered(200);
            other.freeze();
            ServeCalled moved = run();
            other.thaw();
            assertThat(moved.exitCode()).as("%s", moved).isZero();
            System.out.println(moved.out());
            long busy = load.busy();
            while (load.busy() < busy + CONNECTIONS) {
                Thread.sleep(5);
            }
            awaitRefusal(one, key);
            awaitRefusal(other, key);
            one.terminate();
            other.terminate();
            load.await();
            load.settle(third.address(), true);
            load.start(third.address());
            load.awaitAnswered(load.answered() + 100);
            load.finish();
            load.compare(third.address(), Tenancy.FIRST_ENTRIES);
        }
        String[] forget = {"tenant", "move", "acme", "--forget"};
        ServeCalled forgotten =
                ServeCalled.with(Map.of("MUSTER_DATABASE", first, "MUSTER_MASTER_KEY_FILE", firstKey + ""), forget);
        assertThat(forgotten.out()).as("%s", forgotten).containsExactly("Deleted the old copy of acme.");
        assertThat(ServeCalled.with(environment(), arguments().toArray(String[]::new))
                        .err()
                        .toString())
                .contains("there is no tenant acme in the database");
    }

    /// Runs the command, again if the database could not be used, or has not noticed yet that an earlier process is
    /// gone.
    private ServeCalled run() {
        ServeCalled moved;
        do {
            moved = ServeCalled.with(environment(), arguments().toArray(String[]::new));
        } while (moved.exitCode() == 2 || moved.err().toString().contains("another process is moving"));
        return moved;
    }

    private Process mover() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(ClassArchive.options());
        command.add(Main.class.getName());
        command.addAll(arguments());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_"));
        builder.environment().putAll(environment());
        return builder.redirectErrorStream(true).start();
    }

    /// Kills the command as soon as it has printed a line that begins with this text. On a strange machine it may end
    /// before.
    private void killAt(String beginning) throws Exception {
        Process mover = mover();
        try (BufferedReader lines = mover.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.startsWith(beginning)) {
                line = lines.readLine();
            }
        } finally {
            mover.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void aCommandThatIsKilledIsRunAgain() throws Exception {
        try (ServerProcess one = ServerProcess.startOnPostgres(folder.resolve("one"), first, firstKey);
                ServerProcess third = ServerProcess.startOnPostgres(folder.resolve("third"), second, secondKey)) {
            String key = Tenancy.make(one.address(), "acme").productionKey();
            Load load = new Load(key, CONNECTIONS, 6);
            load.start(one.address());
            load.awaitAnswered(100);
            for (String step : List.of("Copied ", "Compared ", "Writes ", "Copied the last ")) {
                killAt(step);
            }
            ServeCalled moved = run();
            assertThat(moved.exitCode()).as("%s", moved).isZero();
            awaitRefusal(one, key);
            one.terminate();
            load.await();
            load.settle(third.address(), true);
            load.compare(third.address(), Tenancy.FIRST_ENTRIES);
        }
    }

    /// Ends a move as if its process had been killed: no failure is handled.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private void killAt(MoveStep step) {
        TenantMove move = new TenantMove(
                MasterKeys.load(firstKey), MasterKeys.load(secondKey), new SecureRandom(), (reached, _) -> {
                    if (reached == step) {
                        throw new Killed();
                    }
                });
        assertThatThrownBy(() -> move.move(
                        "acme",
                        new TenantMove.Route(
                                () -> TenantGate.postgres(first),
                                () -> TenantSource.postgres(first),
                                () -> TenantTarget.postgres(second))))
                .isInstanceOf(Killed.class);
    }

    /// Clients that write all the time lose nothing, although each move but the last is killed and aborted.
    @Test
    void aMoveThatIsKilledIsAborted() throws Exception {
        try (ServerProcess one = ServerProcess.startOnPostgres(folder.resolve("one"), first, firstKey);
                ServerProcess third = ServerProcess.startOnPostgres(folder.resolve("third"), second, secondKey)) {
            String key = Tenancy.make(one.address(), "acme").productionKey();
            Load load = new Load(key, CONNECTIONS, 7);
            load.start(one.address());
            load.awaitAnswered(100);
            for (MoveStep step : List.of(
                    MoveStep.FOLLOWED, MoveStep.FROZEN, MoveStep.COMPLETE, MoveStep.ARRIVED, MoveStep.ARRIVED)) {
                killAt(step);
                ServeCalled aborted = ServeCalled.with(environment(), "tenant", "move", "acme", "--abort");
                assertThat(aborted.exitCode()).as("%s", aborted).isZero();
                load.awaitAnswered(load.answered() + 100);
            }
            ServeCalled moved = run();
            assertThat(moved.exitCode()).as("%s", moved).isZero();
            awaitRefusal(one, key);
            one.terminate();
            load.await();
            load.settle(third.address(), true);
            load.compare(third.address(), Tenancy.FIRST_ENTRIES);
        }
    }
}
