package dev.muster.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which journal entries to count. Filters that are not null combine.
///
/// @param action an action, or the beginning of some, such as `user.hold`
/// @param actor who did it
/// @param since at this instant or later
/// @param until before this instant
public record JournalFilter(
        @Nullable String action,
        @Nullable UUID actor,
        @Nullable Instant since,
        @Nullable Instant until) {
    private static final UUID LOWEST = new UUID(0, 0);
    private static final UUID HIGHEST = new UUID(-1, -1);

    /// Sorts after all characters of an action.
    private static final String AFTER_ALL = "~";

    /// All of them.
    static final JournalFilter NONE = new JournalFilter(null, null, null, null);

    /// Parameters of a statement: `before`, then the ranges that it compares with, then `limit`.
    Object[] parameters(int limit, Object... before) {
        List<Object> all = new ArrayList<>(Arrays.asList(before));
        // A slash is the character after the dot.
        Collections.addAll(
                all,
                action == null ? "" : action,
                action == null ? "" : action + ".",
                action == null ? AFTER_ALL : action + "/",
                actor == null ? LOWEST : actor,
                actor == null ? HIGHEST : actor,
                since == null ? Long.MIN_VALUE : since.toEpochMilli(),
                until == null ? Long.MAX_VALUE : until.toEpochMilli(),
                limit);
        return all.toArray();
    }
}
