package dev.muster.storage;

import dev.muster.storage.engine.DatabaseFinding;
import dev.muster.storage.engine.PostgresExamination;
import dev.muster.storage.engine.SqliteExamination;
import dev.muster.storage.engine.StandbyExamination;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Examines a database without changing it, for `muster doctor`. Failures are findings.
public final class DatabaseExamination {
    private DatabaseExamination() {}

    /// Examines the embedded database in a folder, whether or not its server runs.
    public static List<DatabaseFinding> sqlite(Path folder) {
        return SqliteExamination.of(folder);
    }

    /// Examines a PostgreSQL database.
    ///
    /// @param url the `jdbc:postgresql://…` URL of the server itself
    /// @param readers the URL of the same database through a pooler; null without a pooler
    /// @param clock this machine's clock, to compare with the database's
    public static List<DatabaseFinding> postgres(String url, @Nullable String readers, InstantSource clock) {
        return PostgresExamination.of(url, readers, clock);
    }

    /// Examines a standby that answers reads.
    ///
    /// @param url the `jdbc:postgresql://…` URL of the primary
    /// @param standby the URL of the standby
    public static List<DatabaseFinding> standby(String url, String standby) {
        return StandbyExamination.of(url, standby);
    }

    /// Examines the PostgreSQL database of a cell other than the first.
    ///
    /// @param name the cell's name
    public static List<DatabaseFinding> cell(String name, String url, InstantSource clock) {
        return PostgresExamination.ofCell(name, url, clock);
    }
}
