package dev.muster;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

/// The database under a server that a test starts. What the dialects say is the same on both: see
/// [dev.muster.testing.OnBothDatabases].
public final class TestDatabase {
    private static final boolean ON_POSTGRES = "postgres".equals(System.getProperty("muster.test.database"));

    /// Whether reads pass a pooler.
    private static final boolean POOLED = Boolean.getBoolean("muster.test.pooler");

    private TestDatabase() {}

    public static boolean isPostgres() {
        return ON_POSTGRES;
    }

    /// An embedded one in `folder`, or a new one on PostgreSQL.
    public static Database in(Path folder) {
        String url = newPostgres();
        return url == null ? Database.sqlite(folder, 0) : Database.postgres(url, readers(url));
    }

    /// The URL of a new one on PostgreSQL, where this run is about that; else null.
    public static String newPostgres() {
        if (!ON_POSTGRES) {
            return null;
        }
        return POOLED ? TestPostgres.newWholeDatabase() : TestPostgres.newDatabase();
    }

    /// The URL by which reads of that database go, where this run is about that; else null.
    public static String readers(String url) {
        return POOLED ? TestPostgres.pooled(url) : null;
    }
}
