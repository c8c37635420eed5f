package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An attacker who can only write to the database can forge another consistent journal. The server does not sign it and
/// stops being ready, and the copies of checkpoints that are kept elsewhere contradict it.
@Timeout(300)
class ForgedJournalTest {
    private static final boolean LONG = Boolean.getBoolean("muster.long");
    private static final Duration TIMEOUT = Duration.ofSeconds(100);
    private static final int USERS = 5;
    private static final int FIRST_FORGED = 2;
    private static final int LAST_FORGED = 4;

    /// The offset of the actor id within an entry, see `directory.EntryFormat`.
    private static final int ACTOR_ID_AT = 26;

    private static final String REFUSED = "contradicts its checkpoints and is not signed for";

    @TempDir
    private Path folder;

    private Path data;
    private ServerProcess server;
    private String key;
    private long realm;

    @BeforeEach
    void start() throws Exception {
        data = folder.resolve("data");
        server = ServerProcess.start(data);
        key = Tenancy.make(server.address(), "acme").testKey();
        realm = Long.parseLong(key.split("_", -1)[2]);
        register("user", USERS);
        // At startup, a server signs the entries that the previous one left unsigned.
        server.kill();
        server.restart();
        while (!Files.exists(checkpoints())) {
            Thread.sleep(10);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerThatStartsOnAForgedJournalDoesNotSignItAndIsNotReady() throws Exception {
        List<String> early = signed();
        awaitOutput(early.getLast());
        // Exporting adds an entry, which is signed when the server stops.
        String honest = export();
        Path publicKey = Files.copy(data.resolve("checkpoint.key.pub"), folder.resolve("kept.pub"));
        Path kept = Files.write(folder.resolve("kept.txt"), early);
        server.terminate();
        assertThat(server.await()).isZero();
        List<String> signed = signed();
        assertThat(tableHolds(data, signed.getLast())).isTrue();
        forge();
        server.restart();

        awaitOutput(REFUSED);
        assertNotReadyAndNotValid();
        assertThat(signed()).isEqualTo(signed);
        String forged = export();
        ServerProcess.Ended alone = verify(forged);
        assertThat(alone.exitCode()).as("%s", alone).isZero();
        assertThat(alone.out()).anyMatch(said -> said.contains("that alone does not prove it authentic"));
        ServerProcess.Ended contradicted =
                verify(forged, "--checkpoints", kept.toString(), "--public-key", publicKey.toString());
        assertThat(contradicted.exitCode()).as("%s", contradicted).isEqualTo(1);
        assertThat(contradicted.out())
                .singleElement()
                .asString()
                .startsWith(
                        "NOT VALID: entry " + (USERS + 1) + ": Its hash is not the one in line 1 of the checkpoints."
                                + " These checkpoints contradict the journal: line 1 (entry " + (USERS + 1) + ", ");
        ServerProcess.Ended authentic =
                verify(honest, "--checkpoints", kept.toString(), "--public-key", publicKey.toString());
        assertThat(authentic.exitCode()).as("%s", authentic).isZero();
        assertThat(authentic.out()).anyMatch(said -> said.startsWith("Authentic up to entry " + (USERS + 1)));
    }

    @Test
    void aRunningServerDoesNotSignAJournalThatIsForgedUnderIt() throws Exception {
        List<String> signed = signed();
        forge();
        // The server appends to the forged journal.
        register("later", 1);
        if (LONG) {
            awaitOutput(REFUSED);
            assertNotReadyAndNotValid();
        }
        String forged = export();
        server.terminate();
        assertThat(server.await()).isZero();

        // A server signs what it can when it stops, but it has not signed the forged entries.
        assertThat(signed()).isEqualTo(signed);
        ServerProcess.Ended verified = verify(
                forged,
                "--checkpoints",
                checkpoints().toString(),
                "--public-key",
                data.resolve("checkpoint.key.pub").toString());
        assertThat(verified.exitCode()).as("%s", verified).isEqualTo(1);
        assertThat(verified.out().getFirst()).startsWith("NOT VALID");
        server.restart();
        awaitOutput(REFUSED);
        assertNotReadyAndNotValid();
        assertThat(signed()).isEqualTo(signed);
    }

    private void register(String name, int users) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            for (int i = 0; i < users; i++) {
                assertThat(client.json("POST", "/v1/users", Map.of("externalId", name + "-" + i))
                                .status())
                        .isEqualTo(201);
            }
        }
    }

    private void assertNotReadyAndNotValid() throws IOException {
        try (Client client = new Client(server.address(), key)) {
            assertThat(client.get("/health/ready").status()).isEqualTo(503);
            assertThat(client.get("/v1/journal/verify").json().flag("valid")).isFalse();
        }
    }

    /// Waits for this text in the server's output. Another thread reads the output, and may lag behind a process
    /// that has ended.
    private void awaitOutput(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!server.output().contains(text)) {
            assertThat(System.nanoTime()).as("%s in %s", text, server.output()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private Path checkpoints() {
        return data.resolve("checkpoints/realm-" + realm + ".txt");
    }

    private List<String> signed() throws IOException {
        return Files.readAllLines(checkpoints());
    }

    private String export() throws IOException {
        try (Client client = new Client(server.address(), key)) {
            return client.get("/v1/journal/export").text();
        }
    }

    private ServerProcess.Ended verify(String export, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("export.ndjson"), export);
        List<String> arguments = new ArrayList<>(List.of("journal", "verify", "--file", file.toString()));
        arguments.addAll(List.of(more));
        return ServerProcess.run(folder.resolve("run"), Map.of(), arguments.toArray(String[]::new));
    }

    private static Connection open(Path data) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + data.resolve("muster.db"));
    }

    /// Whether a row of the table `checkpoint` contains the signature in this checkpoint line.
    private static boolean tableHolds(Path data, String line) throws SQLException {
        try (Connection connection = open(data);
                ResultSet rows = connection.createStatement().executeQuery("select * from checkpoint")) {
            while (rows.next()) {
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    String text = rows.getString(column);
                    if (text != null && text.length() > 40 && line.contains(text)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /// Attributes some entries to another key, recomputes the hashes of all later entries, and deletes the server's
    /// checkpoints from its database.
    private void forge() throws Exception {
        byte[] somebodyElse = new byte[16];
        try (Connection connection = open(data)) {
            byte[] head = new byte[0];
            try (ResultSet rows = connection
                    .createStatement()
                    .executeQuery("select seq, entry, hash from journal where realm = " + realm + " order by seq")) {
                while (rows.next()) {
                    byte[] entry = rows.getBytes(2);
                    if (rows.getInt(1) < FIRST_FORGED) {
                        head = rows.getBytes(3);
                        continue;
                    }
                    if (rows.getInt(1) <= LAST_FORGED) {
                        System.arraycopy(somebodyElse, 0, entry, ACTOR_ID_AT, somebodyElse.length);
                    }
                    MessageDigest digest = MessageDigest.getInstance("SHA-256");
                    digest.update(head);
                    head = digest.digest(entry);
                    try (PreparedStatement update = connection.prepareStatement(
                            "update journal set entry = ?, hash = ?, actor = ? where realm = ? and seq = ?")) {
                        update.setBytes(1, entry);
                        update.setBytes(2, head);
                        update.setBytes(3, Arrays.copyOfRange(entry, ACTOR_ID_AT, ACTOR_ID_AT + 16));
                        update.setLong(4, realm);
                        update.setInt(5, rows.getInt(1));
                        update.executeUpdate();
                    }
                }
            }
            try (PreparedStatement update = connection.prepareStatement("update batch set head = ? where realm = ?"
                    + " and no = (select max(no) from batch where realm = ?)")) {
                update.setBytes(1, head);
                update.setLong(2, realm);
                update.setLong(3, realm);
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
            connection.createStatement().execute("delete from checkpoint where realm = " + realm);
        }
    }
}
