package dev.muster.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Selects the journal entries to count. Filters that are not null are combined with AND.
///
/// @param action an action or its prefix, such as `user.hold`
/// @param actor the id of the key or operator who acted
/// @param since the time of the earliest entries to count
/// @param until the time before which entries are counted
public record JournalFilter(
        @Nullable String action,
        @Nullable UUID actor,
        @Nullable Instant since,
        @Nullable Instant until) {
    private static final UUID MIN_UUID = new UUID(0, 0);
    private static final UUID MAX_UUID = new UUID(-1, -1);

    /// A string that sorts after every character of an action.
    private static final String LAST_ACTION = "~";

    /// The filter that matches all entries.
    static final JournalFilter NONE = new JournalFilter(null, null, null, null);

    /// Returns the parameters of a statement: `before`, then the ranges to compare with, then `limit`.
    Object[] parameters(int limit, Object... before) {
        List<Object> all = new ArrayList<>(Arrays.asList(before));
        // '/' is the character after '.', so the range covers all actions that begin with the prefix and a dot.
        Collections.addAll(
                all,
                action == null ? "" : action,
                action == null ? "" : action + ".",
                action == null ? LAST_ACTION : action + "/",
                actor == null ? MIN_UUID : actor,
                actor == null ? MAX_UUID : actor,
                since == null ? Long.MIN_VALUE : since.toEpochMilli(),
                until == null ? Long.MAX_VALUE : until.toEpochMilli(),
                limit);
        return all.toArray();
    }
}
