package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;

/// Examines an embedded database, whether or not its server runs. Creates and changes no file in its folder.
public final class SqliteExamination {
    private SqliteExamination() {}

    /// Examines the database in a folder.
    public static List<DatabaseFinding> of(Path folder) {
        Path file = folder.resolve("muster.db");
        if (!Files.exists(file)) {
            return List.of(
                    DatabaseFinding.good("no database in " + folder + " yet; the server's first start creates it"));
        }
        if (!Files.isReadable(file)) {
            return List.of(DatabaseFinding.bad(file + " cannot be read by this user: run doctor as the server's user"));
        }
        try {
            SqliteLibrary.loadFromTemporary();
        } catch (StorageException e) {
            // The server unpacks the library into the data folder, which must not be changed here.
            return List.of(DatabaseFinding.doubtful(file + " was not examined, because " + e.getMessage()));
        }
        try {
            return examine(file);
        } catch (StorageException | SQLException e) {
            String reason = e.getCause() instanceof SQLException cause ? cause.getMessage() : e.getMessage();
            return List.of(DatabaseFinding.bad(file + " cannot be read: " + reason
                    + ". If its server does not start either, restore the folder from a backup"));
        }
    }

    private static List<DatabaseFinding> examine(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(2000);
        try (Session session = new Session(
                config.createConnection("jdbc:sqlite:" + uri(file)),
                new Statements(DatabaseKind.SQLITE),
                DatabaseKind.SQLITE)) {
            int version = Schema.of(session);
            DatabaseFinding schema = DatabaseFinding.ofSchema(
                    version,
                    version == 0
                            ? DatabaseFinding.good(file + " is empty; the server's next start creates the schema")
                            : DatabaseFinding.doubtful(
                                    file + " has schema version " + version + ", and the next start of"
                                            + " this program's version migrates it to " + Schema.VERSION
                                            + ": stop the server and copy the folder first"));
            List<DatabaseFinding> findings = new ArrayList<>(List.of(schema));
            if (version >= Schema.VERSION) {
                findings.addAll(new MovingTenants(session).examine());
            }
            return findings;
        }
    }

    /// Without a WAL, no process has the database open and the file is complete; SQLite would create a WAL, unless it
    /// is told that the file does not change. With a WAL, SQLite must read it, but it must not write to its index.
    private static String uri(Path file) {
        boolean hasWal = Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
        return file.toUri() + (hasWal ? "?mode=ro&readonly_shm=1" : "?mode=ro&immutable=1");
    }
}
