package dev.muster.storage.transfer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What must be done to a copy of a table, so that it has the same rows as the original. A row that has changed is
/// removed and added.
///
/// @param columns the names of the values of each row
/// @param removed the rows of the copy to delete; only the values of their primary key are valid
/// @param added the rows of the original to insert
record TableChanges(List<String> columns, List<@Nullable Object[]> removed, List<@Nullable Object[]> added) {
    /// Compares all rows. Both cursors must be sorted by the primary key. The differences are held in memory.
    static TableChanges between(RowCursor original, RowCursor copy, List<String> key) {
        return new Comparison(original, copy, key).run();
    }

    /// The number of rows that differ.
    int size() {
        return Math.max(removed.size(), added.size());
    }

    /// Walks through two sorted tables in step.
    private static final class Comparison {
        private final RowCursor original;
        private final RowCursor copy;
        private final int[] key;

        /// Where the copy has each column of the original.
        private final int[] places;

        private final TableChanges changes;

        Comparison(RowCursor original, RowCursor copy, List<String> key) {
            this.original = original;
            this.copy = copy;
            List<String> columns = original.columns();
            this.key = key.stream().mapToInt(columns::indexOf).toArray();
            places = columns.stream().mapToInt(copy.columns()::indexOf).toArray();
            changes = new TableChanges(columns, new ArrayList<>(), new ArrayList<>());
        }

        TableChanges run() {
            @Nullable Object[] wanted = original.next();
            @Nullable Object[] found = nextOfCopy();
            while (wanted != null || found != null) {
                int order = wanted == null ? 1 : found == null ? -1 : compareKeys(wanted, found);
                if (order == 0 && !Arrays.deepEquals(wanted, found)) {
                    changes.added.add(Objects.requireNonNull(wanted));
                    changes.removed.add(Objects.requireNonNull(found));
                } else if (order < 0) {
                    changes.added.add(Objects.requireNonNull(wanted));
                } else if (order > 0) {
                    changes.removed.add(Objects.requireNonNull(found));
                }
                wanted = order <= 0 ? original.next() : wanted;
                found = order >= 0 ? nextOfCopy() : found;
            }
            return changes;
        }

        private @Nullable Object @Nullable [] nextOfCopy() {
            @Nullable Object[] row = copy.next();
            if (row == null) {
                return null;
            }
            @Nullable Object[] ordered = new @Nullable Object[places.length];
            for (int i = 0; i < places.length; i++) {
                ordered[i] = row[places[i]];
            }
            return ordered;
        }

        private int compareKeys(@Nullable Object[] a, @Nullable Object[] b) {
            for (int column : key) {
                int order = compare(Objects.requireNonNull(a[column]), Objects.requireNonNull(b[column]));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        /// Compares two values as both databases do.
        private static int compare(Object a, Object b) {
            return switch (a) {
                case Long number -> Long.compare(number, (Long) b);
                case byte[] bytes -> Arrays.compareUnsigned(bytes, (byte[]) b);
                case String text ->
                    Arrays.compareUnsigned(
                            text.getBytes(StandardCharsets.UTF_8), ((String) b).getBytes(StandardCharsets.UTF_8));
                default -> throw new IllegalArgumentException("no key has values of " + a.getClass());
            };
        }
    }
}
