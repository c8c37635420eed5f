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
        @Nullable Long next) {}
