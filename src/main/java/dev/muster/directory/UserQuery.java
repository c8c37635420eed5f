package dev.muster.directory;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which users to list, in order of their number. Filters that are not null combine.
///
/// @param group members of this group; those who are removed do not count
/// @param policy users to whom this policy is assigned themselves; those who are removed do not count
/// @param text all of whose words are found in name, e-mail address, username or external id: see
///     [dev.muster.model.user.SearchText]
/// @param registeredAfter at this instant or later
/// @param registeredBefore before this instant
/// @param after list those with a higher number; null to begin
/// @param offset how many to pass over, after `after`
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
    /// Everybody, from `offset` on.
    public static UserQuery all(int limit, long offset) {
        return of(null, null, null, limit, null, offset);
    }

    /// The users of a tag; all for null.
    public static UserQuery tagged(@Nullable Tag tag, int limit, @Nullable Long after) {
        return of(tag, null, null, limit, after, 0);
    }

    /// The members of a group.
    public static UserQuery inGroup(UUID group, int limit, @Nullable Long after, long offset) {
        return of(null, group, null, limit, after, offset);
    }

    /// The users to whom a policy is assigned themselves.
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

    /// How many filters there are.
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
