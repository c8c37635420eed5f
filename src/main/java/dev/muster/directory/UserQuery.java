package dev.muster.directory;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
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
    /// Users who pass the filters that `fill` sets in the draft.
    public static UserQuery of(int limit, @Nullable Long after, long offset, Consumer<Draft> fill) {
        Draft draft = new Draft();
        fill.accept(draft);
        return new UserQuery(
                draft.status,
                draft.hold,
                draft.tag,
                draft.rank,
                draft.group,
                draft.policy,
                draft.text,
                draft.registeredAfter,
                draft.registeredBefore,
                limit,
                after,
                offset);
    }

    /// Everybody, from `offset` on.
    public static UserQuery all(int limit, long offset) {
        return of(limit, null, offset, _ -> {});
    }

    /// The members of a group.
    public static UserQuery inGroup(UUID group, int limit, @Nullable Long after, long offset) {
        return of(limit, after, offset, draft -> draft.group = group);
    }

    /// The users to whom a policy is assigned themselves.
    public static UserQuery assigned(UUID policy, int limit, @Nullable Long after, long offset) {
        return of(limit, after, offset, draft -> draft.policy = policy);
    }

    /// Filters, none of which is set at first.
    public static final class Draft {
        public @Nullable Status status;
        public @Nullable HoldKind hold;
        public @Nullable Tag tag;
        public @Nullable Rank rank;
        public @Nullable UUID group;
        public @Nullable UUID policy;
        public @Nullable String text;
        public @Nullable Instant registeredAfter;
        public @Nullable Instant registeredBefore;
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
