package dev.muster.directory;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.model.value.Changes;
import dev.muster.testing.EmptyDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// Takes the database of a running core back to an earlier state, as a failover to a standby that lags behind does.
final class Rewinding {
    private Rewinding() {}

    static Journal.Head head(Running running) {
        return Running.ok(running.core.journal().head(Running.ADMIN, Running.REALM));
    }

    /// The entries of the realm's journal which say that it was rewound.
    static List<JournalEntry> entries(Running running) {
        JournalQuery query =
                new JournalQuery("journal.rewound", null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 10, null);
        return Running.ok(running.core.journal().page(Running.ADMIN, Running.REALM, query))
                .items();
    }

    /// The values of a field before and after, as text.
    static String change(JournalEntry entry, String field) {
        Changes.FieldChange change = entry.changes().byField().get(field);
        return change.before() + " to " + change.after();
    }

    /// Takes the realm back to `kept`, before the registration of `user`.
    static void rewind(EmptyDatabase database, Journal.Head kept, UUID user) throws SQLException {
        String realm = "realm = " + Running.REALM;
        database.execute("delete from users where " + realm + " and id = " + database.literal(user));
        database.execute("delete from journal where " + realm + " and seq > " + kept.seq());
        database.execute("delete from batch where " + realm + " and last_seq > " + kept.seq());
    }
}
