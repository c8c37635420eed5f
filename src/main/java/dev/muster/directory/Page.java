package dev.muster.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a list.
///
/// @param total the number of items in all pages; a lower bound if `totalIsAtLeast`
/// @param next the value to pass as `after` or `before` to get the next page; null on the last page. A page may be
///     shorter than requested even though another follows
public record Page<T>(
        List<T> items,
        long total,
        boolean totalIsAtLeast,
        @Nullable Long next) {
    /// The number up to which a filtered list is counted, and its largest offset.
    static final int MAX_COUNTED = 10_000;

    /// Creates a page of a list that is counted up to [#MAX_COUNTED].
    ///
    /// @param count the total, or any number above [#MAX_COUNTED]
    static <T> Page<T> counted(List<T> items, long count, @Nullable Long next) {
        return new Page<>(items, Math.min(count, MAX_COUNTED), count > MAX_COUNTED, next);
    }
}
