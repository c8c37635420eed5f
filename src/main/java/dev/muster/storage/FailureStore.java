package dev.muster.storage;

import dev.muster.storage.engine.ChoreWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// Stores how often attempts to authenticate have failed, for the servers on a PostgreSQL database. Embedded databases
/// have no such rows.
public final class FailureStore {
    private final ChoreWriter writer;

    FailureStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// What a server has counted.
    ///
    /// @param subject the address or name in a form that only [dev.muster.directory.FailureCounts] reads
    public record FailureRow(byte[] subject, UUID server, long failures) {}

    /// Stores what a server has counted, in place of what it had counted before.
    public void put(Collection<FailureRow> rows) {
        writer.urgent(session -> {
            session.batch(
                    "failure_put",
                    rows,
                    -1,
                    (row, to) -> to.bytes(row.subject).uuid(row.server).number(row.failures));
            return rows.size();
        });
    }

    /// Returns what other servers have stored lately, the newest first.
    public List<FailureRow> ofOthers(UUID server, Duration since, int limit) {
        return writer.with(session -> session.list(
                "failures_of_others",
                row -> new FailureRow(row.bytes(), row.uuid(), row.number()),
                since.toMillis(),
                server,
                limit));
    }

    /// Deletes up to `limit` rows that have not changed for so long.
    public void forget(Duration unchanged, int limit) {
        writer.urgent(session -> session.update("failure_delete_old", unchanged.toMillis(), limit));
    }
}
