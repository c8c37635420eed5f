package dev.muster.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a list that is in order of folded names.
///
/// @param total how many there are in all; where `totalIsAtLeast`, counting stopped there
/// @param next what `after` must be for the part that follows; null when there is none
public record PageByName<T>(
        List<T> items,
        long total,
        boolean totalIsAtLeast,
        @Nullable String next) {}
