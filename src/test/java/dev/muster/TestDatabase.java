package dev.muster;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.nio.file.Path;

/// The database under a server that a test starts. What the dialects say is the same on both: see
/// [dev.muster.testing.OnBothDatabases].
public final class TestDatabase {
    private static final boolean ON_POSTGRES = "postgres".equals(System.getProperty("muster.test.database"));

    private TestDatabase() {}

    public static boolean isPostgres() {
        return ON_POSTGRES;
    }

    /// An embedded one in `folder`, or a new one on PostgreSQL.
    public static Database in(Path folder) {
        return ON_POSTGRES ? Database.postgres(TestPostgres.newDatabase()) : Database.sqlite(folder);
    }

    /// The URL of a new one on PostgreSQL, where this run is about that; else null.
    public static String newPostgres() {
        return ON_POSTGRES ? TestPostgres.newDatabase() : null;
    }
}
