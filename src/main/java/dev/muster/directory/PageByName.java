package dev.muster.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a list whose positions are strings: folded names or ids of requests for approval.
///
/// @param total the number of items in all pages; a lower bound if `totalIsAtLeast`
/// @param next the value to pass as `after` or `before` to get the next page; null on the last page
public record PageByName<T>(
        List<T> items,
        long total,
        boolean totalIsAtLeast,
        @Nullable String next) {}
