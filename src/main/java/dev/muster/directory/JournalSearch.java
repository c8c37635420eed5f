package dev.muster.directory;

import dev.muster.directory.journal.JournalPart;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.model.Event;
import dev.muster.storage.FilteredJournal;
import dev.muster.storage.JournalFilter;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.StandbyReads;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the entries of a page of a realm's journal, and counts all entries that match the query.
///
/// @param first the entry after which the list begins: the last one before `query.since()`, or 0
/// @param last the journal's last entry
record JournalSearch(StandbyReads reads, long realm, JournalQuery query, long first, long last) {
    private static final int SLICE = 500;

    /// The maximum number of entries that are examined to count matches without an index.
    private static final long MAX_COUNTED_FROM = 20_000;

    static JournalSearch of(StandbyReads reads, long realm, JournalQuery query, long last) {
        long first = query.since() == null ? 0 : before(reads, realm, query.since(), last);
        return new JournalSearch(reads, realm, query, first, last);
    }

    /// The number of entries that match.
    ///
    /// @param isAtLeast whether there may be more
    record Total(long number, boolean isAtLeast) {
        static Total of(long counted, boolean all) {
            return new Total(Math.min(counted, Page.MAX_COUNTED), !all || counted > Page.MAX_COUNTED);
        }
    }

    /// Returns the page.
    JournalPart part() {
        return switch (query.order()) {
            case OLDEST_FIRST -> forwards();
            case NEWEST_FIRST -> backwards();
        };
    }

    /// @param shown the matching entries of the page, some of which may be outside the range that is counted
    Total total(List<JournalRow> shown) {
        if (!query.isFiltered()) {
            return new Total(last, false);
        }
        Event.Subject subject = query.subject();
        FilteredJournal journal = reads.filteredJournal();
        if (subject != null) {
            return Total.of(journal.countHistory(realm, subject.id(), filter(), Page.MAX_COUNTED + 1), true);
        }
        boolean all = last - first <= MAX_COUNTED_FROM;
        boolean oldest = query.order() == JournalQuery.Order.OLDEST_FIRST;
        long from = all || oldest ? first : last - MAX_COUNTED_FROM;
        long to = all || !oldest ? last : first + MAX_COUNTED_FROM;
        if (query.after() == null && shown.size() < query.limit()) {
            // The page has examined up to `MAX_EXAMINED` entries at its end of the range, and shows all matches among
            // them.
            long rest = oldest
                    ? journal.count(
                            realm, Math.min(to, from + JournalPart.MAX_EXAMINED), to, filter(), Page.MAX_COUNTED)
                    : journal.count(
                            realm, from, Math.max(from, to - JournalPart.MAX_EXAMINED), filter(), Page.MAX_COUNTED);
            return Total.of(shown.size() + rest, all);
        }
        long beyond = shown.stream()
                .filter(row -> row.seq() <= from || row.seq() > to)
                .count();
        return Total.of(journal.count(realm, from, to, filter(), Page.MAX_COUNTED + 1) + beyond, all);
    }

    private JournalFilter filter() {
        return new JournalFilter(query.action(), query.actor(), query.since(), query.until());
    }

    private JournalPart forwards() {
        Event.Subject subject = query.subject();
        long after = query.after() == null ? first : Math.max(first, query.after());
        if (subject != null) {
            return part(after, (from, length) -> reads.journal().entriesAfter(realm, subject.id(), from, length));
        }
        if (!query.isFiltered()) {
            return part(after, (from, length) -> reads.journal().entries(realm, from, last, length));
        }
        long to = Math.min(last, after + JournalPart.MAX_EXAMINED);
        return JournalPart.ofMatches(
                reads.filteredJournal().oldest(realm, after, to, filter(), query.limit() + 1),
                query.limit(),
                to < last ? to : null);
    }

    private JournalPart backwards() {
        Event.Subject subject = query.subject();
        long before = query.after() == null ? last + 1 : Math.clamp(query.after(), first + 1, last + 1);
        if (subject != null) {
            return part(
                    before,
                    (from, length) -> reads.journal().history(realm, subject.id(), from, length).stream()
                            .takeWhile(row -> row.seq() > first)
                            .toList());
        }
        if (!query.isFiltered()) {
            return part(
                    before,
                    (from, length) -> reads.journal()
                            .entries(realm, from - 1 - length, from - 1, length)
                            .reversed());
        }
        long after = Math.max(first, before - 1 - JournalPart.MAX_EXAMINED);
        return JournalPart.ofMatches(
                reads.filteredJournal().newest(realm, after, before - 1, filter(), query.limit() + 1),
                query.limit(),
                after > first ? after + 1 : null);
    }

    private JournalPart part(long after, JournalPart.Slices slices) {
        return JournalPart.of(slices, after, this::matches, query.limit());
    }

    private boolean matches(JournalRow row) {
        return (query.action() == null || isBelow(row.action(), query.action()))
                && (query.actor() == null || row.actor().id().equals(query.actor()))
                && (query.subject() == null || row.subject().equals(query.subject()))
                && (query.since() == null || !row.at().isBefore(query.since()))
                && (query.until() == null || row.at().isBefore(query.until()));
    }

    /// Whether an action equals `asked` or is below it: for example, `user.hold.placed` is below `user.hold`.
    static boolean isBelow(String action, String asked) {
        return action.equals(asked) || action.startsWith(asked + ".");
    }

    /// Finds the last entry that is known to be older than `since`, by binary search; 0 if all are newer. Entries
    /// about the end of a hold are skipped, because they are journalled late with the time at which the hold ended.
    /// All other entries are ordered by time.
    private static long before(StandbyReads reads, long realm, Instant since, long total) {
        long low = 0;
        long high = total;
        while (low < high) {
            long middle = (low + high) >>> 1;
            JournalRow ordered = firstInOrder(reads, realm, middle, high);
            if (ordered == null || !ordered.at().isBefore(since)) {
                high = middle;
            } else {
                low = ordered.seq();
            }
        }
        return low;
    }

    private static @Nullable JournalRow firstInOrder(StandbyReads reads, long realm, long after, long end) {
        long from = after;
        int slice = 1;
        while (from < end) {
            List<JournalRow> rows = reads.journal().entries(realm, from, end, slice);
            for (JournalRow row : rows) {
                if (!row.action().equals(Event.Action.USER_HOLD_ENDED.wireName())) {
                    return row;
                }
                from = row.seq();
            }
            if (rows.isEmpty()) {
                return null;
            }
            slice = SLICE;
        }
        return null;
    }
}
