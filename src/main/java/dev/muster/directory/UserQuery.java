package dev.muster.directory;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Selects the users to list, ordered by number. Filters that are not null are combined with AND.
///
/// @param group only members of this group, not counting removed users
/// @param policy only users to whom this policy is assigned directly, not counting removed users
/// @param text words that must all occur in the name, e-mail address, username or external id: see
///     [dev.muster.model.user.SearchText]
/// @param registeredAfter only users registered at this instant or later
/// @param registeredBefore only users registered before this instant
/// @param after only users with a higher number; null to start with the first
/// @param offset how many users to skip after `after`
public record UserQuery(
        @Nullable Status status,
        @Nullable HoldKind hold,
        @Nullable Tag tag,
        @Nullable Rank rank,
        @Nullable UUID group,
        @Nullable UUID policy,
        @Nullable String text,
        @Nullable Instant registeredAfter,
        @Nullable Instant registeredBefore,
        int limit,
        @Nullable Long after,
        long offset) {
    /// Selects all users, starting at `offset`.
    public static UserQuery all(int limit, long offset) {
        return of(null, null, null, limit, null, offset);
    }

    /// Selects the users with a tag; all users for null.
    public static UserQuery tagged(@Nullable Tag tag, int limit, @Nullable Long after) {
        return of(tag, null, null, limit, after, 0);
    }

    /// Selects the members of a group.
    public static UserQuery inGroup(UUID group, int limit, @Nullable Long after, long offset) {
        return of(null, group, null, limit, after, offset);
    }

    /// Selects the users to whom a policy is assigned directly.
    public static UserQuery assigned(UUID policy, int limit, @Nullable Long after, long offset) {
        return of(null, null, policy, limit, after, offset);
    }

    private static UserQuery of(
            @Nullable Tag tag,
            @Nullable UUID group,
            @Nullable UUID policy,
            int limit,
            @Nullable Long after,
            long offset) {
        return new UserQuery(null, null, tag, null, group, policy, null, null, null, limit, after, offset);
    }

    /// Returns a copy that selects only users with numbers higher than this, and has no offset.
    public UserQuery after(long number) {
        return new UserQuery(
                status, hold, tag, rank, group, policy, text, registeredAfter, registeredBefore, limit, number, 0);
    }

    /// The number of filters that are set.
    public int filters() {
        int count = 0;
        for (Object filter :
                new @Nullable Object[] {status, hold, tag, rank, group, policy, text, registeredAfter, registeredBefore
                }) {
            if (filter != null) {
                count++;
            }
        }
        return count;
    }
}
