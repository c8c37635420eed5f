package dev.muster.storage;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which users of a realm to list, as they are stored: a hold that is over still counts until its ending was
/// journalled. Filters that are not null combine.
///
/// @param group only its members; membership of the removed does not count
/// @param policy only users to whom it is assigned themselves; assignment to the removed does not count
/// @param registeredFrom at this instant or later
/// @param registeredBefore before this instant
/// @param after only those with a higher number; 0 for all
public record UserFilter(
        long realm,
        @Nullable Status status,
        @Nullable HoldKind hold,
        @Nullable Tag tag,
        @Nullable Rank rank,
        @Nullable UUID group,
        @Nullable UUID policy,
        @Nullable Instant registeredFrom,
        @Nullable Instant registeredBefore,
        long after) {
    /// Everybody.
    public static UserFilter all(long realm, long after) {
        return new UserFilter(realm, null, null, null, null, null, null, null, null, after);
    }

    /// Whether all numbers of a stretch are meant, without gaps.
    boolean isDense() {
        return status == null && hold == null && tag == null && rank == null && group == null && policy == null;
    }
}
