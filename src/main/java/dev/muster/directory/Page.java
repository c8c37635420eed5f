package dev.muster.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a list.
///
/// @param total how many there are in all; where `totalIsAtLeast`, counting stopped there
/// @param next what `after` must be for the part that follows; null when there is none. A part may be shorter
///     than asked for and yet have one that follows
public record Page<T>(
        List<T> items,
        long total,
        boolean totalIsAtLeast,
        @Nullable Long next) {
    /// How far a filtered list is counted, and how far an offset reaches in it.
    static final int COUNTED = 10_000;

    /// A part of a list that is counted as far as [#COUNTED].
    ///
    /// @param count how many there are, or any number beyond that
    static <T> Page<T> counted(List<T> items, long count, @Nullable Long next) {
        return new Page<>(items, Math.min(count, COUNTED), count > COUNTED, next);
    }
}
