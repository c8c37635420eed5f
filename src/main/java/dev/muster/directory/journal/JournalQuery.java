package dev.muster.directory.journal;

import dev.muster.model.Event;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Selects the journal entries to list. Filters that are not null are combined with AND.
///
/// @param action an action or a prefix of one, such as `user.hold`
/// @param actor the id of the key or operator who acted
/// @param subject the subject of the entries
/// @param since only entries at this instant or later
/// @param until only entries before this instant
/// @param after only entries that follow the entry with this `seq` in the given order; null to start with the first
public record JournalQuery(
        @Nullable String action,
        @Nullable UUID actor,
        Event.@Nullable Subject subject,
        @Nullable Instant since,
        @Nullable Instant until,
        Order order,
        int limit,
        @Nullable Long after) {
    /// Whether any filter is set.
    public boolean isFiltered() {
        return action != null || actor != null || subject != null || since != null || until != null;
    }

    /// The order, by `seq`.
    public enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }
}
