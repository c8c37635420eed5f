package dev.muster.storage;

import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.sql.Session;
import java.util.List;
import java.util.UUID;

/// Reads and counts the journal entries that match a filter. The database does the filtering, so that the content,
/// which is most of an entry, is not read only to be discarded.
public final class FilteredJournal {
    private final Session session;

    FilteredJournal(Session session) {
        this.session = session;
    }

    /// The first entries after `after`, up to and including `upTo`, that match the filter, in order. Examines every
    /// entry until `limit` matches are found.
    public List<JournalRow> oldest(long realm, long after, long upTo, JournalFilter filter, int limit) {
        return session.list("journal_oldest", JournalRow::read, filter.parameters(limit, realm, after, upTo));
    }

    /// The last entries after `after`, up to and including `upTo`, that match the filter, newest first. Examines every
    /// entry until `limit` matches are found.
    public List<JournalRow> newest(long realm, long after, long upTo, JournalFilter filter, int limit) {
        return session.list("journal_newest", JournalRow::read, filter.parameters(limit, realm, after, upTo));
    }

    /// The number of entries about a subject that match the filter; counting stops at `upTo`.
    public long countHistory(long realm, UUID subject, JournalFilter filter, int upTo) {
        // Without a filter, the index alone suffices.
        return filter.equals(JournalFilter.NONE)
                ? session.count("journal_count_of_subject", realm, subject, upTo)
                : session.count("journal_count_of_subject_filtered", filter.parameters(upTo, realm, subject));
    }

    /// The number of entries after `after`, up to and including `last`, that match the filter; counting stops at
    /// `upTo`. Examines every entry.
    public long count(long realm, long after, long last, JournalFilter filter, int upTo) {
        return session.count("journal_count", filter.parameters(upTo, realm, after, last));
    }
}
