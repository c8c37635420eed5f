package dev.muster;

import dev.muster.storage.Database;
import dev.muster.testing.SchemaTemplate;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

/// Creates the database for a server started by a test. The dialects respond identically on both databases; see
/// [dev.muster.testing.OnBothDatabases].
public final class TestDatabase {
    private static final boolean ON_POSTGRES = "postgres".equals(System.getProperty("muster.test.database"));

    /// Whether reads go through a pooler.
    private static final boolean POOLED = Boolean.getBoolean("muster.test.pooler");

    private TestDatabase() {}

    public static boolean isPostgres() {
        return ON_POSTGRES;
    }

    /// Creates an embedded database in `folder`, or a new PostgreSQL database if this run uses PostgreSQL.
    public static Database in(Path folder) {
        String url = newPostgres();
        if (url == null) {
            SchemaTemplate.prepare(folder);
            return Database.sqlite(folder, 0);
        }
        SchemaTemplate.prepare(url);
        return Database.postgres(url, readers(url));
    }

    /// Creates a PostgreSQL database and returns its URL; null if this run uses SQLite.
    public static String newPostgres() {
        if (!ON_POSTGRES) {
            return null;
        }
        return POOLED ? TestPostgres.newWholeDatabase() : TestPostgres.newDatabase();
    }

    /// Returns the URL for reading from the database at `url`, or null if this run uses no pooler.
    public static String readers(String url) {
        return POOLED ? TestPostgres.pooled(url) : null;
    }
}
