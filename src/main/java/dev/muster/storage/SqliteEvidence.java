package dev.muster.storage;

import dev.muster.storage.StorageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/// The file of evidence beside the embedded database, with a WAL of its own: whoever uploads never waits for a lane,
/// and no lane for them. Its schema is so small that a version number in its head takes the place of a table of
/// migrations.
final class SqliteEvidence {
    private static final List<String> MIGRATIONS = List.of("V1__evidence.sql", "V2__use.sql");
    private static final String FOLDER = "/dev/muster/storage/migrations/evidence/";
    private static final long WAL_BYTES = 64L << 20;

    private final Path file;
    private final Statements statements;

    private SqliteEvidence(Path file, Statements statements) {
        this.file = file;
        this.statements = statements;
    }

    /// Opens or makes `evidence.db` in a folder that is locked already.
    static SqliteEvidence open(Path folder, Statements statements) {
        SqliteEvidence evidence = new SqliteEvidence(folder.resolve("evidence.db"), statements);
        SqliteFile.makeFile(evidence.file);
        try (Session session = evidence.writer()) {
            evidence.migrate(session);
        } catch (StorageException e) {
            throw new StorageException(e.kind(), evidence.file + " cannot be used: " + e.getMessage(), e);
        }
        return evidence;
    }

    private void migrate(Session session) {
        int version = version(session);
        if (version > MIGRATIONS.size()) {
            throw new StorageException(
                    Kind.FATAL,
                    "it has schema version " + version + ", and this program knows version " + MIGRATIONS.size()
                            + ": a newer one is needed");
        }
        for (int next = version; next < MIGRATIONS.size(); next++) {
            session.begin();
            for (String statement : read(MIGRATIONS.get(next)).split(";\\s*\n", -1)) {
                if (!statement.isBlank()) {
                    session.execute(statement);
                }
            }
            session.execute("pragma user_version = " + (next + 1));
            session.commit();
        }
    }

    private static int version(Session session) {
        try (Statement statement = session.connection().createStatement();
                ResultSet results = statement.executeQuery("pragma user_version")) {
            results.next();
            return results.getInt(1);
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    private static String read(String name) {
        try (InputStream in = SqliteEvidence.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("no migration " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Session writer() {
        SQLiteConfig config = new SQLiteConfig();
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(5000);
        // A chunk is 256 KiB: larger pages make its chain of them shorter. The size is fixed once there is a table.
        return open(
                config,
                "pragma page_size = 16384",
                "pragma journal_mode = wal",
                "pragma synchronous = full",
                "pragma secure_delete = on",
                "pragma journal_size_limit = " + WAL_BYTES,
                // The writer before may have ended for want of room, which a long WAL holds.
                "pragma wal_checkpoint(truncate)");
    }

    Session reader() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(2000);
        return open(config, "pragma query_only = on");
    }

    private Session open(SQLiteConfig config, String... pragmas) {
        Connection connection;
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw new StorageException(Kind.UNREACHABLE, "cannot open " + file, e);
        }
        Session session = new Session(connection, statements, DatabaseKind.SQLITE);
        try {
            for (String pragma : pragmas) {
                session.execute(pragma);
            }
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }
}
