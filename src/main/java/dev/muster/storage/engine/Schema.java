package dev.muster.storage.engine;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// Checks the schema version of a database, and migrates it to the one that this program needs.
public final class Schema {
    /// The version that this program needs, which is that of the last migration file.
    public static final int VERSION = 9;

    private static final String HISTORY = "schema_history";

    private Schema() {}

    /// The schema version of a database; 0 if it is empty. Flyway could determine it too, but that takes a third of
    /// a second.
    static int of(Session session) {
        String history = session.kind() == DatabaseKind.SQLITE
                ? "select 1 from sqlite_schema where name = '" + HISTORY + "'"
                : "select 1 where to_regclass('" + HISTORY + "') is not null";
        Integer version = session.ask(history, row -> 1) == null
                ? null
                : session.ask(
                        "select coalesce(max(cast(version as integer)), 0) from " + HISTORY + " where success",
                        row -> row.small());
        return version == null ? 0 : version;
    }

    /// Refuses an unsupported schema version. One version ahead is allowed, so that a newer server's migration does
    /// not stop this server.
    static void check(int version) {
        if (version > VERSION + 1) {
            throw tooNew("the database", version, VERSION);
        }
        if (version < VERSION) {
            throw new StorageException(
                    Kind.FATAL,
                    "the database has schema version " + version + ", and this program needs version " + VERSION
                            + ": run `muster migrate`");
        }
    }

    /// Refuses any schema version but the one that this program has been written for, since it copies whole tables.
    static void checkSame(Session session) {
        int version = of(session);
        if (version != VERSION) {
            throw new StorageException(
                    Kind.FATAL,
                    "the database has schema version " + version + ", and this program copies tenants of version "
                            + VERSION + " only: use the program of the database's version, or run `muster migrate`");
        }
    }

    static StorageException tooNew(String what, int version, int known) {
        return new StorageException(
                Kind.FATAL,
                what + " has schema version " + version + ", and this program knows version " + known
                        + ": a newer one is needed");
    }

    /// Migrates a database to [#VERSION]. Returns the previous version; 0 if the database was empty.
    static int migrate(DataSource source, DatabaseKind kind) {
        try {
            String before = Flyway.configure(Schema.class.getClassLoader())
                    .dataSource(source)
                    .table(HISTORY)
                    .locations("classpath:dev/muster/storage/migrations/" + kind.folder())
                    .load()
                    .migrate()
                    .initialSchemaVersion;
            return before == null ? 0 : Integer.parseInt(before);
        } catch (FlywayException e) {
            throw new StorageException(Kind.FATAL, "the schema could not be created or migrated: " + reason(e), e);
        }
    }

    /// Returns the root cause's message, without the library's wrapping.
    private static String reason(Throwable e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : reason(e.getCause());
    }
}
