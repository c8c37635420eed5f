package dev.muster.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The version of the schema: which one a database has, which one this program needs, and the way from one to the
/// other.
final class Schema {
    /// The version that this program needs: that of the last file in the folders of migrations.
    static final int VERSION = 5;

    private static final String HISTORY = "schema_history";

    private Schema() {}

    /// The version that a database has; 0 for an empty one. Flyway would say it too, but takes a third of a second.
    static int of(Connection connection, DatabaseKind kind) throws SQLException {
        String tables = kind == DatabaseKind.SQLITE
                ? "select 1 from sqlite_schema where name = '" + HISTORY + "'"
                : "select 1 where to_regclass('" + HISTORY + "') is not null";
        String version = "select coalesce(max(cast(version as integer)), 0) from " + HISTORY + " where success";
        try (Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery(tables)) {
                if (!found.next()) {
                    return 0;
                }
            }
            try (ResultSet found = statement.executeQuery(version)) {
                return found.next() ? found.getInt(1) : 0;
            }
        }
    }

    /// Refuses a schema that this program does not know. One version ahead is allowed, so that a newer server's
    /// migration does not stop this one.
    static void check(int version) {
        if (version > VERSION + 1) {
            throw new StorageException(
                    StorageException.Kind.FATAL,
                    "the database has schema version " + version + ", and this program knows version " + VERSION
                            + ": a newer one is needed");
        }
        if (version < VERSION) {
            throw new StorageException(
                    StorageException.Kind.FATAL,
                    "the database has schema version " + version + ", and this program needs version " + VERSION
                            + ": run `muster migrate`");
        }
    }

    /// Gives the version that the database had before.
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
            throw new StorageException(
                    StorageException.Kind.FATAL, "the schema could not be made or changed: " + reason(e), e);
        }
    }

    /// What the database said, without what the library wraps around it.
    private static String reason(Throwable e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : reason(e.getCause());
    }
}
