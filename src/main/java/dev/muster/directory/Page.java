package dev.muster.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a list.
///
/// @param total how many there are in all; a lower bound if `totalIsAtLeast`
/// @param next what to pass as `after` or `before` for the next page; null on the last one. A page may be
///     shorter than requested even though another follows
public record Page<T>(
        List<T> items,
        long total,
        boolean totalIsAtLeast,
        @Nullable Long next) {
    /// How far a filtered list is counted, and the largest offset in it.
    static final int COUNTED = 10_000;

    /// A page of a list that is counted up to [#COUNTED].
    ///
    /// @param count the total, or any number above [#COUNTED]
    static <T> Page<T> counted(List<T> items, long count, @Nullable Long next) {
        return new Page<>(items, Math.min(count, COUNTED), count > COUNTED, next);
    }
}
