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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who can write to the database can make another consistent journal: what is kept elsewhere betrays them.
@Timeout(300)
class ForgedJournalTest {
    private static final int USERS = 5;
    private static final int FORGED = 3;

    @TempDir
    private Path folder;

    @Test
    void aChainThatWasHashedAnewIsConsistentAndACheckpointKeptElsewhereSaysThatItIsNotAuthentic() throws Exception {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            String key = Tenancy.make(server.address(), "acme").testKey();
            String realm = key.split("_", -1)[2];
            try (Client client = new Client(server.address(), key)) {
                for (int i = 0; i < USERS; i++) {
                    client.json("POST", "/v1/users", Map.of("externalId", "user-" + i));
                }
            }
            // A start signs where each journal stands.
            restart(server);
            Path signed = data.resolve("checkpoints/realm-" + realm + ".txt");
            await(signed);
            String line = Files.readAllLines(signed).getLast();
            assertThat(server.output()).contains(line);
            assertThat(tableHolds(data, line)).isTrue();
            Path kept = Files.writeString(folder.resolve("kept.txt"), line + "\n");
            Path publicKey = Files.copy(data.resolve("checkpoint.key.pub"), folder.resolve("kept.pub"));
            String honest = export(server, key);

            server.terminate();
            server.await();
            forge(data, Long.parseLong(realm));
            server.restart();

            try (Client client = new Client(server.address(), key)) {
                assertThat(client.get("/v1/journal/verify").json().flag("valid"))
                        .isTrue();
            }
            String forged = export(server, key);
            ServerProcess.Ended alone = verify(forged);
            assertThat(alone.exitCode()).as("%s", alone).isZero();
            assertThat(alone.out()).anyMatch(said -> said.contains("consistent, not that it is authentic"));
            ServerProcess.Ended betrayed =
                    verify(forged, "--checkpoints", kept.toString(), "--public-key", publicKey.toString());
            assertThat(betrayed.exitCode()).as("%s", betrayed).isEqualTo(1);
            assertThat(betrayed.out())
                    .containsExactly(
                            "NOT VALID: entry " + (USERS + 1) + ": A checkpoint says that its hash was another one.");
            ServerProcess.Ended authentic =
                    verify(honest, "--checkpoints", kept.toString(), "--public-key", publicKey.toString());
            assertThat(authentic.exitCode()).as("%s", authentic).isZero();
            assertThat(authentic.out()).anyMatch(said -> said.startsWith("Authentic up to entry " + (USERS + 1)));
        }
    }

    private static void restart(ServerProcess server) {
        server.terminate();
        assertThat(server.await()).isZero();
        server.restart();
    }

    private static void await(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            Thread.sleep(10);
        }
    }

    private String export(ServerProcess server, String key) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            return client.get("/v1/journal/export").text();
        }
    }

    private ServerProcess.Ended verify(String export, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("export.ndjson"), export);
        List<String> arguments = new java.util.ArrayList<>(List.of("journal", "verify", "--file", file.toString()));
        arguments.addAll(List.of(more));
        return ServerProcess.run(folder.resolve("run"), Map.of(), arguments.toArray(String[]::new));
    }

    private static Connection open(Path data) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + data.resolve("muster.db"));
    }

    /// A line is `realm seq head at signature` or the like: its signature is in the table as it stands.
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

    /// Changes an entry's last byte, which is sealed, hashes all that follows anew, and takes away what the server
    /// itself would compare with.
    private static void forge(Path data, long realm) throws Exception {
        try (Connection connection = open(data)) {
            byte[] head = new byte[0];
            try (ResultSet rows = connection
                    .createStatement()
                    .executeQuery("select seq, entry, hash from journal where realm = " + realm + " order by seq")) {
                while (rows.next()) {
                    byte[] entry = rows.getBytes(2);
                    if (rows.getInt(1) < FORGED) {
                        head = rows.getBytes(3);
                        continue;
                    }
                    if (rows.getInt(1) == FORGED) {
                        entry[entry.length - 1] ^= 1;
                    }
                    MessageDigest digest = MessageDigest.getInstance("SHA-256");
                    digest.update(head);
                    head = digest.digest(entry);
                    try (PreparedStatement update = connection.prepareStatement(
                            "update journal set entry = ?, hash = ? where realm = ? and seq = ?")) {
                        update.setBytes(1, entry);
                        update.setBytes(2, head);
                        update.setLong(3, realm);
                        update.setInt(4, rows.getInt(1));
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
