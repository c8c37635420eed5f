package dev.muster.directory.journal;

import dev.muster.storage.JournalTables.JournalRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A page of matching entries, read in slices. At most 10,000 entries are scanned, so a page may be short or empty even
/// though another follows.
///
/// @param next the last entry scanned; null at the end
public record JournalPart(List<JournalRow> found, @Nullable Long next) {
    public static final int MAX_EXAMINED = 10_000;

    private static final int SLICE = 500;

    /// Reads entries in a certain order.
    public interface Slices {
        /// Returns at most `length` entries after position `seq`, which need not be the number of an entry.
        List<JournalRow> after(long seq, int length);
    }

    /// Returns a page of entries that the database has filtered.
    ///
    /// @param found one entry more than `limit` if another page follows
    /// @param end the last entry examined; null if nothing is left to examine
    public static JournalPart ofMatches(List<JournalRow> found, int limit, @Nullable Long end) {
        return found.size() > limit
                ? new JournalPart(found.subList(0, limit), found.get(limit - 1).seq())
                : new JournalPart(found, end);
    }

    /// Reads a page. Without a filter, one slice is enough. It is one entry longer than `limit`, to determine
    /// whether another page follows.
    public static JournalPart of(Slices slices, long after, Predicate<JournalRow> wanted, int limit) {
        List<JournalRow> found = new ArrayList<>();
        long last = after;
        int length = limit + 1;
        int left = MAX_EXAMINED;
        while (left > 0) {
            length = Math.min(length, left);
            List<JournalRow> slice = slices.after(last, length);
            for (JournalRow row : slice) {
                if (found.size() == limit) {
                    return new JournalPart(found, last);
                }
                last = row.seq();
                if (wanted.test(row)) {
                    found.add(row);
                }
            }
            if (slice.size() < length) {
                return new JournalPart(found, null);
            }
            left -= length;
            length = Math.max(length, Math.min(SLICE, 2 * length));
        }
        return new JournalPart(found, last);
    }
}
