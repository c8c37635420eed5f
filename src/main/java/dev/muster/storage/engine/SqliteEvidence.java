package dev.muster.storage.engine;

import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The evidence file next to the embedded database. It has a separate WAL, so that uploads and lanes never wait for
/// each other. Its schema is so small that a number in the file header suffices as its version.
final class SqliteEvidence {
    private static final List<String> MIGRATIONS = List.of("V1__evidence.sql", "V2__use.sql");
    private static final String FOLDER = "/dev/muster/storage/migrations/evidence/";
    private static final long WAL_BYTES = 64L << 20;

    private final SqliteFile file;

    /// Opens or creates `evidence.db` in a folder that is already locked.
    SqliteEvidence(Path folder, Statements statements) {
        file = new SqliteFile(folder.resolve("evidence.db"), statements);
        try (Session session = writer()) {
            migrate(session);
        } catch (StorageException e) {
            throw file.unusable(e);
        }
    }

    private static void migrate(Session session) {
        int version = Objects.requireNonNull(session.ask("pragma user_version", row -> row.small()));
        if (version > MIGRATIONS.size()) {
            throw Schema.tooNew("it", version, MIGRATIONS.size());
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

    private static String read(String name) {
        try (InputStream in = SqliteEvidence.class.getResourceAsStream(FOLDER + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Session writer() {
        return file.writer(
                5000,
                // A chunk is 256 KiB, and larger pages shorten its chain of pages. The page size cannot be changed once
                // a table exists.
                "page_size = 16384",
                "journal_mode = wal",
                "synchronous = full",
                "secure_delete = on",
                "journal_size_limit = " + WAL_BYTES,
                // The previous writer may have stopped because the disk was full, so a long WAL is truncated to free
                // space.
                "wal_checkpoint(truncate)");
    }

    Session reader() {
        return file.reader();
    }
}
