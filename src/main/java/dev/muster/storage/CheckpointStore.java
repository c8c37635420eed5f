package dev.muster.storage;

import dev.muster.storage.JournalTables.CheckpointRow;
import dev.muster.storage.engine.ChoreWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Stores signed checkpoints, and finds the journals to sign.
public final class CheckpointStore {
    private static final int SLICE = 500;

    private final ChoreWriter writer;

    CheckpointStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// The last entry of a realm's journal.
    public record JournalEnd(long realm, long seq, byte[] head) {}

    private record Id(long seq, Instant at) {}

    /// Stores checkpoints.
    public void insert(Collection<CheckpointRow> rows) {
        writer.urgent(session -> {
            session.batch("checkpoint_insert", rows, -1, CheckpointRow::insert);
            return rows.size();
        });
    }

    /// Returns the journal ends of the realms after `afterRealm`, ordered by realm; pass -1 to begin. Realms with
    /// empty journals are omitted.
    public List<JournalEnd> journalEnds(long afterRealm, int limit) {
        return writer.with(session -> session.list(
                "journal_ends", row -> new JournalEnd(row.number(), row.number(), row.bytes()), afterRealm, limit));
    }

    /// Deletes some of a realm's checkpoints, so that one is left for each hour before `day`, and one for each day
    /// before `month`: the last one of that hour or day.
    ///
    /// @return the number deleted
    public int thin(long realm, Instant day, Instant month) {
        int deleted = 0;
        Id last = new Id(0, Instant.EPOCH);
        boolean more = true;
        while (more) {
            List<Id> page = page(realm, last);
            List<Id> superfluous = new ArrayList<>();
            for (Id next : page) {
                if (isRedundant(last.at, next.at, day, month)) {
                    superfluous.add(last);
                }
                last = next;
            }
            delete(realm, superfluous);
            deleted += superfluous.size();
            more = page.size() == SLICE && last.at.isBefore(day);
        }
        return deleted;
    }

    /// Whether a checkpoint may be deleted because of the one that follows it.
    private static boolean isRedundant(Instant at, Instant next, Instant day, Instant month) {
        return (at.isBefore(day) && at.truncatedTo(ChronoUnit.HOURS).equals(next.truncatedTo(ChronoUnit.HOURS)))
                || (at.isBefore(month) && at.truncatedTo(ChronoUnit.DAYS).equals(next.truncatedTo(ChronoUnit.DAYS)));
    }

    private List<Id> page(long realm, Id after) {
        return writer.with(session -> session.list(
                "checkpoint_times", row -> new Id(row.number(), row.instant()), realm, after.seq, after.at, SLICE));
    }

    private void delete(long realm, List<Id> ids) {
        if (!ids.isEmpty()) {
            writer.urgent(session -> {
                session.batch(
                        "checkpoint_delete",
                        ids,
                        -1,
                        (id, to) -> to.number(realm).number(id.seq).instant(id.at));
                return ids.size();
            });
        }
    }
}
