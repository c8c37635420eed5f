package dev.muster.storage;

import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.sql.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Stores which server does the background tasks of all servers on a PostgreSQL database, and how far the tasks have
/// come. Embedded databases have no leases.
///
/// A lease lasts [#LEASE_SECONDS] by the database's clock. A lease that ends later than any server would set it was
/// written by someone else, or before the clock was set back; it counts as free.
public final class ChoreLeaseStore {
    /// The duration of a lease that is not renewed. The SQL statements contain the same number.
    public static final int LEASE_SECONDS = 30;

    private final ChoreWriter writer;

    ChoreLeaseStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// A realm that has changed.
    ///
    /// @param number the highest user number assigned in the realm
    /// @param signed whether a checkpoint in the database covers the changes
    public record Changed(long realm, long number, boolean signed) {}

    /// Takes those of the leases that are free, renews those that the server holds, and returns all that it then
    /// holds.
    public Set<String> take(UUID server, Collection<String> names) {
        Set<String> held = new HashSet<>();
        writer.urgent(session -> {
            held.clear();
            session.batch(
                    "chore_lease_take", names, -1, (name, to) -> to.text(name).uuid(server));
            held.addAll(session.list("chore_leases_of_holder", Row::text, server));
            return held.size();
        });
        return held;
    }

    /// Ends all leases of a server.
    public void release(UUID server) {
        writer.urgent(session -> session.update("chore_leases_release", server));
    }

    /// How far a task has come; [Instant#EPOCH] if it has not been done yet.
    public Instant progress(String name) {
        List<Instant> progress = writer.with(session -> session.list("chore_progress", Row::instant, name));
        return progress.isEmpty() ? Instant.EPOCH : progress.getFirst();
    }

    /// Saves how far a task has come, unless the server has lost the lease.
    public void progress(String name, UUID server, Instant progress) {
        writer.urgent(session -> session.update("chore_progress_save", progress, name, server));
    }

    /// The time by the database's clock.
    public Instant clock() {
        return writer.with(session -> session.list("clock", Row::instant)).getFirst();
    }

    /// Returns the realms after `after`, in order, that any server has changed from `since` until before `until`;
    /// pass -1 to begin.
    public List<Changed> changed(Instant since, Instant until, long after, int limit) {
        return writer.with(session -> session.list(
                "realms_changed",
                row -> new Changed(row.number(), row.number(), row.bool()),
                since,
                until,
                after,
                limit));
    }
}
