package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.storage.engine.Engine;
import dev.muster.storage.engine.SqliteEngine;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tests the embedded database: its folder, locks, backup, write-ahead log and deadlines.
final class SqliteStorageTest extends OnDatabase {
    @Override
    protected DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @Test
    void theFolderIsForItsOwnerOnly() throws IOException {
        Path data = folder.resolve("new");
        Database.sqlite(data, 0).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void aSecondProcessIsKeptOut() {
        assertThatThrownBy(() -> Database.sqlite(empty.folder(), 0))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("another process is using the data folder")
                .hasMessageContaining(empty.folder().toString());
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> Database.sqlite(file.resolve("data"), 0))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot make the data folder " + file.resolve("data"));
    }

    @Test
    void committedRowsSurviveReopening() {
        save(List.of(1L), batch -> batch.newUsers.add(testRows.plain(1, 1, "ada@example.com")));
        close();
        openAgain();
        assertThat(database.<Long>read(reads -> reads.users().count(TestRows.allUsers(1, 0), 10)))
                .isEqualTo(1);
    }

    @Test
    void aBackupHoldsEverything() throws SQLException {
        save(List.of(1L), batch -> batch.newUsers.add(testRows.plain(1, 1, "ada@example.com")));
        Path backup = folder.resolve("backup.db");
        try (ChoreStore choreStore = database.choreStore()) {
            choreStore.backup(backup);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + backup);
                Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("select count(*) from users")) {
            results.next();
            assertThat(results.getLong(1)).isEqualTo(1);
        }
    }

    @Test
    void theWalIsWrittenBackAsItGrows() throws IOException {
        for (int i = 1; i <= 300; i++) {
            long from = i * 64L;
            save(List.of(1L), batch -> {
                for (long number = from; number < from + 64; number++) {
                    batch.newUsers.add(testRows.plain(1, number, "user" + number * 7919 % 100_003 + "@example.com"));
                    batch.journal.add(testRows.entry(1, number, testRows.uuid()));
                }
            });
        }
        assertThat(Files.size(empty.folder().resolve("muster.db-wal"))).isLessThan(40L << 20);
    }

    @Test
    void aSearchIsStoppedAtItsDeadline() {
        long start = System.nanoTime();
        assertThatThrownBy(() -> database.search(reads -> {
                    while (true) {
                        reads.users().count(TestRows.allUsers(1, 0), 10);
                    }
                }))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.UNREACHABLE));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aRunningStatementIsInterruptedAtTheDeadline() {
        Engine file = SqliteEngine.open(folder.resolve("other"), 0);
        try {
            Session session = file.reader(System.nanoTime() + 100_000_000);
            long start = System.nanoTime();
            assertThatThrownBy(() -> session.execute("with recursive n (i) as (select 1 union all select i + 1 from n)"
                            + " select count(*) from n"))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.UNREACHABLE));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            file.release(session, false);
        } finally {
            file.close();
        }
    }

    @Test
    void onlyTheProgressOfWebhooksDoesNotWaitForTheDisk() {
        Engine engine = SqliteEngine.open(folder.resolve("other"), 0);
        try (Session lane = engine.writer();
                Session chores = engine.choreWriter();
                Session progress = engine.progressWriter()) {
            assertThat(lane.ask("pragma synchronous", Row::number)).isEqualTo(2);
            assertThat(chores.ask("pragma synchronous", Row::number)).isEqualTo(2);
            assertThat(progress.ask("pragma synchronous", Row::number)).isEqualTo(1);
        } finally {
            engine.close();
        }
    }

    @Test
    void aReaderCannotWrite() {
        Engine engine = SqliteEngine.open(folder.resolve("other"), 0);
        try {
            Session reader = engine.reader(System.nanoTime() + 1_000_000_000);
            assertThatThrownBy(() -> reader.execute("delete from users")).isInstanceOf(StorageException.class);
            engine.release(reader, false);
        } finally {
            engine.close();
        }
    }
}
