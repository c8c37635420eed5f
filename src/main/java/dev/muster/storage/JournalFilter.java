package dev.muster.storage;

import java.sql.SQLException;
import java.time.Instant;
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

    /// Behind all characters that an action is made of.
    private static final String BEHIND_ALL = "~";

    /// All of them.
    static final JournalFilter NONE = new JournalFilter(null, null, null, null);

    /// As the ranges that the statements compare with: one statement for all filters.
    Binder fill(Binder to) throws SQLException {
        to.text(action == null ? "" : action)
                .text(action == null ? "" : action + ".")
                // The character after the dot.
                .text(action == null ? BEHIND_ALL : action + "/");
        to.uuid(actor == null ? LOWEST : actor).uuid(actor == null ? HIGHEST : actor);
        return to.number(since == null ? Long.MIN_VALUE : since.toEpochMilli())
                .number(until == null ? Long.MAX_VALUE : until.toEpochMilli());
    }
}
