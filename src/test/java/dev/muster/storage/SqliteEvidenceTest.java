package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.SqliteEngine;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests the evidence file next to the embedded database: its permissions, backup, deletion and version.
final class SqliteEvidenceTest extends OnDatabase {
    private EvidenceStore evidence;

    @Override
    protected DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @BeforeEach
    void openStore() {
        evidence = database.evidence();
    }

    @AfterEach
    void closeStore() {
        evidence.close();
    }

    private void store(UUID id, byte[] chunk) {
        evidence.begin(1, id, Instant.EPOCH, 0, Long.MAX_VALUE);
        evidence.append(1, id, 0, chunk);
        evidence.finish(1, id, 0);
    }

    @Test
    void itsFilesAreForTheirOwnerOnly() throws IOException {
        store(testRows.uuid(), testRows.bytes(10));
        for (String name : new String[] {"evidence.db", "evidence.db-wal", "evidence.db-shm"}) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(empty.folder().resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aBackupHasItBesideTheDatabase() throws IOException {
        UUID id = testRows.uuid();
        byte[] chunk = testRows.bytes(300_000);
        store(id, chunk);
        Path backup = folder.resolve("muster-1.db");
        try (ChoreStore choreStore = database.choreStore()) {
            choreStore.backup(backup);
        }
        Path besides = folder.resolve("muster-1-evidence.db");
        assertThat(ChoreStore.evidenceOf(backup)).isEqualTo(besides);
        for (Path file : new Path[] {backup, besides}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        Path restored = Files.createDirectory(folder.resolve("restored"));
        Files.copy(backup, restored.resolve("muster.db"));
        Files.copy(besides, restored.resolve("evidence.db"));
        try (Database other = Database.sqlite(restored, 0);
                EvidenceStore its = other.evidence()) {
            assertThat(its.chunk(1, id, 0)).isEqualTo(chunk);
            assertThat(other.<RealmRow>read(reads -> reads.realms().realm(1))).isNotNull();
        }
    }

    @Test
    void deletedFilesAreOverwritten() throws IOException {
        UUID id = testRows.uuid();
        byte[] chunk = testRows.bytes(300_000);
        store(id, chunk);
        evidence.delete(1, id);
        // Closing the last connection writes the WAL to the database file and removes it.
        evidence.close();
        byte[] file = Files.readAllBytes(empty.folder().resolve("evidence.db"));
        assertThat(empty.folder().resolve("evidence.db-wal")).doesNotExist();
        assertThat(file.length).isGreaterThan(chunk.length);
        for (int from = 0; from < chunk.length - 64; from += 4096) {
            assertThat(indexOf(file, chunk, from)).isNegative();
        }
    }

    private static int indexOf(byte[] file, byte[] chunk, int from) {
        outer:
        for (int i = 0; i <= file.length - 32; i++) {
            for (int k = 0; k < 32; k++) {
                if (file[i + k] != chunk[from + k]) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }

    @Test
    void itWritesSafelyAndReadersCannotWrite() throws SQLException {
        Engine file = SqliteEngine.open(folder.resolve("other"), 0);
        try (Session writer = file.evidenceWriter();
                Session reader = file.evidenceReader()) {
            assertThat(pragma(writer, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(writer, "synchronous")).isEqualTo("2");
            assertThat(pragma(writer, "secure_delete")).isEqualTo("1");
            assertThat(pragma(writer, "page_size")).isEqualTo("16384");
            assertThatThrownBy(() -> reader.execute("delete from evidence")).isInstanceOf(StorageException.class);
        } finally {
            file.close();
        }
    }

    private static String pragma(Session session, String name) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet results = statement.executeQuery("pragma " + name)) {
            results.next();
            return results.getString(1);
        }
    }

    @Test
    void aFileOfANewerVersionIsRefused() throws SQLException {
        evidence.close();
        close();
        String url = "jdbc:sqlite:" + empty.folder().resolve("evidence.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma user_version = 3");
        }
        assertThatThrownBy(empty::open)
                .hasMessageContaining("evidence.db cannot be used")
                .hasMessageContaining("schema version 3");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma user_version = 2");
        }
        openAgain();
    }
}
