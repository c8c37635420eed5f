package dev.muster.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a list whose position is a string: a folded name, or the id of a request for approval.
///
/// @param total how many there are in all; a lower bound if `totalIsAtLeast`
/// @param next what to pass as `after` or `before` for the next page; null on the last one
public record PageByName<T>(
        List<T> items,
        long total,
        boolean totalIsAtLeast,
        @Nullable String next) {}
